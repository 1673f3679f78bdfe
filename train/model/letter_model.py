"""`python -m train.model.letter_model`: makes the weak model of English letters.

It is trained on words with their frequencies, damped, and on the words that training writers wrote,
each different one once. Contexts are kept in the order of how much they say that shorter ones do
not (Stolcke, "Entropy-based pruning of backoff language models", 1998), the probabilities are
smoothed by those of shorter contexts (Witten and Bell, 1991).
"""

import base64
import math
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from realtime.recognition.text.letters import (
    ALPHABET,
    BOUNDARY,
    BOUNDARY_MARK,
    LETTER_MODEL,
    LOWEST_SCORE,
    SCORE_STEP,
    SYMBOLS,
    LetterTable,
    symbol_of,
)
from train.command_line import weights_parser
from train.data.lines import read_lines

# Letters of a context, and how many contexts are kept: 28 bytes each, before they are compressed.
LONGEST = 4
CONTEXTS = 7000
# The power of a word's frequency that counts: a weak model is to know rare words, too.
DAMPING = 0.6
# The share of the words that training writers wrote; among them are names and alphabets.
WRITTEN_SHARE = 0.15
# Of a smoothed probability: as many occurrences as a context has different followers, times this.
SMOOTHING = 1.0
# What was never seen is as likely as this.
LEAST = 1e-4
LINES = ("unipen-words", "unipen-lines")

Counts = dict[str, npt.NDArray[np.float64]]


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of texts, in small letters; what is no letter ends one."""
    kept = "".join(
        [
            character.lower() if symbol_of(character) != BOUNDARY else " "
            for character in "\n".join(texts)
        ]
    )
    return set(kept.split())


def count(words: Mapping[str, float]) -> Counts:
    """How often each symbol comes after each context; the word's end after its last letter."""
    counts: Counts = defaultdict(lambda: np.zeros(SYMBOLS))
    for word, weight in words.items():
        marked = BOUNDARY_MARK + word
        for at in range(1, len(marked) + 1):
            symbol = symbol_of(marked[at]) if at < len(marked) else BOUNDARY
            for length in range(min(LONGEST, at) + 1):
                counts[marked[at - length : at]][symbol] += weight
    return counts


def build(words: Mapping[str, float], trained_on: tuple[str, ...]) -> LetterTable:
    """The table of a letter model; see `LetterTable`."""
    counts = count(words)
    alone = counts[""] / counts[""].sum() + LEAST
    alone /= alone.sum()
    smoothed = {"": alone}
    worth: dict[str, float] = {}
    for context in sorted(counts, key=len)[1:]:
        shorter = smoothed[context[1:]]
        seen, followers = counts[context], np.count_nonzero(counts[context])
        mixed = seen + SMOOTHING * followers * shorter
        smoothed[context] = mixed / mixed.sum()
        worth[context] = float(seen @ np.log(smoothed[context] / shorter))
    ranked = sorted(worth, key=lambda context: -worth[context])
    # A context can be reached only over the shorter ones.
    chosen = {BOUNDARY_MARK, ""}
    for context in ranked:
        some = {context[:end] for end in range(1, len(context) + 1)}
        some |= {context[begin:] for begin in range(len(context))}
        if len(chosen | some) <= CONTEXTS:
            chosen |= some & smoothed.keys()
    contexts = [BOUNDARY_MARK, "", *sorted(chosen - {BOUNDARY_MARK, ""})]
    scores = np.array([np.log(smoothed[one] / alone) for one in contexts])
    levels = ((scores - LOWEST_SCORE) / SCORE_STEP).round().clip(0, 255).astype(np.uint8)
    return LetterTable(
        " ".join([one or "-" for one in contexts]),
        base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode(),
        trained_on,
    )


def read_words(path: Path) -> dict[str, float]:
    """Words and their frequencies, one of each a line, with a space between.

    Raises:
        OSError: it cannot be read.
    """
    words: dict[str, float] = defaultdict(float)
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        word, _, frequency = line.partition(" ")
        for one in words_of([word]):
            words[one] += float(frequency) ** DAMPING
    return words


def mix(words: Mapping[str, float], written: Iterable[str]) -> dict[str, float]:
    """Words with their weights, and those that were written, which have a share of their own.

    The least weight is about 1, so that what was seen once says little.
    """
    some = sorted(set(written))
    total = sum(words.values())
    each = WRITTEN_SHARE / (1 - WRITTEN_SHARE) * total / max(len(some), 1) if total else 1.0
    mixed = defaultdict(float, words)
    for word in some:
        mixed[word] += each
    scale = 1 / min(np.quantile(list(mixed.values()), 0.1), each)
    return {word: weight * scale for word, weight in mixed.items()}


def main() -> None:
    """Count, print, write."""
    parser = weights_parser(
        "train.model.letter_model", "Make the weak model of English letters.", "weights/characters"
    )
    parser.add_argument(
        "--words", type=Path, help="file of words, each with its frequency after a space"
    )
    parser.add_argument("--name", help="what to say that the words are of, and their licence")
    options = parser.parse_args()
    try:
        listed = read_words(options.words) if options.words else {}
        lines = [
            line
            for name in LINES
            for line in read_lines(options.data / "lines" / f"{name}.train.ndjson.gz")
        ]
    except OSError as error:
        sys.exit(str(error))
    written = words_of(line.text for line in lines)
    names = ("words of UniPen's training writers", *([options.name] if options.words else []))
    table = build(mix(listed, written), names)
    path = options.weights / LETTER_MODEL
    path.write_bytes(msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n")
    contexts = table.contexts.count(" ") + 1
    print(f"{len(listed)} words, {len(written)} written; {contexts} contexts of at most {LONGEST}")
    print(f"letters, each in {len(ALPHABET)}; {path.stat().st_size:,} bytes")
    print(f"bits a letter of the written words: {_bits(table, written):.2f}")


def _bits(table: LetterTable, words: Iterable[str]) -> float:
    """How many bits a symbol of these words takes more or less than it would alone."""
    from realtime.recognition.text.letters import BEGINNING, LetterModel

    model = LetterModel(table.contexts.split(" "), zlib.decompress(base64.b64decode(table.scores)))
    total, symbols = 0.0, 0
    for word in words:
        context = BEGINNING
        for symbol in [*map(symbol_of, word), BOUNDARY]:
            total += model.score(context, symbol)
            context = model.after(context, symbol)
            symbols += 1
    return -total / symbols / math.log(2)


if __name__ == "__main__":
    main()
