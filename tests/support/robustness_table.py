"""The table of ROBUSTNESS.md: tests add rows, and `make robustness` writes them."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.files import ROOT

ROBUSTNESS_FILE = ROOT / "tests" / "robustness" / "ROBUSTNESS.md"
# Marker lines around the table.
BEGIN, END = "<!-- what `make robustness` measured -->", "<!-- end -->"
ROBUSTNESS_SECTIONS = ("Conformance", "Flow", "Bad input", "Limits", "Access", "Faults", "Soak")


@dataclass(frozen=True)
class RobustnessRow:
    """One row: what was tried, how many times, and what happened."""

    section: str
    what: str
    tried: int
    happened: str


@dataclass
class RobustnessTable:
    """The rows of one test run."""

    rows: list[RobustnessRow] = field(default_factory=list)
    # Further tables: title and Markdown.
    appendices: dict[str, str] = field(default_factory=dict)

    def add(self, section: str, what: str, tried: int, happened: str) -> None:
        """Add a row; `section` is one of `SECTIONS`.

        Raises:
            ValueError: it is not.
        """
        if section not in ROBUSTNESS_SECTIONS:
            raise ValueError(f"no section {section!r}")
        row = RobustnessRow(section, what, tried, happened)
        self.rows.append(row)
        print(f"{what}: {tried:,} tried; {happened}")

    def markdown(self) -> str:
        """The table, sorted by section."""
        lines = ["| | what was tried | how many | what happened |", "|---|---|---|---|"]
        for section in ROBUSTNESS_SECTIONS:
            rows = [row for row in self.rows if row.section == section]
            for row in rows:
                first = section if row is rows[0] else ""
                lines.append(f"| {first} | {row.what} | {row.tried:,} | {row.happened} |")
        appendices = (f"\n\n## {title}\n\n{text}" for title, text in self.appendices.items())
        return "\n".join(lines) + "".join(appendices)

    def write(self, file: Path = ROBUSTNESS_FILE) -> None:
        """Replace the table in the file, between its two marker lines."""
        head, _, rest = file.read_text().partition(BEGIN)
        _, _, tail = rest.partition(END)
        file.write_text(f"{head}{BEGIN}\n\n{self.markdown()}\n\n{END}{tail}")
