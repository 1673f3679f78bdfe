"""The first name of `realtime-handwriting replay`."""

import sys

from realtime.moved_command import run_moved

if __name__ == "__main__":
    run_moved("realtime.recording", "replay", sys.argv[1:])
