"""The command `replay`: session files played again, and what is answered otherwise."""

import sys
from pathlib import Path

import click

from realtime.command_line.options import (
    files_argument,
    server_options,
    settings_with,
    websocket_url,
)

ALL_THE_SAME, DIFFERENT, COULD_NOT = 0, 1, 2


@click.command(
    short_help="Play session files again, and compare answers.",
    epilog="Exit codes: 0 all answers are the same; 1 one differs; 2 none differs, but a file or "
    "the server could not be used.",
)
@files_argument('Session files: saved on the page, recorded by "record", or made by "import".')
@server_options
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="FACTOR",
    help="Keep the times at which a person drew, so many times as fast (1 is as fast as they "
    "did); with --url. Without it as fast as it goes.",
)
@click.option("--real-time", is_flag=True, hidden=True)
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="OUT",
    help="Also write a report in JUnit's XML there, which CI services show.",
)
@click.pass_context
def replay(
    ctx: click.Context,
    files: tuple[Path, ...],
    url: str | None,
    token: str | None,
    speed: float | None,
    real_time: bool,
    junit: Path | None,
) -> None:
    """Play session files again, and compare the final answers with those recorded.

    A table says which answers differ: what they are now and what was recorded, or drawn where the
    file has a label. A file without recorded answers is compared with its label alone, after its
    last stroke. A file that cannot be read or replayed is named and skipped.
    """
    from realtime.client.errors import ClientConnectionError
    from realtime.command_line.replaying import DIFFERS, SKIPPED, Outcome, Replayer, report

    settings = settings_with(token)
    speed = 1.0 if real_time and url else speed
    if speed is not None and not url:
        raise click.UsageError("--speed goes with --url: without a server nobody waits.")
    replayer = Replayer(settings, websocket_url(url) if url else None, speed)
    outcomes: list[Outcome] = []
    lost: ClientConnectionError | None = None
    with click.progressbar(
        files, label="replaying", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        try:
            for path in shown:
                outcomes.append(replayer.replay_file(path))  # noqa: PERF401  # what is done stays
        except ClientConnectionError as error:
            lost = error
    if junit is not None:
        from realtime.command_line.junit import write_report

        left = files[len(outcomes) :]
        write_report(
            junit, [*outcomes, *(Outcome(path, SKIPPED, reason=str(lost)) for path in left)]
        )
    if outcomes:
        click.echo(report(outcomes))
    if lost is not None:
        raise lost
    kinds = {outcome.kind for outcome in outcomes}
    ctx.exit(DIFFERENT if DIFFERS in kinds else COULD_NOT if SKIPPED in kinds else ALL_THE_SAME)
