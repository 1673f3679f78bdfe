"""The card of teaching in Markdown: errors of each writer before and after, and a picture."""

from collections.abc import Sequence
from pathlib import Path

from train.evaluation.pictures import DPI
from train.evaluation.teaching_results import Results, Taught, all_of

CARD, PICTURE = "TEACHING.md", "teaching.png"


def write(results: Results, folder: Path) -> None:
    """Write the card and its picture to the folder."""
    (folder / CARD).write_text(text(results))
    _draw(results, folder / PICTURE)


def figures(results: Results) -> str:
    """The figures by source and way to teach, as a Markdown table."""
    rows = [
        (
            "| source | taught | writers | digits | errors before | after | worst writer "
            "| calibration error before | after | digits rejected before | after |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    ways = {
        "what was read wrongly": results.corrected,
        "three of each digit first": results.shown,
        "twenty of one digit alone": results.one_digit,
    }
    for way, sources in ways.items():
        rows += [_row(results, name, way, some) for name, some in sources.items()]
    rows += [
        "",
        "| what is no digit | letters, symbols and made-up ink | accepted before | after |",
        "|---|---|---|---|",
    ]
    for way, one in results.no_digits.items():
        rows.append(
            f"| {way}, {one.writers} writers | {one.count} | {one.before:.3%} | {one.after:.3%} |"
        )
    return "\n".join(rows)


def _row(results: Results, name: str, way: str, taught: Sequence[Taught]) -> str:
    final = results.facts.final
    everything = all_of(taught)
    before, after = everything.untaught, everything.taught
    rejected = before.rejection() > final.reject_threshold
    digits = sum(len(one.replays[0].untaught.targets) for one in taught)
    temperature = final.temperature
    return (
        f"| {name} | {way} | {len(taught)} | {digits} | {sum(one.before for one in taught):.1f} "
        f"| {sum(one.after for one in taught):.1f} | {max(one.worst for one in taught):+d} "
        f"| {before.calibration_error(temperature):.2%} "
        f"| {after.calibration_error(temperature):.2%} "
        f"| {rejected.mean():.2%} | {(rejected & ~everything.is_known).mean():.2%} |"
    )


def _writers(results: Results) -> str:
    rows = ["| writer | digits | errors before | after |", "|---|---|---|---|"]
    for name, taught in results.corrected.items():
        rows += [
            f"| {name} {one.writer} | {len(one.replays[0].untaught.targets)} | {one.before:.0f} "
            f"| {one.after:.1f} |"
            for one in sorted(taught, key=lambda one: -one.before)
            if one.before
        ]
        rest = sum(not one.before for one in taught)
        rows.append(f"| {name}, {rest} others | | 0 | 0 |")
    return "\n".join(rows)


def text(results: Results) -> str:
    """The card, in Markdown."""
    facts = results.facts
    return f"""\
# What teaching gives

Network `{facts.id}`, version {facts.version}, and the validation writers. `make evaluate` measures
this again. Each writer's digits are drawn in random order, five times over, and each is read with
what was taught before it; counts are means over the orders. Digits with a plainly wrong label are
left out. "Worst writer" is how many errors more one writer met in one of the orders. Digits that
were shown first are not counted, nor are those of the one digit that was taught alone, which is
each of the ten in turn.

{figures(results)}

## Each writer who corrects what is read wrongly

An error that is made once cannot be spared by correcting it, so that of a writer with one of them
one is left.

{_writers(results)}

![Errors over the number of corrections, and over the digits shown first]({PICTURE})
"""


def _draw(results: Results, path: Path) -> None:
    # Whoever only counts does without it, and it takes a second to be loaded.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    corrected, shown = figure.subplots(1, 2)
    for axes, curves, name in (
        (corrected, results.over_corrections, "corrections of a writer at most"),
        (shown, results.over_shown, "shown of each digit first"),
    ):
        for source, curve in curves.items():
            axes.plot(curve.over, curve.errors, marker="o", label=source)
        axes.set(xlabel=name, ylabel="errors of all writers", ylim=(0, None))
        axes.legend()
    corrected.set_title("What is read wrongly is corrected")
    shown.set_title("The hand is shown first")
    figure.savefig(path, dpi=DPI)
