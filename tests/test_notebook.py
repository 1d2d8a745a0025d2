"""The notebook under ``docs/`` still says what the code does.

``python tests/test_notebook.py`` executes it and writes its outputs anew; look at what changed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "docs" / "using-from-python.ipynb"
AGAIN = f"if that is right, write it anew with: python tests/{Path(__file__).name}"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(folder: Path) -> Any:
    """The notebook with the outputs of this code, run in ``folder``, without times and versions."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(PATH, as_version=4)
    notebook.metadata = nbformat.from_dict(KERNEL)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    client = NotebookClient(
        notebook, timeout=120, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    client.execute(env={**os.environ, "PYTHONPATH": path})
    notebook.metadata = nbformat.from_dict(KERNEL)  # the kernel has added its version
    return notebook


def said(cell: Any) -> list[str]:
    """What stands under a cell as plain text; anything else that is there by its kind."""
    return [
        output.get("text") or output.get("data", {}).get("text/plain") or output["output_type"]
        for output in cell.get("outputs", [])
    ]


@pytest.fixture(scope="module")
def committed() -> Any:
    nbformat = pytest.importorskip("nbformat", reason="the notebook needs nbformat to be read")
    return nbformat.read(PATH, as_version=4)


def test_it_can_be_shown_anywhere(committed: Any) -> None:
    import nbformat

    nbformat.validate(committed)
    assert committed.metadata == KERNEL
    assert 8 <= len(committed.cells) <= 12
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code)
    assert all(not cell.metadata for cell in committed.cells)
    outputs = [output for cell in code for output in cell.outputs]
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}  # no warning
    text = PATH.read_text(encoding="utf-8")
    assert not [folder for folder in ("/root", "/home/", "/tmp", str(ROOT)) if folder in text]


@pytest.mark.model
def test_outputs_are_those_of_this_code(committed: Any, tmp_path: Path) -> None:
    pytest.importorskip("nbclient", reason="the notebook needs nbclient to be executed")
    pytest.importorskip("ipykernel", reason="the notebook needs ipykernel to be executed")
    for before, now in zip(committed.cells, executed(tmp_path).cells, strict=True):
        assert said(now) == said(before), f"under the cell {before.id!r}; {AGAIN}"


if __name__ == "__main__":
    import nbformat

    with tempfile.TemporaryDirectory() as empty:
        nbformat.write(executed(Path(empty)), PATH)
