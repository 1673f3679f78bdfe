"""The command `record`: session files with the answers that a server gives to ink."""

from pathlib import Path

import click

from realtime.command_line.options import (
    CONVERSION_EXIT_CODES,
    files_argument,
    server_options,
    settings_with,
    websocket_url,
)


@click.command(short_help="Write session files with today's answers.", epilog=CONVERSION_EXIT_CODES)
@files_argument('Session files, with answers or without: saved on the page, or made by "import".')
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to write them, under their names; a folder that is there.",
)
@server_options
@click.pass_context
def record(
    ctx: click.Context, files: tuple[Path, ...], folder: Path, url: str | None, token: str | None
) -> None:
    """Draw session files anew, and write them with the final answers they get today.

    So that "replay" can say later what is answered otherwise. A file that was read is not written
    over. Sessions of people are recorded by "serve", with INK_RECORDINGS=FOLDER in its environment.
    """
    from realtime.command_line.recording import Recorded, Recorder

    settings = settings_with(token)
    recorder = Recorder(settings, websocket_url(url) if url else None)
    written = skipped = 0
    for path in files:
        outcome = recorder.record_file(path, folder)
        if isinstance(outcome, Recorded):
            click.echo(f"{outcome.path}: {outcome.answers} answers, the last is {outcome.last}")
            written += 1
        else:
            click.echo(f"{path}: {outcome}: skipped", err=True)
            skipped += 1
    ctx.exit(2 if not written else 1 if skipped else 0)
