"""The command `doctor`: what is wrong with this set-up, and what to do."""

import os

import click


@click.command(
    short_help="Say what is wrong with this set-up.",
    epilog='Exit codes: 0 the service can start and answer; 1 something is wrong. A "warning" is '
    "what it does without, or what is probably meant otherwise.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Lines to read, or a JSON object a line.",
)
@click.pass_context
def doctor(ctx: click.Context, output: str) -> None:
    """Check this set-up with the settings in the environment, and say what to do.

    Looks at the settings themselves and at those that contradict each other, at the address and its
    port, at folders for temporary files, samples and recordings, at memory and open files, at the
    networks and what runs them, and at Redis and inference engines where there are any. Starts
    nothing, and writes nothing that stays.
    """
    import msgspec

    from realtime.command_line.diagnosis import examine
    from realtime.command_line.finding import State

    findings = list(examine(os.environ))
    for one in findings:
        if output == "json":
            click.echo(msgspec.json.encode(one).decode())
            continue
        click.echo(f"{one.state.value:<7}  {one.subject}: {one.message}")
        if one.advice:
            click.echo(f"{'':7}  → {one.advice}")
    ctx.exit(any(one.state is State.WRONG for one in findings))
