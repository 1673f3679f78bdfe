"""Writes the specifications from the code: `python -m tools.specification`.

These are docs/openapi.json, docs/asyncapi.yaml and docs/reference.md. `--record` holds anew the
conversations that examples are taken from; `--release` keeps the specifications as those of the
last release, which tests/unit/specification/test_changes.py compares with.
"""

import argparse

from tools.specification.conversations import record_conversations
from tools.specification.files import release, written_files


def main() -> None:
    """Write the files, and say which have changed."""
    parser = argparse.ArgumentParser(prog="python -m tools.specification", description=__doc__)
    parser.add_argument("--record", action="store_true", help="hold the conversations anew")
    parser.add_argument("--release", action="store_true", help="keep them as the last release's")
    arguments = parser.parse_args()
    if arguments.record:
        for path in record_conversations():
            print(f"recorded {path}")
    for path, text in written_files().items():
        has_changed = not path.exists() or path.read_text() != text
        path.write_text(text)
        print(f"{'wrote' if has_changed else 'kept'} {path}")
    if arguments.release:
        for path in release():
            print(f"released {path}")


if __name__ == "__main__":
    main()
