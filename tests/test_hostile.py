"""A corpus in which every field is hostile, from files to pages: nothing runs, nothing is asked for, nothing is markup.

The same pages are looked at by axe-core (from the development dependency `axe-core-python`, or where AXE names it).
"""

import csv
import html
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browser import FLAGS, OFFLINE

from analysis import ROOT
from analysis.__main__ import main
from analysis.anchors import page_name
from analysis.publish import current

RUN = "window.ran=true;fetch('/leak')"
PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "event": f'<img src=x onerror="{RUN}">',
    "svg": f'<svg onload="{RUN}"></svg>',
    "end of pre": f"</pre><script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script>",
    "end of title": f"</title></style><script>{RUN}</script>",
    "frame": f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "refresh": '<meta http-equiv="refresh" content="0;url=/leak">',
    "base": '<base href="https://evil.example/">',
    "form": '<form action="/leak"><input autofocus onfocus="window.ran=true">',
    "link": '<a href="javascript:window.ran=true">x</a>',
    "command": '<button data-commandlinker-command="x">x</button>',
    "clobber": "<a id=MathJax></a>",
    "style": "<style>body{background:url(/leak)}</style>",
    "template": "{{7*7}}{% raw %}{0.__class__}%s${x}",
    "maths": "$\\href{javascript:x}{x}$ $\\frac{$",
    "comment": "<!--",
    "cdata": "]]><![CDATA[",
    "attribute": f"\" onmouseover='{RUN}' x='",
    "terminal": "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "turned": "\u202e000,1",
    "invisible": "Ac\u200bme\u2066",
    "formula": "=cmd|' /C calc'!A0",
    "formula behind a tab": "\t=1+1",
    "path": "../../../../etc/passwd",
    "nul": "a\0b",
    "long": "x" * 300,
    "block": "block-000000000000000000000000-0.",
}
SENTENCES = (
    "“We lost nine men near {0},” said Col. {0} Reyes on Monday. At least 12 {0} were killed in {0}, {0} police said. "
    "Later the ministry put the dead of {0} at 20. {0}"
)
# Elements of an article's words never become elements: these are not in any page of ours.
FOREIGN = {"iframe", "object", "embed", "base", "form", "img", "button", "input", "video", "audio", "foreignobject"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a corpus with every payload in every field, and of some articles of the demonstration."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    rows = []
    for number, payload in enumerate(PAYLOADS.values()):
        text = SENTENCES.format(payload.replace("{", "").replace("}", ""))
        day = f"2031-03-{number % 28 + 1:02d}"
        about = {"id": f"{payload}{number}", "outlet": payload, "title": payload, "url": payload, "author": payload}
        rows.append({**about, payload: payload, "date": day, "text": text})
        rows.append({"date": payload, "text": f"{number} {text}"})
    rows.append({"id": "web", "date": "2031-03-01", "url": f"https://example.org/\"{RUN}'<b>", "text": "It rained."})
    (corpus / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for number, payload in enumerate(PAYLOADS.values()):
        name = re.sub(r"[/\0]", "", payload)[:120] + ".txt"
        (corpus / name).write_text(
            f"date 2031-04-{number % 28 + 1:02d} File {number}. {SENTENCES.format('X')}", "utf-8"
        )
    (corpus / "out.txt").symlink_to("/etc/passwd")
    (corpus / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "bomb.txt").write_text("(" * 10_000 + "a." + ")." * 5_000, "utf-8")
    (corpus / "nested.json").write_text("[" * 100_000, "utf-8")
    shutil.copytree(ROOT / "data/corpus/continental-press", corpus / "sound")
    status = main(["report", str(corpus), "--tables", str(folder / "tables"), "--out", str(folder / "out"), "--jobs", "2",
                   "--deadline", "9"])  # fmt: skip
    assert status == 0
    return folder / "out"


def pages(out: Path) -> list[Path]:
    return sorted(current(out).rglob("*.html"))


def test_no_word_of_an_article_is_an_element_or_an_address(out):
    allowed = {(ROOT / "src/analysis/template/report.js").read_text("utf-8")}
    for page in pages(out):
        tree = ElementTree.fromstring(page.read_bytes())
        for element in tree.iter():
            assert element.tag.lower() not in FOREIGN, page.name
            assert not [name for name in element.attrib if name.startswith(("on", "data-", "style", "src"))], page.name
            link = element.get("href", "")
            assert re.fullmatch(r"(https://example\.org/.*|data:,|[\w./-]*)(#[\w-]*)?", link), (page.name, link)
        assert {script.text for script in tree.iter("script")} == allowed
        policies = [meta.get("http-equiv") for meta in tree.iter("meta") if meta.get("http-equiv")]
        assert policies == ["Content-Security-Policy"]


def test_the_words_are_there_as_words(out):
    """Each payload stands in the page of its article, letter by letter but for what cannot be shown."""
    for number, payload in enumerate(PAYLOADS.values()):
        page = current(out) / "articles" / page_name(f"{payload}{number}".strip())
        shown = "".join(ElementTree.fromstring(page.read_bytes()).find(".//*[@id='text']").itertext())
        plain = re.sub(r"[\x00-\x08\x0b-\x1f\u200b\u202e\u2066\x1b{}\ufffd\s]|[qf]\d+", "", payload)
        assert plain[:200] in re.sub(r"[\s\u200b\ufffd]|[qf]\d+", "", shown), payload


def test_no_name_of_a_file_is_made_of_an_articles_words(out):
    for path in out.rglob("*"):
        assert re.fullmatch(r"[\w.-]{1,60}", path.name), path.name


def test_no_page_tells_where_it_was_made(out):
    for page in pages(out):
        text = page.read_text("utf-8")
        assert str(out.parent) not in text
        assert str(Path.home()) + "/" not in text
        assert str(ROOT) not in text


def test_tables_of_charts_hold_no_formula(out):
    found = list((current(out) / "data").glob("*.csv"))
    assert len(found) > 10
    for path in found:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if re.match(r"\s*[=+@＝]|\s*-\D|[\t\r]", cell)], path.name


def test_every_link_leads_somewhere(out):
    places = {
        path.relative_to(current(out)).as_posix(): set(re.findall(r' id="([^"]*)"', path.read_text("utf-8")))
        for path in current(out).rglob("*")
        if path.suffix in (".html", ".csv", ".json")
    }
    followed = 0
    for page in pages(out):
        here = page.relative_to(current(out))
        for link in re.findall(r'<a\b[^>]*? href="([^"]*)"', page.read_text("utf-8")):
            name, _, place = html.unescape(link).partition("#")
            if name.startswith("http"):
                continue
            target = os.path.normpath(here.parent / name) if name else here.as_posix()
            assert target in places, (page.name, link)
            assert not place or place in places[target], (page.name, link)
            followed += 1
    assert followed > 1000


def test_every_mark_of_a_chart_leads_to_a_row_or_an_article(out):
    drawn = 0
    for page in sorted(current(out).glob("0?-*[a-z].html")):
        for chart in ElementTree.fromstring(page.read_bytes()).iter("svg"):
            marks = [link for link in chart.iter("a") if link.get("class") == "datum"]
            assert marks, (page.name, chart.get("aria-label"))
            for mark in marks:
                assert re.search(r"#[\w-]+$", mark.get("href", "")), (page.name, chart.get("aria-label"))
                assert mark.get("aria-label") != "In the article", (page.name, mark.get("href"))
            drawn += 1
    assert drawn > 15


@pytest.mark.parametrize("name", ["index", "00-overview", "01-corpus", "02-actors", "03-quotes", "04-figures", "05-accounts",
                                  "06-errors", "article"])  # fmt: skip
def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(name: str, out: Path, browse: Callable):
    """The article's page is that of the first payload; pages of sentences go with their reports."""
    article = current(out) / "articles" / page_name(f"{PAYLOADS['script']}0")
    chosen = [article] if name == "article" else sorted(current(out).glob(f"{name}*.html"))
    for page in chosen:
        seen, asked, elsewhere = browse(page)
        assert (asked[-1:], elsewhere, seen["ran"]) == ([f"/{page.name}"], [], False)
        assert not [path for path in asked if "leak" in path]


# Accessibility

AXE = os.environ.get("AXE", "")
FRAME = """<!DOCTYPE html><title>frame</title><iframe id="f"></iframe><script>
const frame = document.getElementById("f"), found = [];
window.onunhandledrejection = event => fetch("/found", {method: "POST", body: JSON.stringify([String(event.reason)])});
(async () => {
  for (const page of PAGES) for (const width of [320, 1280]) {
    frame.width = width; frame.height = 900;
    await new Promise(done => { frame.onload = done; frame.src = "/" + page + "?" + width; });
    const inner = frame.contentWindow;
    if (OPENED.includes(page)) inner.document.querySelectorAll("details").forEach(one => one.open = true);
    // What is folded is not there for anybody; older versions of axe look at it all the same.
    const folded = {exclude: [["details:not([open]) > :not(summary)"]]};
    const result = await inner.axe.run(folded, {resultTypes: ["violations"]});
    for (const one of result.violations)
      found.push([page, width, one.id, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary]);
    const root = inner.document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...inner.document.querySelectorAll("body *")].find(one => one.getBoundingClientRect().right > root.clientWidth && !one.closest(".scroll"));
      found.push([page, width, "sideways", root.scrollWidth, wide ? wide.outerHTML.slice(0, 300) : ""]);
    }
  }
  await fetch("/found", {method: "POST", body: JSON.stringify(found)});
})();
</script>"""


def axe() -> str:
    spec = importlib.util.find_spec("axe_core_python")
    path = Path(AXE) if AXE else Path(spec.origin).with_name("axe.min.js") if spec else None
    if path is None or not path.is_file():
        pytest.skip("axe-core is not installed; install it with: pip install axe-core-python")
    return path.read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, out: Path, chromium: str, tmp_path: Path):
    """Once with all lists folded, and where there are few also with them open; at 320 and at 1280 points."""
    source = axe()
    article = f"articles/{page_name('sound/dorn-raid-1')}"
    names = ["index.html", "00-overview.html", "01-corpus.html", "04-figures.html", "05-accounts.html", article]
    (tmp_path / "www" / "articles").mkdir(parents=True)
    for name in names:
        text = (current(out) / name).read_text("utf-8").replace("Content-Security-Policy", "X")
        (tmp_path / "www" / name).write_text(text.replace("</body>", '<script src="/axe.js"></script></body>'), "utf-8")
    (tmp_path / "www/axe.js").write_text(source, "utf-8")
    frame = FRAME.replace("PAGES", json.dumps(names)).replace("OPENED", json.dumps(["01-corpus.html", article]))
    (tmp_path / "www/frame.html").write_text(frame, "utf-8")
    found: list = []
    done = threading.Event()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "www"))

        def do_POST(self) -> None:
            found.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        flags = [OFFLINE, f"--user-data-dir={tmp_path / 'p'}", "--remote-debugging-port=0",
                 f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"]  # fmt: skip
        address = f"http://127.0.0.1:{server.server_port}/frame.html"
        browser = subprocess.Popen(
            [chromium, *FLAGS, *flags, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ended = done.wait(240)
        browser.kill()
        browser.wait()
        server.shutdown()
    assert ended, "axe came to no end"
    assert found == []
