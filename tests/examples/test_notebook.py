"""The notebook, executed cell by cell in a kernel of its own."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.event_files import read_graph

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "notebook.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebook is taken to lie, so that it writes to `logs` beside that."""
    folder = tmp_path_factory.mktemp("notebook") / "examples"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def cells(folder: Path) -> dict[str, Any]:
    """The notebook's cells by their ids, with their outputs."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return {cell.id: cell for cell in notebook.cells}


def printed(cell: Any, stream: str) -> str:
    return "".join(output.text for output in cell.outputs if output.get("name") == stream)


def test_the_committed_notebook_is_valid_and_has_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_it_prints_the_gradients(cells: dict[str, Any]) -> None:
    assert printed(cells["gradients"], "stdout").splitlines() == [
        "de/da:  3.0",
        "de/db:  2.0",
        "de/dc:  2.3025851",
        "de/dd:  0.5",
    ]


def test_closing_the_early_writer_warns_that_the_graph_has_grown(cells: dict[str, Any]) -> None:
    warning = printed(cells["close"], "stderr")
    assert warning.count("UserWarning: The graph has grown since it was written") == 1
    assert "writer.add_graph(graph)" in warning


def test_no_other_cell_warns(cells: dict[str, Any]) -> None:
    others = [cell for name, cell in cells.items() if name != "close" and cell.cell_type == "code"]
    assert [printed(cell, "stderr") for cell in others] == [""] * len(others)


def test_the_complete_run_has_the_gradients_that_the_early_one_lacks(
    cells: dict[str, Any], folder: Path
) -> None:
    runs = folder.parent / "logs" / "notebook"
    early, complete = (
        [node.name for node in read_graph(runs / run).node] for run in ("too_early", "complete")
    )
    assert early == ["Const", "Const_1", "Const_2", "Const_3", "u", "Log", "v", "e"]
    assert complete[: len(early)] == early
    assert {name.split("/")[0] for name in complete[len(early) :]} == {
        "gradients",
        "gradients_1",
        "gradients_2",
        "gradients_3",
    }
