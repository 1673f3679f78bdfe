"""The command `convert`: files of ink from one format to another."""

from pathlib import Path

import click

from realtime.command_line.options import (
    CONVERSION_EXIT_CODES,
    format_option,
    size,
    sources_argument,
)


@click.command(epilog=CONVERSION_EXIT_CODES)
@sources_argument
@click.argument(
    "target",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="The file to write all drawings to, or a folder that gets one file a drawing.",
)
@format_option
@click.option(
    "--canvas",
    callback=size,
    metavar="WxH",
    help="Fit each drawing into a canvas of this size, such as 800x400.",
)
@click.pass_context
def convert(
    ctx: click.Context,
    files: tuple[Path, ...],
    target: Path,
    ink_format: str | None,
    canvas: tuple[float, float] | None,
) -> None:
    """Convert files of ink to another format."""
    from realtime.command_line.conversion_report import report
    from realtime.config import Settings
    from realtime.formats import conversion
    from realtime.formats.reading import InkFormat

    result = conversion.convert(
        files,
        target,
        ink_format=InkFormat(ink_format) if ink_format else None,
        canvas=canvas,
        limits=Settings.from_environment().ink_files,
    )
    ctx.exit(report(result))
