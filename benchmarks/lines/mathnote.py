"""The peer mathnote-ocr, run by the Python of an environment in which it is installed.

It reads lines of JSON, each the strokes of a handwritten line, and writes for each the text, and
the CPU milliseconds of the answer after each stroke. It imports nothing of this project.
"""

import json
import re
import sys
import time

# LaTeX for what is written in one line; all else is no text of these files.
SYMBOLS = {"\\times": "×", "\\div": "÷", "\\%": "%", "\\$": "$", "\\lt": "<", "\\gt": ">"}


def main() -> None:
    """Read standard input to its end."""
    import torch
    from mathnote_ocr import MathOCR

    torch.set_num_threads(1)
    recognizer = MathOCR()
    for line in sys.stdin:
        session = recognizer.session()
        took_ms, latex = [], ""
        for stroke in json.loads(line):
            session.add_stroke([tuple(point) for point in stroke])
            started = time.process_time()
            latex = session.detect().latex
            took_ms.append((time.process_time() - started) * 1000)
        print(json.dumps([text_of(latex), took_ms]), flush=True)


def text_of(latex: str) -> str:
    """The text of LaTeX as it would be written in one line."""
    for command, symbol in SYMBOLS.items():
        latex = re.sub(re.escape(command) + r"(?![a-zA-Z])", symbol, latex)
    return latex.replace(" ", "")


if __name__ == "__main__":
    main()
