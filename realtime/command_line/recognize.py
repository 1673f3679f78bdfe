"""The command `recognize`: what is written on pictures and in files of ink."""

import sys
from pathlib import Path

import click

from realtime.command_line.options import (
    server_options,
    settings_with,
    task_option,
    websocket_url,
)

ALL_READ, SOME_SKIPPED, NONE_READ = 0, 1, 2


@click.command(
    short_help="Read pictures and files of ink.",
    epilog="Exit codes: 0 all was read, what was rejected too; 1 a file could not be used; 2 none "
    "could. A photograph and a session in one go: recognize seven.jpg session.json. From a pipe: "
    "curl … | realtime-handwriting recognize -",
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True, path_type=Path),
    metavar="FILE...",
    help="Pictures (PNG, JPEG, WebP, GIF, BMP), session files, or ink in another format (NDJSON, "
    "InkML, UNIPEN, signature_pad, Excalidraw); what a file is shows its content. - is standard "
    "input.",
)
@task_option
@click.option(
    "--format",
    "output",
    type=click.Choice(("text", "json", "csv")),
    default="text",
    show_default=True,
    help="What is printed: a line to read, a JSON object a line, or CSV with a header.",
)
@server_options
@click.pass_context
def recognize(
    ctx: click.Context,
    files: tuple[Path, ...],
    task: str | None,
    output: str,
    url: str | None,
    token: str | None,
) -> None:
    """Read the handwriting on pictures, and in files of ink.

    Prints what each says, how certain that is, and why it should not be relied on if it should not.
    A file with several drawings has a line for each. What a file says of its own ink, such as
    labels and corrections, is not gone by. A file that cannot be used is named and skipped.
    """
    from realtime.command_line.inputs import FileError, read_file
    from realtime.command_line.printing import Printer
    from realtime.command_line.readers import LocalReader, ServerReader

    settings = settings_with(token)
    reader = (
        ServerReader(websocket_url(url), settings.access.token) if url else LocalReader(settings)
    )
    printer = Printer(output, sys.stdout)
    is_read = is_skipped = False
    for file in files:
        try:
            for found in read_file(file, reader, task, settings):
                printer.write(found)
                is_read = True
        except FileError as error:
            click.echo(f"{error}: skipped", err=True)
            is_skipped = True
    ctx.exit(NONE_READ if not is_read else SOME_SKIPPED if is_skipped else ALL_READ)
