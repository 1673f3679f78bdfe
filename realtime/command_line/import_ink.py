"""The command `import`: session files of ink from elsewhere."""

from pathlib import Path

import click

from realtime.command_line.options import CONVERSION_EXIT_CODES, TASKS, size, sources_argument


@click.command(
    "import", short_help="Make session files of ink from elsewhere.", epilog=CONVERSION_EXIT_CODES
)
@sources_argument
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to write them, one a drawing; a folder that is there.",
)
@click.option(
    "--recognize",
    "--task",
    "task",
    type=click.Choice(TASKS),
    help="What the sessions ask to have read. Without it what the file or its label suggests.",
)
@click.option(
    "--canvas",
    callback=size,
    metavar="WxH",
    help="Size of the canvas that each drawing is fitted into; 800x400 without it.",
)
@click.pass_context
def import_ink(
    ctx: click.Context,
    files: tuple[Path, ...],
    folder: Path,
    task: str | None,
    canvas: tuple[float, float] | None,
) -> None:
    """Make session files of ink from elsewhere, to be replayed or recorded."""
    from realtime.command_line.conversion_report import report
    from realtime.config import Settings
    from realtime.formats import conversion

    result = conversion.import_sessions(
        files,
        folder,
        task=task or "",
        canvas=canvas or conversion.IMPORT_CANVAS,
        limits=Settings.from_environment().ink_files,
    )
    ctx.exit(report(result))
