"""Executes a notebook, and finds the failures that a kernel hides."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.anchors import REPORT
from analysis.report.markup import one_line
from analysis.report.notebooks import Report, ReportError, headings, tags

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

# The kernel's: a fixed hash seed; a figure that is left open is shown, and refused for want of words. IPYTHONDIR is set
# too, so that nobody's start-up files and history take part.
VARIABLES = {"PYTHONHASHSEED": "0", "MPLBACKEND": "module://matplotlib_inline.backend_inline", REPORT: "1"}


def execute(report: Report, *, timeout: int, progress: Callable[[str], None]) -> None:
    """Give the notebook its outputs: the copy that was read, never the file."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    _inject(report)
    watch = _Watch(report, progress)
    with tempfile.TemporaryDirectory(prefix="k", ignore_cleanup_errors=True) as folder:
        client = NotebookClient(
            report.notebook,
            km=_kernel(Path(folder)),
            timeout=timeout,
            iopub_timeout=min(timeout, 30),
            raise_on_iopub_timeout=True,
            force_raise_errors=True,
            coalesce_streams=True,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(report.path.parent)}},
            on_cell_start=watch.started,
            on_cell_executed=watch.executed,
        )
        try:
            client.execute(cleanup_kc=True, env={**os.environ, **VARIABLES, "IPYTHONDIR": folder})
        except CellExecutionError as error:
            raise watch.failure(f"{error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            ended = time.monotonic() - watch.begun < timeout
            raise watch.failure("its output was lost" if ended else f"ran longer than {timeout} seconds") from None
        except RuntimeError as error:
            raise watch.failure(f"the kernel stopped ({error})") from None
        except AssertionError:  # nbclient ends the kernel when it is interrupted, and then asks it on
            raise KeyboardInterrupt from None


class _Watch:
    """Follows a run cell by cell: tells the progress, and finds the failures that nbclient lets pass."""

    def __init__(self, report: Report, progress: Callable[[str], None]) -> None:
        self.report, self.progress = report, progress
        self.index: int | None = None
        self.begun = 0.0

    def started(self, cell: NotebookNode, cell_index: int) -> None:
        self.index, self.begun = cell_index, time.monotonic()

    def executed(self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        seconds = time.monotonic() - self.begun
        warned = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
        if hidden := _hidden_failure(cell, execute_reply["content"], warned):
            raise self.failure(hidden)
        if "injected-parameters" not in tags(cell):
            self.progress(f"{_where(self.report, cell_index)}: {seconds:.1f} s {one_line(warned)}".rstrip())

    def failure(self, happened: str) -> ReportError:
        return failure(self.report, self.index, happened)


def failure(report: Report, index: int | None, happened: str) -> ReportError:
    """The error that names notebook, cell and heading; it keeps the number of the cell."""
    error = ReportError(f"{report.path.name if index is None else _where(report, index)}: {one_line(happened)}")
    error.cell = index
    return error


def _where(report: Report, index: int) -> str:
    """`02-figures.ipynb, code cell 4 of 9, under "The spread"`, counted as in the notebook that people open."""
    cells = report.notebook.cells
    code = [n for n, cell in enumerate(cells) if cell.cell_type == "code" and "injected-parameters" not in tags(cell)]
    heading = [*headings(cells[: index + 1])][-1:]
    number = sum(n <= index for n in code)
    return f"{report.path.name}, code cell {number} of {len(code)}" + "".join(f', under "{text}"' for text in heading)


def _hidden_failure(cell: NotebookNode, reply: Mapping[str, Any], warned: str) -> str | None:
    """What went wrong in a cell that nbclient takes for a success: `%%capture`, `exit()`, a failed thread."""
    if reply["status"] != "ok":
        return None
    errors = [f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"]
    if "Traceback (most recent call last)" in warned:
        errors.append(warned.strip().splitlines()[-1])
    if any(payload.get("source") == "ask_exit" for payload in reply.get("payload", [])):
        errors.append("the cell ended the kernel")
    return next(iter(errors), None)


def _inject(report: Report) -> None:
    """Put the given values into a cell of their own after the defaults, as papermill does."""
    import nbformat

    cells = [cell for cell in report.notebook.cells if "injected-parameters" not in tags(cell)]
    if report.given:
        place = next(number for number, cell in enumerate(cells, 1) if "parameters" in tags(cell))
        source = "\n".join(f"{name} = {value!r}" for name, value in report.given.items())
        cells.insert(place, nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]}))
    report.notebook.cells = cells


def _kernel(folder: Path) -> AsyncKernelManager:
    """A kernel of this very interpreter, whatever kernels are installed, reached by sockets in `folder` only."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    transport = "tcp" if os.name == "nt" else "ipc"
    return AsyncKernelManager(
        kernel_spec_manager=ThisPython(), connection_file=str(folder / "k.json"), transport=transport
    )
