"""Reads notebooks and their parameters: the literals of the cell tagged `parameters`, as papermill has it."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.report.markup import one_line

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True, slots=True)
class Report:
    """One notebook on its way to a page: `given` are the parameters to inject, `parameters` all of them."""

    path: Path
    title: str
    notebook: NotebookNode
    given: dict[str, object]
    parameters: dict[str, object]

    def page(self, ending: str = ".html") -> str:
        """The file name of the page, or of the page that shows where the notebook failed."""
        return self.path.stem + ending


class ParameterError(ValueError):
    """A parameter is unknown, of the wrong type, or not declared as a literal; raised before any kernel starts."""


class ReportError(Exception):
    """A report cannot be built; one line: notebook, code cell n of m, the heading above it, what happened."""

    cell: int | None = None


def read_parameters(notebook: Path) -> dict[str, object]:
    """The names and default values in the notebook's cell tagged `parameters`; empty when it has none.

    Raises `ParameterError` when that cell holds anything but assignments of literals, `ReportError` when the file is
    no notebook. The tag is the one that papermill, Quarto and others use.

    >>> import nbformat, tempfile
    >>> cell = nbformat.v4.new_code_cell('since = "2024-01-01"  # first day', metadata={"tags": ["parameters"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "quotes.ipynb"
    ...     nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    ...     read_parameters(path)
    {'since': '2024-01-01'}
    """
    return _declared(notebook, _read(notebook))


def _read(path: Path) -> NotebookNode:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise ReportError(f"{path.name}: not a notebook that can be read ({one_line(str(error))})") from None


def _declared(path: Path, notebook: NotebookNode) -> dict[str, object]:
    cells = [cell for cell in notebook.cells if "parameters" in tags(cell)]
    if len(cells) > 1:
        raise ParameterError(f"{path.name}: {len(cells)} cells are tagged `parameters`; keep the tag on one")
    try:
        return dict(pair for cell in cells for pair in _assignments(cell.source))
    except (SyntaxError, ValueError) as error:
        raise ParameterError(
            f"{path.name}: the cell tagged `parameters` may hold only lines like name = 'literal' ({error})"
        ) from None


def _assignments(source: str) -> Iterator[tuple[str, object]]:
    for node in ast.parse(source).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield name, ast.literal_eval(value)
            case _:
                raise ValueError(f"line {node.lineno}: {ast.unparse(node)[:80]}")


def read_reports(notebooks: Sequence[Path], parameters: Mapping[str, object]) -> list[Report]:
    """The notebooks with their parameters; `ParameterError` for an unknown one or one of the wrong type."""
    names = [path.stem for path in notebooks]
    if len({*names, "index"}) <= len(names):
        raise ValueError(f"each report needs a name of its own, and 'index' is taken: {', '.join(names)}")
    contents = [_read(path) for path in notebooks]
    defaults = [_declared(path, notebook) for path, notebook in zip(notebooks, contents, strict=True)]
    _check_names(parameters, sorted({name for declared in defaults for name in declared}))
    return [_report(*three, parameters) for three in zip(notebooks, contents, defaults, strict=True)]


def _report(path: Path, notebook: NotebookNode, defaults: dict[str, object], given: Mapping[str, object]) -> Report:
    typed = {name: _typed(name, given[name], default) for name, default in defaults.items() if name in given}
    title = next(headings(notebook.cells), path.stem)
    return Report(path, title, notebook, typed, {**defaults, **typed})


def _check_names(given: Mapping[str, object], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ParameterError(f"unknown parameter {name!r}{hint} (known: {', '.join(known) or 'none'})")


def _typed(name: str, given: object, default: object) -> object:
    """The value as the type of the default. Text for a text default stays as typed: '007' is not 7."""
    kind, value = type(given if default is None else default), given
    try:
        if isinstance(given, str) and kind is not str:
            value = ast.literal_eval(given.capitalize() if kind is bool else given)
        value = float(value) if kind is float and type(value) is int else value
        if type(value) is kind and ast.literal_eval(repr(value)) == value:
            return value
    except (SyntaxError, ValueError):
        pass
    raise ParameterError(f"parameter {name!r}: {given!r} is not of type {kind.__name__}, like the default {default!r}")


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def headings(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """The headings of the cells, in order, without marks of emphasis."""
    lines = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    for line in lines:
        if line.startswith("#") and line.lstrip("#").startswith(" "):
            yield line.strip("# ").replace("*", "").replace("`", "")
