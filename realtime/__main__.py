"""`python -m realtime`: the command `realtime-handwriting`, where only the package is there."""

from realtime.command_line.program import main

if __name__ == "__main__":
    main()
