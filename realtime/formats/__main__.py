"""Converts files of ink; docs/formats.md says what each format carries and loses."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from realtime.config import Settings
from realtime.errors import InkFileError, SettingError
from realtime.formats.conversion import (
    IMPORT_CANVAS,
    Conversion,
    convert,
    export_kept,
    import_sessions,
)
from realtime.formats.reading import InkFormat
from realtime.formats.writing import SUFFIXES

# A shell takes 2 for a command that could not be run.
CONVERTED, SOME_SKIPPED, NOTHING_WRITTEN = 0, 1, 2
_EXIT_CODES = """exit codes:
  0 all files were converted
  1 a file could not be read or written; the others were converted
  2 nothing was written
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, say what became of each file, and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        limits = Settings.from_environment().ink_files
        if options.command == "convert":
            result = convert(
                options.files,
                options.target,
                ink_format=options.to,
                canvas=options.canvas,
                limits=limits,
            )
        elif options.command == "import":
            result = import_sessions(
                options.files,
                options.target,
                task=options.task,
                canvas=options.canvas or IMPORT_CANVAS,
                limits=limits,
            )
        else:
            result = export_kept(
                options.file,
                options.target,
                task=options.task,
                ink_format=options.to,
                limits=limits,
            )
    except (InkFileError, SettingError) as error:
        print(error, file=sys.stderr)
        return NOTHING_WRITTEN
    return _report(result)


def _report(result: Conversion) -> int:
    for path, ink_format, count in result.read:
        print(f"{path}: {ink_format}, {count} drawing{'s' * (count != 1)}", file=sys.stderr)
    for error in result.skipped:
        print(f"{error}: skipped", file=sys.stderr)
    for path in result.written:
        print(path, file=sys.stderr)
    if not result.written:
        return NOTHING_WRITTEN
    return SOME_SKIPPED if result.skipped else CONVERTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m realtime.formats",
        description="Convert files of ink between formats, which their content shows.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    written = [ink_format.value for ink_format in SUFFIXES]

    command = commands.add_parser("convert", help="convert files to one, or into a folder")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("target", type=Path, metavar="OUT", help="a file, or a folder")
    command.add_argument(
        "--to", type=InkFormat, choices=written, help="format, if OUT has no suffix"
    )
    command.add_argument(
        "--canvas", type=_size, metavar="WxH", help="fit each drawing into a canvas of this size"
    )

    command = commands.add_parser("import", help="make session files of ink from elsewhere")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("target", type=_folder, metavar="FOLDER")
    command.add_argument("--task", default="", help="what is to be recognized: digit, line, …")
    command.add_argument("--canvas", type=_size, metavar="WxH", help="its size (800x400)")

    command = commands.add_parser("export", help="write labelled samples that the service has kept")
    command.add_argument("file", type=Path, metavar="KEPT.db")
    command.add_argument("target", type=Path, metavar="OUT", help="a file, or a folder")
    command.add_argument("--task", default="", help="only those of one task: digit, line, …")
    command.add_argument(
        "--to", type=InkFormat, choices=written, help="format, if OUT has no suffix"
    )
    return parser


def _size(text: str) -> tuple[float, float]:
    try:
        width, height = (float(part) for part in text.lower().split("x"))
        if not (0 < width < float("inf") and 0 < height < float("inf")):
            raise ValueError(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 800x400") from error
    return width, height


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
