"""Executes notebooks and exports each as one HTML page that needs no network, with an index; knows only notebooks.

A page may quote text from the web, so it is guarded twice: text is escaped and tables must pass an allow-list, or the
build stops; and the page carries a content security policy under which nothing runs and nothing is loaded.
nbclient, nbconvert and their like are imported late: a wrong parameter is told before anything slow begins.
"""

from __future__ import annotations

import ast
import base64
import copy
import difflib
import hashlib
import html
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from analysis import ROOT

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
SITE = "Versions of Events"
CHARTS = ("image/svg+xml", "image/png")
# The kernel's: a fixed hash seed; a figure that is left open is shown, and refused for want of words. IPYTHONDIR is set
# too, so that nobody's start-up files and history take part.
VARIABLES = {"PYTHONHASHSEED": "0", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
SOFTWARE = ("versions-of-events", "spacy", "pandas", "matplotlib", "nbconvert")

# What HTML from a notebook may hold: no element that loads or runs anything, no attribute that styles.
ELEMENTS = re.compile(
    "a|abbr|b|blockquote|br|caption|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|li|mark|ol|p|pre|q|s|"
    "section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|ul"
)
ATTRIBUTES = re.compile(
    "aria-label|class|colspan|datetime|dir|headers|href|id|lang|open|role|rowspan|scope|start|tabindex|title"
)
LINK = re.compile(r"https?://|#|[\w-]{1,80}\.html(#|$)")


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


class MarkupError(ValueError):
    """HTML that a report may not contain."""


class ReportError(Exception):
    """A report cannot be built; one line: notebook, code cell n of m, the heading above it, what happened."""

    cell: int | None = None


def build_reports(
    notebooks: Sequence[Path],
    out: Path,
    *,
    parameters: Mapping[str, object],
    progress: Callable[[str], None] = lambda line: None,
    timeout: int = 600,
) -> list[Path]:
    """Execute the notebooks, write one page for each into the folder `out`, and return these; `index.html` lists them.

    All pages are replaced together, or none: when a notebook fails, the last good pages stay as they are,
    `<name>.failed.html` shows the notebook as far as it ran, and the index says so. Same input, same bytes.

    Args: `parameters` go to every notebook that declares them (see `read_parameters`); text is read as the type of the
    default. `progress` is told one line a cell. `timeout` is in seconds, for each cell.
    Raises `ParameterError` before anything is executed, `ReportError` when a cell fails or a page would be unsafe.
    """
    reports = _read_reports(notebooks, parameters)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".building-") as temporary:
        folder = Path(temporary)
        for report in reports:
            try:
                _execute(report, timeout=timeout, progress=progress)
                (folder / report.page()).write_bytes(_export(report, reports))
            except ReportError as error:
                _publish_failure(report, reports, error, out, folder)
                raise
        (folder / "index.html").write_bytes(_index(reports, folder))
        _replace([*(report.page() for report in reports), "index.html"], folder, out)
        _remove_failed_pages(reports, out)
    return [out / report.page() for report in reports]


def _publish_failure(report: Report, reports: Sequence[Report], error: ReportError, out: Path, folder: Path) -> None:
    """Write the page that shows the failure and an index that says so; the last good pages are not touched."""
    name = report.page(".failed.html")
    (folder / name).write_bytes(_export(report, reports, failure=error))
    (folder / "index.html").write_bytes(_index(reports, out, failed=report, message=_without_paths(str(error))))
    _remove_failed_pages(reports, out)
    _replace([name, "index.html"], folder, out)


def _replace(names: Sequence[str], folder: Path, out: Path) -> None:
    for name in names:
        (folder / name).replace(out / name)


def _remove_failed_pages(reports: Sequence[Report], out: Path) -> None:
    for report in reports:
        (out / report.page(".failed.html")).unlink(missing_ok=True)


# Parameters and reading


def check_parameters(notebooks: Sequence[Path], parameters: Mapping[str, object]) -> None:
    """Raise `ParameterError` for a parameter that no notebook declares or whose type is wrong; executes nothing."""
    _read_reports(notebooks, parameters)


def read_parameters(notebook: Path) -> dict[str, object]:
    """The names and default values in the notebook's cell tagged `parameters`; empty when it has none.

    Raises `ParameterError` when that cell holds anything but assignments of literals, `ReportError` when the file is
    no notebook. The tag is the one that papermill, Quarto and others use.

    >>> import nbformat
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
        raise ReportError(f"{path.name}: not a notebook that can be read ({_one_line(str(error))})") from None


def _declared(path: Path, notebook: NotebookNode) -> dict[str, object]:
    cells = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
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


def _read_reports(notebooks: Sequence[Path], parameters: Mapping[str, object]) -> list[Report]:
    names = [path.stem for path in notebooks]
    if len({*names, "index"}) <= len(names):
        raise ValueError(f"each report needs a name of its own, and 'index' is taken: {', '.join(names)}")
    contents = [_read(path) for path in notebooks]
    defaults = [_declared(path, notebook) for path, notebook in zip(notebooks, contents, strict=True)]
    _check_names(parameters, sorted({name for declared in defaults for name in declared}))
    return [_report(*three, parameters) for three in zip(notebooks, contents, defaults, strict=True)]


def _report(path: Path, notebook: NotebookNode, defaults: dict[str, object], given: Mapping[str, object]) -> Report:
    typed = {name: _typed(name, given[name], default) for name, default in defaults.items() if name in given}
    title = next(_headings(notebook.cells), path.stem)
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


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _headings(cells: Sequence[NotebookNode]) -> Iterator[str]:
    lines = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    for line in lines:
        if line.startswith("#") and line.lstrip("#").startswith(" "):
            yield line.strip("# ").replace("*", "").replace("`", "")


# Executing


def _execute(report: Report, *, timeout: int, progress: Callable[[str], None]) -> None:
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
        if "injected-parameters" not in _tags(cell):
            self.progress(f"{_where(self.report, cell_index)}: {seconds:.1f} s {_one_line(warned)}".rstrip())

    def failure(self, happened: str) -> ReportError:
        return _failure(self.report, self.index, happened)


def _failure(report: Report, index: int | None, happened: str) -> ReportError:
    error = ReportError(f"{report.path.name if index is None else _where(report, index)}: {_one_line(happened)}")
    error.cell = index
    return error


def _where(report: Report, index: int) -> str:
    """`02-figures.ipynb, code cell 4 of 9, under "The spread"`, counted as in the notebook that people open."""
    cells = report.notebook.cells
    code = [n for n, cell in enumerate(cells) if cell.cell_type == "code" and "injected-parameters" not in _tags(cell)]
    heading = [*_headings(cells[: index + 1])][-1:]
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

    cells = [cell for cell in report.notebook.cells if "injected-parameters" not in _tags(cell)]
    if report.given:
        place = next(number for number, cell in enumerate(cells, 1) if "parameters" in _tags(cell))
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


# Exporting


def _export(report: Report, reports: Sequence[Report], *, failure: ReportError | None = None) -> bytes:
    from nbconvert import HTMLExporter

    shown = _shown(report, failure=failure)
    exporter = HTMLExporter(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    resources = {
        "page": _page(f"Failed: {report.title}" if failure else report.title, reports, current=report.page()),
        "failure": _without_paths(str(failure)) if failure else None,
        "parameters": {name: _last_component(value) for name, value in report.parameters.items()},
        "software": _software(),
    }
    page = _printable(exporter.from_notebook_node(shown, resources=resources)[0])
    kinds = [kind for cell in shown.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    _check_page(report, page, sum(kind in CHARTS for kind in kinds))
    return page.encode()


def _shown(report: Report, *, failure: ReportError | None) -> NotebookNode:
    """A copy that holds what readers see, each output in one safe form; after a failure, nothing is left out."""
    shown = copy.deepcopy(report.notebook)
    for index, cell in enumerate(shown.cells):
        cell.metadata["failed"] = failure is not None and failure.cell == index
        try:
            if failure is None:
                _leave_out(cell)
            _make_safe(cell)
        except MarkupError as error:
            if failure is None:
                raise _failure(report, index, str(error)) from None
            _make_plain(cell)
    return shown


def _leave_out(cell: NotebookNode) -> None:
    """Drop what tags hide (after the run: hidden cells must run), and warnings, which are for the operator."""
    hidden = {"remove-cell", "remove-output"}.intersection(_tags(cell))
    if "outputs" in cell:
        cell.outputs = [output for output in cell.outputs if not hidden and output.get("name") != "stderr"]
    elif "remove-cell" in hidden:
        cell.source = ""


def _make_safe(cell: NotebookNode) -> None:
    if cell.cell_type == "markdown":
        cell.source = check_markup(_html(cell.source, escape=False))
    for output in cell.get("outputs", []):
        if "data" in output:
            output.data = _safe_data(output)
        elif "traceback" in output:
            output.traceback = [_without_paths(line) for line in output.traceback]
        elif output.name == "stderr":
            output.text = _without_paths(output.text)


def _make_plain(cell: NotebookNode) -> None:
    if cell.cell_type == "markdown":
        cell.source = f"<pre>{html.escape(cell.source)}</pre>"
    for output in cell.get("outputs", []):
        if "data" in output:
            output.data = {"text/plain": output.data.get("text/plain", "")}


def _safe_data(output: NotebookNode) -> dict[str, str]:
    for kind in CHARTS:
        if kind in output.data:
            if not str(output.metadata.get(kind, {}).get("alt") or "").strip():
                raise MarkupError("a chart without words for those who cannot see it; show it by show_figure")
            return {kind: output.data[kind]}
    if "text/html" in output.data:
        return {"text/html": check_markup(output.data["text/html"])}
    if "text/markdown" in output.data:
        return {"text/html": check_markup(_html(output.data["text/markdown"], escape=True))}
    return {"text/plain": output.data.get("text/plain", "")}


def _html(markdown: str, *, escape: bool) -> str:
    """Markdown without mathematics: `$5 and $6` are sums of money here."""
    import mistune

    made = str(mistune.create_markdown(escape=escape, plugins=["strikethrough", "table"])(markdown))
    for side, name in (("right", ' class="number"'), ("left", ""), ("center", "")):
        made = made.replace(f' style="text-align:{side}"', name)
    return made


def check_markup(source: str) -> str:
    """The HTML, written anew and with each table in a box that scrolls; `MarkupError` for what a report may not hold.

    Allowed are the elements of running text and tables. A link that leads elsewhere than to a web page, this page or
    another report loses its target: its address may come from an article, which must not stop the build.
    Writing it anew leaves a browser nothing to read differently than this check did.

    >>> check_markup('<p title="a">5 &lt; 6 <a href="javascript:x()">b</a></p>')
    '<p title="a">5 &lt; 6 <a>b</a></p>'
    >>> check_markup('<p onclick="x()">a</p>')
    Traceback (most recent call last):
    analysis.report.MarkupError: a report may not contain <p onclick>; make tables with show_table, text with show_text
    """
    from bs4 import BeautifulSoup
    from bs4.element import PreformattedString

    soup = BeautifulSoup(source, "html.parser")
    tags = soup.find_all(True)
    refused = [f"<{tag.name}>" for tag in tags if not ELEMENTS.fullmatch(tag.name)]
    refused += [f"<{tag.name} {name}>" for tag in tags for name in tag.attrs if not ATTRIBUTES.fullmatch(name)]
    refused += ["<!-- -->" for text in soup.find_all(string=True) if isinstance(text, PreformattedString)]
    if refused:
        raise MarkupError(f"a report may not contain {refused[0]}; make tables with show_table, text with show_text")
    for link in soup.find_all(href=lambda target: target is not None and not LINK.match(target)):
        del link["href"]
    for table in soup.find_all("table"):
        if not table.find_parent(role="region"):
            label = " ".join(table.caption.get_text().split()) if table.caption else "Table"
            box = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label}
            table.wrap(soup.new_tag("div", attrs=box))
    return str(soup)


def _page(title: str, reports: Sequence[Report], *, current: str) -> dict[str, object]:
    """What the head and the navigation of every page need; the policy knows the one style sheet by its hash."""
    style = (TEMPLATE / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    links = [(report.page(), report.title) for report in reports]
    return {"title": title, "site": SITE, "style": style, "policy": policy, "links": links, "current": current}


def _check_page(report: Report, page: str, charts: int) -> None:
    """Read the page once more, as strict XML: well formed, nothing that runs, every chart there and in the page."""
    try:
        tree = ElementTree.fromstring(page.encode())
    except ElementTree.ParseError as error:
        raise ReportError(f"{report.path.name}: the page is not well formed ({error})") from None
    images = [image for image in tree.iter("img") if image.get("src", "").startswith("data:image/")]
    if len(images) != charts or len(images) != len([*tree.iter("img")]) or [*tree.iter("script")]:
        raise ReportError(f"{report.path.name}: {charts} charts were made, the page shows {len(images)}")


def _index(reports: Sequence[Report], pages: Path, *, failed: Report | None = None, message: str = "") -> bytes:
    """The index, read from the pages in the folder: what it says of a report is what that report says."""
    from jinja2 import Environment, FileSystemLoader

    template = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True).get_template("reports.html.j2")
    entries = [{"report": report, "failed": report is failed, **_summary(pages / report.page())} for report in reports]
    page = _page("All reports", reports, current="index.html")
    return _printable(template.render(page=page, entries=entries, message=message)).encode()


def _summary(page: Path) -> dict[str, object]:
    """The bottom line and the first chart of a page: what is tagged `bottom-line`, else the first paragraph."""
    try:
        tree = ElementTree.fromstring(page.read_bytes())
    except (OSError, ElementTree.ParseError):
        return {"built": False, "bottom_line": "", "chart": None}
    tagged = tree.find(".//main//*[@class='bottom-line']")
    line = tree.find(".//main//p") if tagged is None else tagged
    text = "" if line is None else " ".join("".join(line.itertext()).split())
    return {"built": True, "bottom_line": text, "chart": tree.find(".//main//img")}


# Text


def _one_line(text: str) -> str:
    return next((line.strip()[:300] for line in _printable(text).splitlines() if line.strip()), "")


def _printable(text: str) -> str:
    """The text without terminal colours, and without the characters that no page may contain."""
    text = re.sub(r"\x1b\[[0-9;]{0,40}[A-Za-z]", "", text).encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", "", text)


def _without_paths(text: str) -> str:
    """An error's text for a page that strangers may read: of each path only the last part."""
    for folder in (str(ROOT), str(Path.cwd()), str(Path.home())):
        text = text.replace(folder, "") if len(folder) > 1 else text
    return re.sub(r"(?:[/\\][^\s/\\:'\"<>|]{1,200}){2,40}", lambda path: "…/" + _last_component(path[0]), text)


def _last_component(value: object) -> str:
    """The value as words; of a path in it only the last part, since folders are named after people."""
    words = value if isinstance(value, str) else repr(value)
    return re.sub(r"[^'\"]{0,200}[/\\](?=[^'\"/\\])", "", words)


def _software() -> dict[str, str]:
    installed = {package.name: package.version for package in metadata.distributions()}
    versions = {name: installed[name] for name in SOFTWARE if name in installed}
    return {"Python": ".".join(map(str, sys.version_info[:3])), **versions}
