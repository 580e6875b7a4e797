"""Reports in a browser: nothing is requested, nothing runs, charts are drawn, and a phone shows them well."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from browser import FLAGS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.report import build_reports

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="768" height="300" style="background: white">'
    '<script>fetch("/leak-script")</script><image href="/leak-image" width="9" height="9"/>'
    '<rect width="700" height="200" style="fill: #06c"/></svg>'
)
CELLS = "<td>“A long sentence that someone said.”</td>" * 8
TABLE = f"<table><caption>A caption longer than a small screen is wide</caption><tr>{CELLS}</tr></table>"
HOSTILE = """
<script>ran = true; fetch("/leak")</script><img src="https://evil.example/leak"><img src=x onerror="ran = true">
<style>body { background: url(/leak) }</style><link rel="stylesheet" href="/leak"><iframe src="/leak"></iframe>
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a chart, a wide table and hostile text; two where that text is markup, one without a policy."""
    folder = tmp_path_factory.mktemp("browser")
    show = (
        "display({{{0!r}: {1!r}, 'text/plain': ''}}, raw=True, metadata={{{0!r}: {{'alt': 'A blue bar, 700 wide'}}}})"
    )
    cells = [
        new_markdown_cell("# Report\n\nThe bottom line."),
        new_code_cell(show.format("image/svg+xml", SVG)),
        new_code_cell(show.format("text/html", TABLE)),
        new_code_cell(f"print({HOSTILE!r}, 'x' * 500)"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "report.ipynb")
    [page] = build_reports([folder / "report.ipynb"], folder / "out", parameters={})
    breached = page.read_text("utf-8").replace("<main>", f"<main>{HOSTILE}")
    (folder / "out" / "breached.html").write_text(breached, "utf-8")
    (folder / "out" / "unguarded.html").write_text(breached.replace("Content-Security-Policy", "X"), "utf-8")
    return folder / "out"


@pytest.mark.parametrize("name", ["report.html", "index.html"])
def test_a_page_asks_for_nothing_and_draws_its_chart(name: str, browse: Callable, reports: Path):
    seen, asked, elsewhere = browse(reports / name)
    assert asked == [f"/{name}"]
    assert elsewhere == []
    assert seen["charts"] == [768]
    assert not seen["ran"]


def test_the_policy_holds_where_the_allow_list_would_not(browse: Callable, reports: Path):
    seen, asked, elsewhere = browse(reports / "breached.html")
    assert (asked, elsewhere, seen["ran"]) == (["/breached.html"], [], False)


def test_these_tests_would_see_what_a_page_asks_for(browse: Callable, reports: Path):
    seen, asked, elsewhere = browse(reports / "unguarded.html")
    assert "/leak" in asked
    assert elsewhere == ["https://evil.example/leak"]
    assert seen["ran"]


def test_on_a_phone_charts_and_tables_scroll_and_the_page_does_not(browse: Callable, reports: Path):
    seen, _, _ = browse(reports / "report.html", width=320)
    assert seen["overflow"] == 0
    assert len(seen["boxes"]) == 2
    assert all(inside > outside for outside, inside in seen["boxes"])


@pytest.mark.parametrize(("scheme", "paper"), [("dark", "rgb(22, 24, 26)"), ("light", "rgb(255, 255, 255)")])
def test_the_page_is_dark_where_the_reader_wants_it_dark(scheme: str, paper: str, browse: Callable, reports: Path):
    seen, _, _ = browse(reports / "report.html", f"--blink-settings=preferredColorScheme={int(scheme == 'light')}")
    assert seen["paper"] == paper


def test_a_mark_of_a_chart_opens_the_sentence_behind_it_without_script(chromium: str, tmp_path: Path):
    chart = '<svg viewBox="0 0 9 9"><a href="#f7-ab"><path d="M0 0L9 9"/></a></svg>'
    rows = '<tr id="f6-ab"><td>One.</td></tr><tr id="f7-ab"><td>Two.</td></tr>'
    lists = [
        f"<details><summary>List</summary><table><caption>List {n}</caption>{rows * n}</table></details>"
        for n in (0, 1)
    ]
    show = "display({{{0!r}: {1!r}, 'text/plain': ''}}, raw=True, metadata={{{0!r}: {{'alt': 'A mark'}}}})"
    shows = [new_code_cell(show.format("text/html", one)) for one in lists]
    cells = [new_markdown_cell("# Report"), new_code_cell(show.format("image/svg+xml", chart)), *shows]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    [page] = build_reports([tmp_path / "a.ipynb"], tmp_path / "out", parameters={})
    [link] = re.findall(r'<a href="([^"]*)" class="datum" aria-label="Two.">', page.read_text("utf-8"))
    flags = [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    plain = tmp_path / "plain.html"
    plain.write_text(re.sub(r"<script>.*?</script>", "", page.read_text("utf-8"), flags=re.DOTALL), "utf-8")
    command = [chromium, *flags, f"{plain.as_uri()}{link}"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert re.findall(r"<details[^>]*>", shown) == ["<details>", '<details open="">']
