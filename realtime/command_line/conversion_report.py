"""What the commands that write files of ink say of what became of them."""

import click

from realtime.formats.conversion import Conversion

WRITTEN, SOME_SKIPPED, NOTHING_WRITTEN = 0, 1, 2


def report(result: Conversion) -> int:
    """Say what became of each file, and return the exit code."""
    for path, ink_format, count in result.read:
        click.echo(f"{path}: {ink_format}, {count} drawing{'s' * (count != 1)}", err=True)
    for error in result.skipped:
        click.echo(f"{error}: skipped", err=True)
    for path in result.written:
        click.echo(str(path), err=True)
    if not result.written:
        return NOTHING_WRITTEN
    return SOME_SKIPPED if result.skipped else WRITTEN
