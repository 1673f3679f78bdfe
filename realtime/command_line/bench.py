"""The command `bench`: how long answers take, of this process or of a server."""

import click

from realtime.command_line.options import TASKS, server_options, settings_with, websocket_url


@click.command(short_help="Measure how long answers take.")
@server_options
@click.option(
    "--recognize",
    "tasks",
    multiple=True,
    type=click.Choice(TASKS),
    help="What the ink is read as; may be given several times. Without it all that there are.",
)
@click.option(
    "--count",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    metavar="N",
    help="How many times each drawing is drawn.",
)
def bench(url: str | None, token: str | None, tasks: tuple[str, ...], count: int) -> None:
    """Measure how long the answer to a stroke takes.

    Draws a few characters of straight strokes, one stroke after the other, and prints how long the
    answers took: half of them, 95 and 99 in a hundred, and all. With --url the network is in it,
    and what else the server does just now. This measures one person alone; "make bench" in a
    checkout measures crowds.
    """
    from realtime.command_line.stopwatch import measure_here, measure_server
    from realtime.command_line.table import format_table

    settings = settings_with(token)
    if url:
        times = measure_server(websocket_url(url), settings.access.token, tasks, count)
    else:
        times = measure_here(settings, tasks, count)
    header = ("READ AS", "ANSWERS", "50 %", "95 %", "99 %", "100 %")
    rows = [
        (one.task, str(one.answers), *(f"{ms:.2f} ms" for ms in one.percentiles_ms))
        for one in times
    ]
    click.echo(format_table(header, rows))
