"""Whoever reads sees the old set or the new one: when the writer is killed at any point, and when the disk is full."""

import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from samples import article

from analysis import extraction, tables
from analysis.corpus import Article, Reading
from analysis.extraction import Done
from analysis.publish import building, current, editions, publish
from analysis.report import build_reports

NEW = {"a.html": "new", "b.html": "new, longer", "more/c.csv": "1"}
WRITE = """
import os, signal, sys
from pathlib import Path
from analysis.publish import building, publish
out, content, fatal, keep = Path(sys.argv[1]), eval(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
count = 0
def die(event, args):
    global count
    if event in ("open", "shutil.rmtree") or event.startswith("os.") and event not in ("os.putenv", "os.fork"):
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
with building(out) as folder:
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    publish(folder, out, stamp=sys.argv[5], keep=keep)
"""


def seen(out: Path) -> dict[str, str]:
    """What a reader finds through the addresses that stay, by the hash of its content."""
    tops = [path for path in out.iterdir() if path.is_symlink() and path.name[0] != "." and path.name != "current"]
    files = [path for top in tops for path in (top, *(top.rglob("*") if top.is_dir() else ())) if path.is_file()]
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write(out: Path, content: dict[str, str], *, stamp: str = "2", fatal: int = 0, keep: int = 1) -> int:
    command = [sys.executable, "-c", WRITE, str(out), repr(content), str(fatal), str(keep), stamp]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_a_writer_killed_before_any_of_its_operations_leaves_the_old_set_or_the_new(tmp_path):
    write(tmp_path / "old", {"a.html": "old", "gone.html": "old"}, stamp="1")
    shutil.copytree(tmp_path / "old", tmp_path / "new", symlinks=True)
    write(tmp_path / "new", NEW)
    old, new = seen(tmp_path / "old"), seen(tmp_path / "new")
    assert (len(old), len(new)) == (2, 3)
    last = 0
    for fatal in range(1, 400):
        out = tmp_path / "out"
        shutil.copytree(tmp_path / "old", out, symlinks=True)
        status = write(out, NEW, fatal=fatal)
        found = seen(out)
        # A new name is linked after the moment, one that is gone unlinked after it: files of one set all the same.
        whole = {key: value for key, value in found.items() if key in old} == old or found.items() <= new.items()
        assert whole, f"killed before operation {fatal}: {found}"
        if status == 0:
            last = fatal
            break
        assert status == -signal.SIGKILL
        assert write(out, NEW, stamp="3") == 0
        assert seen(out) == new, "the next run mends what is missing"
        assert not list(out.glob(".building-*"))
        shutil.rmtree(out)
    assert last > 20


def test_the_same_content_is_not_published_twice(tmp_path):
    for stamp in ("1", "2", "3"):
        write(tmp_path, NEW, stamp=stamp, keep=5)
    assert [path.name[:2] for path in editions(tmp_path)] == ["1-"]


def test_the_last_editions_stay(tmp_path):
    for stamp in "12345":
        write(tmp_path, {"a.html": stamp}, stamp=stamp, keep=3)
    assert [path.name[:1] for path in editions(tmp_path)] == ["5", "4", "3"]
    assert (tmp_path / "a.html").read_text() == "5"


def test_a_reader_of_several_files_reads_one_set(tmp_path):
    write(tmp_path, {"a.html": "1", "b.html": "1"}, stamp="1", keep=2)
    before = current(tmp_path)
    write(tmp_path, {"a.html": "2", "b.html": "2"}, stamp="2", keep=2)
    assert (before / "b.html").read_text() == "1"
    assert (current(tmp_path) / "b.html").read_text() == "2"


def test_a_file_in_the_way_is_replaced(tmp_path):
    (tmp_path / "a.html").write_text("the index of a run that failed")
    write(tmp_path, NEW)
    assert (tmp_path / "a.html").read_text() == "new"


def test_a_folder_that_somebody_else_put_there_stays(tmp_path):
    mine = tmp_path / "out" / "articles" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    (tmp_path / "made" / "articles").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"articles was not made by this command and would be lost"):
        publish(tmp_path / "made", tmp_path / "out", stamp="1")
    assert mine.read_text() == "mine"
    assert not (tmp_path / "out" / "current").exists()


# A whole extraction, a whole report


def articles(version: int) -> list[Article]:
    texts = [f"Text {n} of version {version if n < 3 else 1}." for n in range(4 + version)]
    return [article(f"a{n}", text) for n, text in enumerate(texts)]


def extract(out: Path, version: int) -> None:
    """The tables of four or five articles; the parser is not what is tested here."""
    extraction._worker_pipeline = lambda model: None
    rows = '{"mentions": [], "quotes": [], "figures": []}'
    extraction._extract_batch = lambda model, batch: [
        Done(extraction._key(task.article), rows, task.article.text.encode(), failed=False) for task in batch
    ]
    given = articles(version)
    made, _ = extraction.build_tables(Reading(given, [], {"found": len(given)}), out)
    tables.write_tables(made, out)


def report(out: Path, version: int) -> None:
    """Two reports without code: no kernel starts, all else is as always."""
    for name in "ab":
        cells = [new_markdown_cell(f"# {name}\n\nVersion {version}." + " Words." * 500 * version)]
        nbformat.write(new_notebook(cells=cells), out.parent / f"{name}.ipynb")
    import analysis.report.execute

    analysis.report.execute.execute = lambda report, **options: None
    build_reports([out.parent / "a.ipynb", out.parent / "b.ipynb"], out, parameters={})


def in_child(work: Callable[[Path, int], None], out: Path, version: int, *, limit: int = 0, wait: float = 30) -> int:
    """Work in a process of its own, killed after `wait` seconds, with files of at most `limit` bytes; its status."""
    child = os.fork()
    if not child:
        try:
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            work(out, version)
            os._exit(0)
        except BaseException:
            os._exit(7)
    end = time.monotonic() + wait
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("work", [extract, report])
def test_killed_at_any_moment_and_run_again_nothing_is_lost(work, tmp_path):
    old, new, out = (tmp_path / name / "out" for name in ("old", "new", "now"))
    for folder in (old, new, out):
        folder.parent.mkdir()
    assert in_child(work, old, 1) == 0
    assert in_child(work, new, 1) == 0
    begun = time.monotonic()
    assert in_child(work, new, 2) == 0
    lasts = time.monotonic() - begun
    sets = (seen(old), seen(new))
    assert sets[0] != sets[1]
    dice = random.Random(25)
    killed = 0
    while killed < 25:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(old, out, symlinks=True)
        begun = time.monotonic()
        if in_child(work, out, 2, wait=dice.uniform(0, lasts)) == -signal.SIGKILL:
            killed += 1
        else:  # it was quicker than the one that was timed
            lasts = min(lasts, time.monotonic() - begun)
        assert seen(out) in sets
    assert in_child(work, out, 2) == 0
    assert seen(out) == sets[1]


@pytest.mark.parametrize("limit", [1, 100, 1_000, 2_000, 4_000, 8_000])
@pytest.mark.parametrize("work", [extract, report])
def test_a_full_disk_leaves_the_old_set(work, limit, tmp_path):
    out = tmp_path / "out"
    assert in_child(work, out, 1) == 0
    before = seen(out)
    status = in_child(work, out, 2, limit=limit)
    assert status in (0, 7)
    assert (seen(out) == before) == (status == 7)
    assert status == 7 or limit >= 2_000
    assert not list(out.glob(".building-*")), "what was begun is taken away"


def test_a_folder_that_may_not_be_written(tmp_path):
    """Also for root, to whom modes mean nothing: a folder below a file can never be made."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError), building(tmp_path / "file" / "out"):
        pass


def test_readers_during_many_publications_see_one_set(tmp_path):
    code = (
        "import sys; from pathlib import Path; from analysis.publish import *\n"
        "for n in range(120):\n"
        " with building(Path(sys.argv[1])) as folder:\n"
        "  folder.mkdir(); [(folder / name).write_text(str(n)) for name in 'ab']\n"
        "  publish(folder, Path(sys.argv[1]), stamp=f'{n:04d}', keep=2)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as writer:
        read = 0
        while writer.poll() is None:
            one = current(tmp_path)
            if one != tmp_path:
                try:
                    first = (one / "a").read_text()
                    assert (one / "b").read_text() == first
                    read += 1
                except FileNotFoundError:
                    assert current(tmp_path) != one, "only a set that two newer ones replaced may be gone"
    assert read > 50
