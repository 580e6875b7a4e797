"""Finds the files of a corpus and decodes their bytes: only ordinary ones, in bounded memory, to valid Unicode."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from analysis.corpus.pages import Pages

FIELDS = ("id", "date", "title", "outlet", "url", "text")
MAX_BYTES = 20_000_000  # of a text or HTML file, of a line in a table; the limit of trafilatura
MAX_JSON = 200_000_000  # bytes of a .json file, which has to be held in memory as a whole
SURROGATE = re.compile("[\ud800-\udfff]")
# Hidden files, and what is written about a corpus and is no part of it.
_ABOUT = re.compile(
    r"\..{0,300}|(?:readme|licen[cs]e|copying|changelog)(?:\.(?:md|txt|html))?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the input that a person should look at; the run went on."""

    path: str
    line: int | None  # of the file; the number of the row in JSON and Parquet
    field: str | None
    value: str | None  # shortened to 200 characters
    problem: str
    action: str  # "rejected", "duplicate", "read", "date left missing" …


@dataclass(slots=True)
class Run:
    """What one call of `read_articles` keeps: names of columns, problems, the process that reads HTML."""

    columns: Mapping[str, str]
    seen: dict[str, None] = field(default_factory=dict)  # the columns that the tables turned out to have
    problems: list[Problem] = field(default_factory=list)
    pages: Pages = field(default_factory=Pages)

    def theirs(self, ours: str) -> str:
        return self.columns.get(ours, ours)

    def see(self, header: Iterable[str]) -> None:
        # Hostile JSON may invent keys without end: beyond a screenful only the names asked for matter.
        self.seen.update((name, None) for name in header if len(self.seen) < 50 or name in self.columns.values())

    def count(self, action: str) -> int:
        return sum(problem.action == action for problem in self.problems)


@dataclass(frozen=True, slots=True)
class File:
    path: Path
    name: str  # below the corpus folder, always valid Unicode
    run: Run

    def report(self, problem: str, action: str = "rejected", *, line: int | None = None, **about: str) -> None:
        value = SURROGATE.sub("\ufffd", about.get("value", "")[:201])
        shown = value if len(value) <= 200 else value[:199] + "…"
        self.run.problems.append(Problem(self.name, line, about.get("field"), shown or None, problem, action))


def find_files(paths: Iterable[Path], run: Run) -> list[File]:
    """Every file once, also when a folder and something in it were both given; in sorted order."""
    found: dict[Path, File] = {}
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"{root}: no such file or folder; give the one that holds the articles")
    for root in sorted(root.resolve() for root in roots):
        folder, files = (root, sorted(_walk(root))) if root.is_dir() else (root.parent, [root])
        for path in files:
            name = path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode()
            found.setdefault(path, File(path, name, run))
    return list(found.values())


def _walk(root: Path) -> Iterator[Path]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = {entry for entry in folder.iterdir() if not _ABOUT.fullmatch(entry.name)}
            inner = {entry for entry in entries if entry.is_dir() and not entry.is_symlink()}
        except OSError:
            yield folder  # not to be opened: rejected later, like everything that is no ordinary file
            continue
        folders += inner
        yield from entries - inner


def read_whole(file: File, limit: int = MAX_BYTES) -> str:
    """The text of a file; `ValueError` when it has more than `limit` bytes."""
    with file.path.open("rb") as opened:
        raw = opened.read(limit + 1)
    if len(raw) > limit:
        raise ValueError(f"larger than {limit // 10**6} MB; split it into articles")
    text, trouble = decode(raw)
    if trouble:
        file.report(trouble, "read")
    return text


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or, without one, by where the NULs of its Latin letters stand."""
    marks = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    if marked := [encoding for mark, encoding in marks.items() if head.startswith(mark)]:
        return marked[0]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) / 5 or min(even, odd) > len(head) / 40:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def decode(raw: bytes, *, encoding: str | None = None) -> tuple[str, str | None]:
    """Text, always valid Unicode, and what was wrong with its bytes if anything was."""
    encoding = encoding or _wide(raw[:4096]) or "utf-8-sig"
    try:
        return raw.decode(encoding), None
    except UnicodeDecodeError:
        repaired = raw.decode(encoding, "replace")
    lost = repaired.count("\ufffd")
    kept = len(repaired) - len(repaired.encode("ascii", "ignore")) - lost
    # Damaged UTF-8 still has characters of several bytes; in an 8-bit encoding nearly none come out by chance.
    if encoding != "utf-8-sig" or kept > lost:
        return repaired, f"{lost} damaged characters, replaced by U+FFFD; save the file as UTF-8 again"
    return raw.decode("cp1252", "replace"), "not UTF-8, taken for Windows-1252; save the file as UTF-8"


def lines(file: File) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line, in bounded memory: None for a line longer than `MAX_BYTES`."""
    with file.path.open("rb") as opened:
        wide = _wide(opened.read(4096))
        opened.seek(0)
        yield from enumerate(
            io.StringIO(read_whole(file, MAX_JSON), newline="\n") if wide else _narrow(file, opened), 1
        )


def _narrow(file: File, opened: BinaryIO) -> Iterator[str | None]:
    number, told = 0, False
    while line := opened.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = opened.readline(MAX_BYTES)
            yield None
            continue
        text, trouble = decode(line, encoding="utf-8-sig")
        if trouble and not told:
            told = True
            file.report(f"{trouble} (the first line of this kind)", "read", line=number)
        yield text
