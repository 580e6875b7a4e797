"""Writes the page of an executed notebook: each output in one safe form, charts and tables with their links."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import json
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from analysis.anchors import ROWS
from analysis.report.data import as_csv, as_json
from analysis.report.execute import failure as failure_in
from analysis.report.facts import Corpus
from analysis.report.markup import (
    MarkupError,
    check_chart,
    check_markup,
    last_component,
    printable,
    read_markdown,
    without_paths,
)
from analysis.report.notebooks import Report, ReportError, tags
from analysis.report.pages import TEMPLATE, check_page, finish, page_head, whole_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

CHARTS = ("image/svg+xml", "image/png")
SOFTWARE = ("versions-of-events", "spacy", "pandas", "matplotlib", "nbconvert")
ENOUGH = 140_000  # bytes of a page besides its charts; what is folded and does not fit gets a page of its own

Files = dict[str, bytes]  # what goes into the folder of reports, by name


def export(
    report: Report,
    reports: Sequence[Report],
    *,
    corpus: Corpus,
    failure: ReportError | None = None,
) -> Files:
    """The page of a report and what stands beside it: long lists of sentences, the rows of its charts."""
    blocks = _Blocks(report, {other.path.stem: other.page() for other in reports})
    shown = _shown(report, blocks, failure=failure)
    articles = corpus.pages
    title = f"Failed: {report.title}" if failure else report.title
    about = {
        "page": page_head(title, reports, current=report.page()),
        "failure": without_paths(str(failure)) if failure else None,
        "facts": _facts(report, corpus.facts),
    }
    page = finish(blocks.fill(_render(shown, about)), articles=articles)
    files = {} if failure else blocks.files
    if not failure:
        page, sentences = _split(page, report, reports, articles)
        files |= sentences
    name = report.page(".failed.html" if failure else ".html")
    check_page(name, page, blocks.charts)
    return {name: page.encode(), **files}


def _render(shown: NotebookNode, about: dict[str, object]) -> str:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    return printable(exporter.from_notebook_node(shown, resources=about)[0])


class _Blocks:
    """The safe HTML of a notebook's outputs, kept out of nbconvert's hands, which would read and write it once more."""

    def __init__(self, report: Report, pages: Mapping[str, str]) -> None:
        self.report, self.pages = report, pages
        self.key = hashlib.sha256(json.dumps(report.notebook, sort_keys=True, default=str).encode()).hexdigest()[:24]
        self.made: list[str] = []
        self.files: Files = {}
        self.charts = 0

    def add(self, markup: str) -> str:
        self.made.append(markup)
        return f"block-{self.key}-{len(self.made) - 1}."

    def chart(self, kind: str, output: NotebookNode) -> str:
        """The chart in the page itself when it is only shapes and words; else as an image, in which nothing runs."""
        words = output.metadata[kind]
        self.charts += 1
        alt, caption = (html.escape(str(words.get(name) or "")) for name in ("alt", "caption"))
        drawing = (
            check_chart(output.data[kind], prefix=f"c{self.charts}", label=words["alt"]) if "svg" in kind else None
        )
        if drawing is None:
            content = output.data[kind].replace("\n", "")
            raw = base64.b64encode(output.data[kind].encode()).decode() if "svg" in kind else html.escape(content)
            drawing = f'<img alt="{alt}" src="data:{kind};base64,{raw}"/>'
        box = f'<div class="scroll" role="region" tabindex="0" aria-label="Chart {self.charts}">{drawing}</div>'
        # The words for those who cannot see the chart help everybody, so they are printed; said once aloud.
        heard = "" if caption else ' aria-hidden="true"'
        note = f"<figcaption{heard}>{caption or alt}</figcaption>"
        return self.add(f"<figure>{box}{note}{self._rows(output.data.get(ROWS))}</figure>")

    def _rows(self, rows: Mapping[str, list] | None) -> str:
        if rows is None:
            return ""
        name = f"data/{self.report.path.stem}-{self.charts}"
        self.files |= {f"{name}.csv": as_csv(rows), f"{name}.json": as_json(rows)}
        return f'<p class="files">Data: <a href="{name}.csv">CSV</a> · <a href="{name}.json">JSON</a></p>'

    def prose(self, markdown: str) -> str:
        """The text of a notebook; where it names another one ("notebook 03", `03-quotes`) it leads to its page."""
        markup = read_markdown(markdown, escape=False)
        known = {stem.partition("-")[0]: page for stem, page in self.pages.items()} | self.pages

        def led(named: re.Match[str]) -> str:
            page = known.get(named[1] or named[2])
            return f'<a href="{page}">{named[0]}</a>' if page and page != self.report.page() else named[0]

        return check_markup(re.sub(r"\b[Nn]otebook (\d\d)\b|<code>([\w-]+)</code>", led, markup))

    def fill(self, page: str) -> str:
        """The page with the blocks in their places."""
        filled = re.sub(rf"block-{self.key}-([0-9]+)\.", lambda found: self.made[int(found[1])], page)
        return printable(filled)


def _split(page: str, report: Report, reports: Sequence[Report], articles: Mapping[str, str]) -> tuple[str, Files]:
    """The page small enough to send: folded lists, the longest first, move to a page of their own, one link instead."""
    folded = sorted(re.findall(r"<details>.*?</details>", page, re.DOTALL), key=len, reverse=True)
    size = len(re.sub(r"<svg.*?</svg>|<img[^>]*>", "", page, flags=re.DOTALL).encode())
    name, moved = report.page(".sentences.html"), []
    for block in folded:
        if size <= ENOUGH:
            break
        summary = re.sub(r"<[^>]*>", "", block[: block.index("</summary>")])
        moved.append(block.replace("<details>", '<details open="open">', 1))
        link = f'<p class="elsewhere"><a href="{name}#list-{len(moved)}">{summary}</a></p>'
        page = page.replace(block, link, 1)
        size -= len(block.encode())
    if not moved:
        return page, {}
    anchors = set(re.findall(r' id="([\w-]+)"', "".join(moved))) - set(re.findall(r' id="([\w-]+)"', page))
    page = re.sub(r' href="#([\w-]+)"', lambda to: f' href="{name}{to[0][7:]}' if to[1] in anchors else to[0], page)
    body = "".join(f'<section id="list-{n}">{block}</section>' for n, block in enumerate(moved, 1))
    extra = whole_page(f"{report.title}: the sentences", reports, body, current=report.page())
    extra = finish(extra, articles=articles)
    check_page(name, extra, 0)
    return page, {name: extra.encode()}


def _shown(report: Report, blocks: _Blocks, *, failure: ReportError | None) -> NotebookNode:
    """A copy that holds what readers see, each output in one safe form; after a failure, nothing is left out."""
    shown = copy.deepcopy(report.notebook)
    for index, cell in enumerate(shown.cells):
        cell.metadata["failed"] = failure is not None and failure.cell == index
        try:
            if failure is None:
                _leave_out(cell)
            _make_safe(cell, blocks)
        except MarkupError as error:
            if failure is None:
                raise failure_in(report, index, str(error)) from None
            _make_plain(cell)
    return shown


def _leave_out(cell: NotebookNode) -> None:
    """Drop what tags hide (after the run: hidden cells must run), and warnings, which are for the operator."""
    hidden = {"remove-cell", "remove-output"}.intersection(tags(cell))
    if "outputs" in cell:
        cell.outputs = [output for output in cell.outputs if not hidden and output.get("name") != "stderr"]
    elif "remove-cell" in hidden:
        cell.source = ""


def _make_safe(cell: NotebookNode, blocks: _Blocks) -> None:
    if cell.cell_type == "markdown":
        cell.source = blocks.prose(cell.source)
    for output in cell.get("outputs", []):
        if "data" in output:
            output.data = _safe_data(output, blocks)
        elif "traceback" in output:
            output.traceback = [without_paths(line) for line in output.traceback]
        elif output.name == "stderr":
            output.text = without_paths(output.text)


def _make_plain(cell: NotebookNode) -> None:
    if cell.cell_type == "markdown":
        cell.source = f"<pre>{html.escape(cell.source)}</pre>"
    for output in cell.get("outputs", []):
        if "data" in output:
            output.data = {"text/plain": output.data.get("text/plain", "")}


def _safe_data(output: NotebookNode, blocks: _Blocks) -> dict[str, str]:
    for kind in CHARTS:
        if kind in output.data:
            if not str(output.metadata.get(kind, {}).get("alt") or "").strip():
                raise MarkupError("a chart without words for those who cannot see it; show it by show_figure")
            return {"text/html": blocks.chart(kind, output)}
    if "text/html" in output.data:
        return {"text/html": blocks.add(check_markup(output.data["text/html"]))}
    if "text/markdown" in output.data:
        return {"text/html": blocks.add(check_markup(read_markdown(output.data["text/markdown"], escape=True)))}
    return {"text/plain": output.data.get("text/plain", "")}


def _facts(report: Report, corpus: Mapping[str, str]) -> dict[str, dict[str, str]]:
    parameters = {name: last_component(value) for name, value in report.parameters.items()}
    return {"Corpus": dict(corpus), "Parameters": parameters, "Software": _software()}


@cache
def _software() -> dict[str, str]:
    installed = {package.name: package.version for package in metadata.distributions()}
    versions = {name: installed[name] for name in SOFTWARE if name in installed}
    return {"Python": ".".join(map(str, sys.version_info[:3])), **versions}
