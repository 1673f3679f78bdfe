"""Writes the specifications from the code: `python -m tools.specification [--record]`.

These are docs/openapi.json, docs/asyncapi.yaml and docs/reference.md. `--record` holds anew the
conversations that examples are taken from.
"""

import argparse

from tools.specification.conversations import record_conversations
from tools.specification.files import written_files


def main() -> None:
    """Write the files, and say which have changed."""
    parser = argparse.ArgumentParser(prog="python -m tools.specification", description=__doc__)
    parser.add_argument("--record", action="store_true", help="hold the conversations anew")
    if parser.parse_args().record:
        for path in record_conversations():
            print(f"recorded {path}")
    for path, text in written_files().items():
        has_changed = not path.exists() or path.read_text() != text
        path.write_text(text)
        print(f"{'wrote' if has_changed else 'kept'} {path}")


if __name__ == "__main__":
    main()
