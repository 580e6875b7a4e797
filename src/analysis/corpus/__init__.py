"""Reads articles: text files, JSON Lines, JSON, CSV, TSV, Parquet, HTML; the only module that opens input.

Articles are untrusted: whatever stands in a file becomes an `Article` or a row of problems, never an exception. What
raises is configuration: a corpus that does not exist, a column that no table has. Every item ends in exactly one fate
(read, duplicate, rejected), the same for the same input: files in sorted order, no clock, no guessed types.
"""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from analysis.corpus.dates import YEARS, parse_date
from analysis.corpus.files import FIELDS, MAX_BYTES, SURROGATE, File, Problem, Run, decode, find_files
from analysis.corpus.readers import listed, read_file

__all__ = ["FIELDS", "MAX_BYTES", "Article", "Problem", "Reading", "parse_date", "read_articles"]

MAX_TEXT = 1_000_000  # characters of an article; spaCy refuses longer ones
MAX_FIELD = 5_000  # characters of any other field; the id and the outlet stand in every row of three tables


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `text` is exactly as given after the header, and every offset in every table points into it."""

    article_id: str
    text: str
    date: datetime.date | None
    outlet: str | None
    title: str | None
    url: str | None
    sha256: str  # of the text in UTF-8
    path: str  # below the corpus folder; "file.jsonl#12" for a line or row


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: `counts` has found, read, duplicate, rejected, and found is the sum of the other three."""

    articles: list[Article]
    problems: list[Problem]
    counts: dict[str, int]


_Draft = tuple[File, int | None, Article]  # an article whose id is still empty when it names none


def read_articles(paths: Sequence[Path], *, columns: Mapping[str, str] = MappingProxyType({})) -> Reading:
    """Read the articles of files and folders, in sorted order, with a row for every problem and counts that add up.

    Args: `columns` maps a field (id, date, title, outlet, url, text) to its name in the user's tables. Hidden files,
    and in a folder those named README, LICENSE, COPYING or CHANGELOG, are passed over. Missing date, outlet, title,
    url: None. `article_id` is the id, else the path without its ending (with the number of the line in tables). Of
    articles with one id the newest is kept, of articles with one text the first.
    Raises `FileNotFoundError` for a path that does not exist, `ValueError` for a column that no table has.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "ferry.txt").write_text(" date 2031-05-02 The ferry sank, the navy said.")
    ...     reading = read_articles([Path(folder)])
    >>> reading.articles[0].article_id, str(reading.articles[0].date), reading.articles[0].text
    ('ferry', '2031-05-02', 'The ferry sank, the navy said.')
    >>> reading.counts
    {'found': 1, 'read': 1, 'duplicate': 0, 'rejected': 0}
    """
    for ours in columns:
        if ours not in FIELDS:
            raise ValueError(f"columns: there is no field {ours!r} to fill; use one of {', '.join(FIELDS)}")
    run = Run(columns)
    try:
        files = find_files([paths] if isinstance(paths, str | Path) else paths, run)
        drafts = [draft for file in files for row in read_file(file) if (draft := _build_article(file, *row))]
    finally:
        run.pages.stop()
    for ours, theirs in columns.items():
        if run.seen and theirs not in run.seen:
            raise ValueError(f"columns: {ours}={theirs}, but no table has that column; there are: {listed(run.seen)}")
    found = len(drafts) + run.count("rejected")
    articles = _settle(drafts)
    counts = {"found": found, "read": len(articles)} | {fate: run.count(fate) for fate in ("duplicate", "rejected")}
    return Reading(articles, run.problems, counts)


def _build_article(file: File, line: int | None, fields: Mapping[str, object]) -> _Draft | None:
    """The article, its id empty when it names none; None when there is nothing to read."""
    cells = {name: _read_cell(file, line, name, fields.get(name)) for name in FIELDS}
    text, date = cells["text"] or "", parse_date(cells["date"] or "")
    if cells["date"] and not date:
        problem = f"not a date; write YYYY-MM-DD, from {YEARS[0]} to {YEARS[-1]}"
        file.report(problem, "date left missing", line=line, field="date", value=cells["date"])
    if len(text) > MAX_TEXT:
        file.report(f"longer than {MAX_TEXT} characters; split it into articles", line=line, field="text", value=text)
        return None
    if not any(map(str.isalpha, text)):
        problem = "no text with letters in it; remove it, or say which column to take with columns text=NAME"
        file.report(problem, line=line, field="text", value=text)
        return None
    path = file.name if line is None else f"{file.name}#{line}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    article = Article(cells["id"] or "", text, date, cells["outlet"], cells["title"], cells["url"], sha256, path)
    return file, line, article


def _read_cell(file: File, line: int | None, name: str, value: object) -> str | None:
    """The text of a field, valid Unicode, all but the article's without the blanks around; None when there is none."""
    value, trouble = decode(value, encoding="utf-8-sig") if isinstance(value, bytes) else (value, None)
    if not isinstance(value, str | None):
        problem = f"{type(value).__name__} instead of text; put it between quotation marks"
        file.report(problem, f"{name} left missing", line=line, field=name)
        return None
    valid = SURROGATE.sub("\ufffd", value or "")
    if trouble or valid != (value or ""):
        problem = trouble or "lone surrogates, replaced by U+FFFD; write valid Unicode"
        file.report(problem, "read", line=line, field=name, value=valid)
    if name == "text":
        return valid
    if len(valid) > MAX_FIELD:
        problem = f"longer than {MAX_FIELD} characters; shorten it"
        file.report(problem, f"{name} left missing", line=line, field=name, value=valid)
        return None
    return valid.strip() or None


def _settle(drafts: Sequence[_Draft]) -> list[Article]:
    """One article per id and per text, ids complete; the others are reported as duplicates."""
    newest: dict[str, Article] = {}
    for _, _, article in drafts:
        known = newest.setdefault(article.article_id, article)
        if (article.date or datetime.date.min) > (known.date or datetime.date.min):
            newest[article.article_id] = article
    kept: dict[str, Article] = {}
    taken = set(newest)
    for file, line, article in drafts:
        named = article.article_id
        if named and newest[named] is not article:
            problem = f"same id as {newest[named].path}, which is newer or comes first; give each article its own"
            file.report(problem, "duplicate", line=line, field="id", value=named)
        elif article.sha256 in kept:
            problem = f"same text as {kept[article.sha256].path}; keep one of them"
            file.report(problem, "duplicate", line=line, field="text", value=article.text)
        else:
            kept[article.sha256] = replace(article, article_id=named or _free_id(file, line, article.sha256, taken))
    return list(kept.values())


def _free_id(file: File, line: int | None, sha256: str, taken: set[str]) -> str:
    """The path without its ending, and a piece of the text's hash when that is taken: no name loses an article."""
    found = stem = str(PurePosixPath(file.name).with_suffix("")) + ("" if line is None else f"#{line}")
    while found in taken:
        found += f"~{sha256[:12]}"
    if found != stem:
        file.report(f"another article has this id; read as {found}", "read", line=line, field="id", value=stem)
    taken.add(found)
    return found
