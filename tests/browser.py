"""A headless Chromium for tests: what a page shows, what it asks for, whether anything in it runs."""

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

import pytest

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
        if not folder.exists():
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
