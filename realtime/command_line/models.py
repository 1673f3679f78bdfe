"""The command `models`: what ink can be read as, and with which networks."""

from pathlib import Path

import click


@click.command(short_help="List what ink can be read as, and by what.")
@click.option(
    "--format",
    "output",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="A table to read, or a JSON object a line, with all labels.",
)
def models(output: str) -> None:
    """List what ink can be read as here, and the networks that read it.

    INK_WEIGHTS and INK_MODELS in the environment say which these are. Of each: how many labels it
    has, its file and size, the multiply-adds of a forward pass and the time it takes on this
    processor (measured now), and the model card, which says how well it reads.
    """
    import msgspec

    from realtime.command_line.loaded_models import loaded_models
    from realtime.command_line.table import format_table
    from realtime.config import Settings

    settings = Settings.from_environment()
    found = loaded_models(settings)
    if output == "json":
        for one in found:
            click.echo(msgspec.json.encode(one).decode())
        return
    header = ("READS", "MODEL", "VERSION", "LABELS", "FILE", "KB", "MULTIPLY-ADDS", "PASS", "CARD")
    rows = [
        (
            *(one.task, one.model, one.version, str(len(one.labels)), one.file),
            f"{one.bytes / 1000:.0f}",
            "" if one.multiply_adds is None else f"{one.multiply_adds / 1e6:.2f} million",
            f"{one.pass_us:.0f} µs",
            _shown(Path(one.card)),
        )
        for one in found
    ]
    click.echo(format_table(header, rows))


def _shown(path: Path) -> str:
    """A path, from this folder on if it is in it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
