"""What was tried against the service and what happened: tests add rows, `make robustness` writes them to ROBUSTNESS.md."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.files import ROOT

DOCUMENT = ROOT / "tests" / "robustness" / "ROBUSTNESS.md"
# The table stands between these two lines.
BEGIN, END = "<!-- what `make robustness` measured -->", "<!-- end -->"
SECTIONS = ("Conformance", "Flow", "Bad input", "Limits", "Access", "Faults", "Soak")


@dataclass(frozen=True)
class Row:
    """One line of the table: what was tried, how many times, and what happened."""

    section: str
    what: str
    tried: int
    happened: str


@dataclass
class RobustnessTable:
    """The rows of one test run."""

    rows: list[Row] = field(default_factory=list)
    # Tables of others: title and Markdown.
    appendices: dict[str, str] = field(default_factory=dict)

    def add(self, section: str, what: str, tried: int, happened: str) -> None:
        """Add a line; `section` is one of `SECTIONS`."""
        if section not in SECTIONS:
            raise ValueError(f"no section {section!r}")
        row = Row(section, what, tried, happened)
        self.rows.append(row)
        print(f"{what}: {tried:,} tried; {happened}")

    def markdown(self) -> str:
        """The table, by section."""
        lines = ["| | what was tried | how many | what happened |", "|---|---|---|---|"]
        for section in SECTIONS:
            rows = [row for row in self.rows if row.section == section]
            lines += [
                f"| {section if row is rows[0] else ''} | {row.what} | {row.tried:,} | {row.happened} |"
                for row in rows
            ]
        return "\n".join(lines) + "".join(
            f"\n\n## {title}\n\n{text}" for title, text in self.appendices.items()
        )

    def write(self, file: Path = DOCUMENT) -> None:
        """Put the table into the file, between its two lines."""
        head, _, rest = file.read_text().partition(BEGIN)
        _, _, tail = rest.partition(END)
        file.write_text(f"{head}{BEGIN}\n\n{self.markdown()}\n\n{END}{tail}")
