"""The command `export`: the labelled samples that a service has kept."""

from pathlib import Path

import click

from realtime.command_line.options import CONVERSION_EXIT_CODES, TASKS, format_option


@click.command(
    short_help="Write the samples that a service has kept.", epilog=CONVERSION_EXIT_CODES
)
@click.argument(
    "file",
    type=click.Path(path_type=Path),
    metavar="KEPT.db",
    help="The SQLite file that INK_KEPT names.",
)
@click.argument(
    "target",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="OUT",
    help="The file to write, such as mine.ndjson, mine.inkml or mine.unp; a folder that gets one "
    "file a sample; or - for standard output, with --to.",
)
@click.option(
    "--recognize",
    "--task",
    "task",
    type=click.Choice(TASKS),
    help="Only samples that were read as this.",
)
@format_option
@click.pass_context
def export(
    ctx: click.Context, file: Path, target: Path, task: str | None, ink_format: str | None
) -> None:
    """Write the labelled samples that people gave to a service, with times and pressure.

    NDJSON is what training takes: make train INK=mine.ndjson, of samples read as digits.
    """
    from realtime.command_line.conversion_report import report
    from realtime.config import Settings
    from realtime.formats import conversion
    from realtime.formats.reading import InkFormat

    result = conversion.export_kept(
        file,
        Path("/dev/stdout") if target == Path("-") else target,
        task=task or "",
        ink_format=InkFormat(ink_format) if ink_format else None,
        limits=Settings.from_environment().ink_files,
    )
    ctx.exit(report(result))
