"""Reports in a browser: nothing is requested, nothing runs, charts are drawn, and a phone shows them well."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.report import build_reports

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
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

# The page under test stands in a frame of a page that may run scripts and says what it sees.
FRAME = """<!DOCTYPE html><title>frame</title><link rel="icon" href="data:,">
<iframe id="f" src="{page}" width="{width}"></iframe>
<script>document.getElementById("f").onload = event => {{
  const inner = event.target.contentDocument, root = inner.documentElement;
  document.title = JSON.stringify({{
    charts: [...inner.images].map(image => image.naturalWidth),
    overflow: root.scrollWidth - root.clientWidth,
    boxes: [...inner.querySelectorAll(".scroll")].map(box => [box.clientWidth, box.scrollWidth]),
    paper: getComputedStyle(root).backgroundColor,
    ran: Boolean(event.target.contentWindow.ran),
  }});
}};</script>"""


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser; without one these tests fail where tests are run for everybody, and are left out elsewhere."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("CI"):
        pytest.fail("chromium is not installed; install it with: apt-get install chromium")
    if found is None:
        pytest.skip("chromium is not installed")
    return found


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


@pytest.fixture
def serve() -> Iterator[Callable[[Path], tuple[str, list[str]]]]:
    """Serve a folder on this machine: gives the address and the list of the paths that are asked for."""
    servers = []

    def start(folder: Path) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_request(self, *args: object) -> None:
                asked.append(self.path)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def browse(chromium: str, serve: Callable, tmp_path: Path) -> Callable[..., tuple[dict, list[str], list[str]]]:
    """Open a page in a frame: what the frame sees, the paths asked of our server, the addresses asked of others."""

    def look(page: Path, *flags: str, width: int = 1000) -> tuple[dict, list[str], list[str]]:
        folder = tmp_path / "served"
        shutil.copytree(page.parent, folder)
        (folder / "frame.html").write_text(FRAME.format(page=page.name, width=width))
        address, asked = serve(folder)
        log = tmp_path / "net.json"
        options = [OFFLINE, f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}", "--dump-dom", *flags]
        command = [chromium, *FLAGS, *options, f"{address}/frame.html"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
        seen = json.loads(re.search(r"<title>(\{.*?\})</title>", shown)[1])
        return seen, asked[1:], [url for url in _requested_by_pages(log) if not url.startswith(address)]

    return look


def _requested_by_pages(log: Path) -> list[str]:
    """The web addresses that a page asked for; the browser's own calls to its maker have no origin."""
    events = [event.get("params", {}) for event in json.loads(log.read_text("utf-8"))["events"]]
    asked = {event["url"] for event in events if event.get("initiator", "not an origin") != "not an origin"}
    return sorted(url for url in asked if not url.startswith("data:"))


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
