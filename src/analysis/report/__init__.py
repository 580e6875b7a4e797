"""Executes notebooks and exports each as one HTML page that needs no network, with an index and a page per article.

A page quotes text from the web, so it is guarded three times: text is escaped; tables and charts must pass an
allow-list, or the build stops; and the page carries a content security policy under which nothing is loaded and nothing
runs but our own script for sorting tables. nbclient, nbconvert and their like are imported late: a wrong parameter is
told before anything slow begins.

`notebooks` reads them, `execute` runs them, `markup` says what is allowed, `pages` is the frame of every page, `render`
writes those of the notebooks, `evidence` those of the articles, `index` the index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from analysis.anchors import PAGES
from analysis.publish import (
    EDITIONS,
    building,
    current,
    digest,
    editions,
    publish,
    refuse_to_replace,
    remove,
    replace_file,
)
from analysis.report.facts import Corpus, describe_corpus
from analysis.report.index import Edition, mark_earlier, write_index
from analysis.report.markup import MarkupError, check_chart, check_markup, printable, without_paths
from analysis.report.notebooks import ParameterError, Report, ReportError, read_parameters, read_reports
from analysis.report.pages import TEMPLATE, whole_page

__all__ = [
    "TEMPLATE",
    "Corpus",
    "MarkupError",
    "ParameterError",
    "ReportError",
    "build_reports",
    "check_chart",
    "check_markup",
    "check_parameters",
    "describe_corpus",
    "read_parameters",
]

STATE = "data/state.json"


def build_reports(
    notebooks: Sequence[Path],
    out: Path,
    *,
    parameters: Mapping[str, object],
    corpus: Corpus | None = None,
    progress: Callable[[str], None] = lambda line: None,
    timeout: int = 600,
    keep: int = 1,
) -> list[Path]:
    """Execute the notebooks, write one page for each into the folder `out`, and return these; `index.html` lists them.

    All pages change together, or none (see `analysis.publish`): when a notebook fails, the last good pages stay as they
    are, `<name>.failed.html` shows the notebook as far as it ran, and the index says so. Same input, same bytes.

    Args: `parameters` go to every notebook that declares them (see `read_parameters`); text is read as the type of the
    default. `progress` is told one line a cell. `timeout` is in seconds, for each cell. `keep` editions stay.
    Raises `ParameterError` before anything is executed, `ValueError` where `out` holds folders of a report that no
    report made, `ReportError` when a cell fails or a page would be unsafe.
    """
    from analysis.report.execute import execute
    from analysis.report.render import export

    corpus = corpus or Corpus()
    reports = read_reports(notebooks, parameters)
    refuse_to_replace([PAGES, "data"], out)
    with building(out) as folder:
        for report in reports:
            try:
                execute(report, timeout=timeout, progress=progress)
                _write(export(report, reports, corpus=corpus), folder)
            except ReportError as error:
                _publish_failure(report, reports, corpus, error, out)
                raise
        _write_articles(reports, corpus, folder)
        if corpus.facts:
            _write({STATE: corpus.state, "data/corpus.txt": corpus.name.encode()}, folder)
        kept = _earlier(out, folder, corpus, keep)
        _write({"index.html": write_index(reports, folder, editions=kept)}, folder)
        publish(folder, out, stamp=f"{datetime.now(UTC):%Y%m%d-%H%M%S%f}", keep=keep)
    for failed in out.glob("*.failed.html"):
        remove(failed)
    _mark_earlier(out)
    return [out / report.page() for report in reports]


def check_parameters(notebooks: Sequence[Path], parameters: Mapping[str, object]) -> None:
    """Raise `ParameterError` for a parameter that no notebook declares or whose type is wrong; executes nothing."""
    read_reports(notebooks, parameters)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _write_articles(reports: Sequence[Report], corpus: Corpus, folder: Path) -> None:
    if corpus.tables:
        from analysis.report.evidence import article_pages

        for tables in corpus.tables:
            for name, content in article_pages(tables, reports):
                _write({f"{PAGES}/{name}": content}, folder)


def _earlier(out: Path, made: Path, corpus: Corpus, keep: int) -> list[Edition]:
    """The editions that stay beside the one that was made; those of other articles are stale."""
    newest = current(out)
    # A run that changes nothing makes no edition: then the current one is not an earlier one.
    same = digest(newest, without="index.html") == digest(made, without="index.html") if newest != out else False
    earlier = [edition for edition in editions(out) if not (same and edition == newest)]
    return [
        Edition(
            f"{EDITIONS}/{path.name}",
            re.sub(r"(....)(..)(..)-.*", r"\1-\2-\3", path.name),
            _corpus_of(path) != corpus.name,
        )
        for path in earlier[: keep - 1]
    ]


def _mark_earlier(out: Path) -> None:
    for edition in editions(out):
        page = edition / "index.html"
        if edition != current(out) and page.is_file():
            replace_file(page, mark_earlier(page.read_text(encoding="utf8")).encode())


def _corpus_of(edition: Path) -> str:
    name = edition / "data" / "corpus.txt"
    return name.read_text(encoding="utf8") if name.is_file() else ""


def _publish_failure(report: Report, reports: Sequence[Report], corpus: Corpus, error: ReportError, out: Path) -> None:
    """Write the page that shows the failure and an index that says so; the last good pages are not touched."""
    from analysis.report.render import export

    try:
        pages = export(report, reports, corpus=corpus, failure=error)
    except ReportError:  # what it has to show is itself what no page can hold
        message = f'<section class="alert"><p>{escape(printable(without_paths(str(error))))}</p></section>'
        page = whole_page(f"Failed: {report.title}", reports, message, current=report.page())
        pages = {report.page(".failed.html"): page.encode()}
    for failed in out.glob("*.failed.html"):
        if failed.name not in pages:
            remove(failed)
    for name, content in pages.items():
        replace_file(out / name, content)
    index = write_index(reports, out, failed=report, message=without_paths(str(error)))
    replace_file(out / "index.html", index)
