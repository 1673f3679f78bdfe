"""The notebook of the examples: its cells, and its run against a service."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.files import ROOT

if TYPE_CHECKING:
    import nbformat

NOTEBOOK = ROOT / "examples" / "teach.ipynb"
# TensorFlow is loaded and fits a layer there, perhaps beside other tests.
CELL_TIMEOUT_S = 240


def read_notebook() -> "nbformat.NotebookNode":
    """The notebook as it is in the repository."""
    import nbformat

    notebook: nbformat.NotebookNode = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def run_notebook(folder: Path) -> dict[str, str]:
    """Run all cells in a folder; what each printed, by the cell's id.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; the message has its traceback.
    """
    from nbclient import NotebookClient

    notebook = read_notebook()
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=CELL_TIMEOUT_S, resources=resources).execute()
    return {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


def widget_script() -> str:
    """The module of JavaScript that the notebook's widget runs in a browser."""
    (cell,) = (cell for cell in read_notebook().cells if cell.id == "pad")
    _, beginning = cell.source.split('_esm = """')
    return str(beginning.split('"""')[0])
