"""The earlier name of the commands `convert`, `import` and `export` of `realtime-handwriting`."""

import sys

from realtime.moved_command import run_moved

COMMANDS = ("convert", "import", "export")

if __name__ == "__main__":
    _, *_arguments = sys.argv
    _command = _arguments.pop(0) if _arguments[:1] and _arguments[0] in COMMANDS else ""
    run_moved("realtime.formats", _command, _arguments)
