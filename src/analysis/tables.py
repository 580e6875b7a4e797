"""Runs the pipeline over a corpus into five typed tables; the columns are declared here, once.

An article's rows are kept by its content and the version of rules and pipeline, its parse by content and pipeline: a
second run reads only what is new, and parses nothing because a rule has changed. All tables change at once. Who reads
tables, as the notebooks do, need not wait for spaCy: only what extracts imports it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.cache import Cache, pack, unpack
from analysis.corpus import Article, Problem, Reading
from analysis.lexicon import LEXICON
from analysis.publish import building, current, publish
from analysis.workers import Lost, run_batches

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from analysis.figures import Figure
    from analysis.mentions import Mention
    from analysis.quotes import Quote

HERE = Path(__file__).parent
BUNDLED = HERE / "model"
TEXT, COUNT, NUMBER, FLAG, DAY = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.timestamp("us")
SPANS = pa.list_(pa.list_(pa.int64()))

SCHEMAS: dict[str, pa.Schema] = {
    "articles": pa.schema({"article_id": TEXT, "date": DAY, "outlet": TEXT, "title": TEXT, "url": TEXT, "text": TEXT,
                           "sha256": TEXT, "path": TEXT}),
    "mentions": pa.schema({"mention_id": TEXT, "article_id": TEXT, "start_char": COUNT, "end_char": COUNT, "text": TEXT,
                           "label": TEXT, "actor": TEXT, "side": TEXT, "name": TEXT}),
    "quotes": pa.schema({"quote_id": TEXT, "article_id": TEXT, "date": DAY, "outlet": TEXT, "start_char": COUNT,
                         "end_char": COUNT, "text": TEXT, "parts": SPANS, "kind": TEXT, "mode": TEXT, "cue": TEXT,
                         "cue_start": COUNT, "cue_end": COUNT, "stance": TEXT, "source": TEXT, "source_start": COUNT,
                         "source_end": COUNT, "speaker": TEXT, "speaker_kind": TEXT, "affiliation": TEXT, "side": TEXT,
                         "floating": FLAG, "parent_id": TEXT, "confidence": NUMBER, "rule": TEXT}),
    "figures": pa.schema({"figure_id": TEXT, "article_id": TEXT, "date": DAY, "outlet": TEXT, "start_char": COUNT,
                          "end_char": COUNT, "text": TEXT, "low": NUMBER, "high": NUMBER, "qualifier": TEXT,
                          "unit": TEXT, "measure": TEXT, "group": TEXT, "group_side": TEXT, "reporter": TEXT,
                          "reporter_kind": TEXT, "reporter_side": TEXT, "quote_id": TEXT, "period": TEXT,
                          "period_start": DAY, "period_end": DAY, "scope": TEXT, "place": TEXT, "subset_of": TEXT,
                          "asserted": FLAG, "confidence": NUMBER, "rule": TEXT}),
    "problems": pa.schema({"path": TEXT, "line": COUNT, "field": TEXT, "value": TEXT, "problem": TEXT, "action": TEXT}),
}  # fmt: skip

_BATCH_ARTICLES, _BATCH_CHARS = 8, 60_000  # memory grows with the words in flight, about 15 kB each

Rows = dict[str, list[dict]]


class TablesError(ValueError):
    """The tables cannot be read; the message says which and how to make them."""


@dataclass(frozen=True)
class Tables:
    """The five tables of one extraction; missing is `pd.NA` or `pd.NaT`, never 0 or ""."""

    articles: pd.DataFrame
    mentions: pd.DataFrame
    quotes: pd.DataFrame
    figures: pd.DataFrame
    problems: pd.DataFrame


@dataclass(frozen=True)
class Extraction:
    """What a run did: the rows of every table; how many articles were parsed, and of how many the parse was known."""

    rows: Rows
    new: int
    cached: int
    quarantined: int = 0


# ------------------------------------------------------------------ one article
def article_rows(article: Article, doc: Doc) -> Rows:
    """The rows of one parsed article in mentions, quotes and figures; ids count within the article."""
    from analysis.figures import find_figures
    from analysis.mentions import find_mentions
    from analysis.quotes import find_quotes

    mentions = find_mentions(doc)
    quotes = find_quotes(doc, mentions)
    figures = find_figures(doc, quotes, mentions, date=article.date)
    about = {"article_id": article.article_id, "date": article.date, "outlet": article.outlet}
    key = article.article_id
    return {
        "mentions": [{"mention_id": f"{key}#m{n}", **about, **_cells(m, article.text)} for n, m in enumerate(mentions)],
        "quotes": [{"quote_id": f"{key}#q{n}", **about, **_quote_cells(q, article)} for n, q in enumerate(quotes)],
        "figures": [{"figure_id": f"{key}#f{n}", **about, **_figure_cells(f, article)} for n, f in enumerate(figures)],
    }


def _cells(record: Mention | Quote | Figure, text: str) -> dict:
    # the words come from the article, not from the Doc, in which stretches may be blanked out
    return {**asdict(record), "text": text[record.start_char : record.end_char]}


def _quote_cells(quote: Quote, article: Article) -> dict:
    parent = None if quote.parent is None else f"{article.article_id}#q{quote.parent}"
    return {**_cells(quote, article.text), "parts": [list(part) for part in quote.parts], "parent_id": parent}


def _figure_cells(figure: Figure, article: Article) -> dict:
    quote = None if figure.quote is None else f"{article.article_id}#q{figure.quote}"
    whole = None if figure.subset_of is None else f"{article.article_id}#f{figure.subset_of}"
    return {**_cells(figure, article.text), "quote_id": quote, "subset_of": whole}


@dataclass(frozen=True, slots=True)
class Task:
    """An article to extract, with its parsed text when that was kept."""

    article: Article
    parsed: bytes | None = None

    @property
    def text(self) -> str:
        """The text to be extracted."""
        return self.article.text


Item = TypeVar("Item", Article, Task)
Done = tuple[str, str, bytes | None]  # the key of an article, its rows or its problem as JSON, its text newly parsed


def _parse(nlp: Language, tasks: Sequence[Task]) -> Iterator[tuple[Article, Rows | Problem, bytes | None]]:
    """Each article's rows; one that breaks a component becomes a problem and costs no other article."""
    from analysis.pipeline import parseable

    new = [task for task in tasks if task.parsed is None]
    try:
        docs = iter(list(nlp.pipe(parseable(task.article.text) for task in new)))
    except Exception as error:  # noqa: BLE001 - any component may fail on wild text
        if len(tasks) == 1:
            yield tasks[0].article, _failure(tasks[0].article, error), None
            return
        for task in tasks:
            yield from _parse(nlp, [task])
        return
    for task in tasks:
        doc = next(docs) if task.parsed is None else unpack(task.parsed, nlp)
        packed = pack(doc) if task.parsed is None else None  # as it was parsed, before any rule has seen it
        try:
            yield task.article, article_rows(task.article, doc), packed
        except Exception as error:  # noqa: BLE001
            yield task.article, _failure(task.article, error), packed


def _failure(article: Article, error: Exception) -> Problem:
    return Problem(article.path, None, "text", None, f"extraction failed: {type(error).__name__}: {error}"[:200],
                   "article kept, nothing extracted")  # fmt: skip


def _quarantined(article: Article, reason: str) -> Problem:
    return Problem(article.path, None, "text", None, f"its extraction {reason}; shorten it or take it out",
                   "quarantined, nothing extracted")  # fmt: skip


# ------------------------------------------------------------------ many articles
def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Groups of at most eight articles and 60,000 characters, so that memory does not grow with the corpus."""
    batch: list[Item] = []
    length = 0
    for item in items:
        if batch and (len(batch) == _BATCH_ARTICLES or length + len(item.text) > _BATCH_CHARS):
            yield batch
            batch, length = [], 0
        batch.append(item)
        length += len(item.text)
    if batch:
        yield batch


@cache
def _worker_pipeline(model: str | None) -> Language:
    from analysis.pipeline import load_pipeline

    return load_pipeline(model)


def _extract_batch(model: str | None, tasks: list[Task]) -> list[Done]:
    """Keys, rows as JSON and parses as bytes: what travels cheaply between processes."""
    nlp = _worker_pipeline(model)
    with nlp.memory_zone():
        return [(_key(article), _dump(result), packed) for article, result, packed in _parse(nlp, tasks)]


def _dump(result: Rows | Problem) -> str:
    return json.dumps({"problem": asdict(result)} if isinstance(result, Problem) else result, default=str)


def _key(article: Article) -> str:
    about = json.dumps([article.article_id, str(article.date), article.outlet, article.sha256])
    return hashlib.sha256(about.encode()).hexdigest()


# What no row of a table depends on.
_NOT_RULES = {"__main__", "accounts", "anchors", "cache", "charts", "doctor", "publish", "report", "scoring", "workers"}


def fingerprint(model: str | None = None) -> str:
    """The version of everything that rows depend on besides the article: parser, rules, vocabulary."""
    files = [
        path
        for path in sorted(HERE.rglob("*.py"))
        if path.relative_to(HERE).parts[0].removesuffix(".py") not in _NOT_RULES
    ]
    return _hash(parser_version(model), [*files, *sorted(LEXICON.glob("*.csv"))])


def parser_version(model: str | None = None) -> str:
    """The version of everything that a parse depends on besides the text: pipeline, weights, spaCy; but no rules."""
    # The bundled one is known by its files, and loaded only by who parses.
    about = f"{version('spacy')} {_describe(model) if model else 'bundled'}"
    weights = [path for path in sorted(BUNDLED.rglob("*")) if path.is_file()]
    return _hash(
        about, [HERE / "pipeline.py", HERE / "engine.py", HERE / "decoding.py", LEXICON / "titles.csv", *weights]
    )


def _describe(model: str) -> str:
    from analysis.pipeline import describe_pipeline

    return describe_pipeline(_worker_pipeline(model))


def _hash(about: str, files: Iterable[Path]) -> str:
    whole = hashlib.sha256(about.encode())
    for path in files:
        whole.update(path.read_bytes() if path.is_file() else b"")
    return whole.hexdigest()


def extract_rows(
    articles: Sequence[Article],
    out: Path,
    *,
    model: str | None = None,
    jobs: int = 0,
    deadline: float = 60.0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Extraction:
    """Rows of all articles, parsed or from the cache in `out`; `progress` is told how many of the new ones are done.

    `jobs` processes do it (0: this one). There an article that is not done `deadline` seconds (and one for each
    2,000 characters) after it was begun, or that ends its process, is quarantined: its rows are missing and a
    problem names it. Rows and parses of articles that are gone, and those of other versions, leave the cache.
    """
    with closing(Cache(out, rules=fingerprint(model), parser=parser_version(model))) as kept:
        known = kept.rows().keys()
        new = [Task(article, kept.parse(article.sha256)) for article in articles if _key(article) not in known]
        by_key = {_key(task.article): task.article.sha256 for task in new}
        done, quarantined = 0, {}
        for result in _run(new, model, jobs, deadline):
            if isinstance(result, Lost):
                lost = result.item.article
                quarantined[_key(lost)] = _dump(_quarantined(lost, result.reason))
            else:
                rows = [(key, rows) for key, rows, _ in result]
                kept.add(rows, [(by_key[key], packed) for key, _, packed in result if packed])
            done += 1 if isinstance(result, Lost) else len(result)
            progress(done, len(new))
        wanted = [_key(article) for article in articles]
        kept.keep(wanted, [article.sha256 for article in articles])
        stored = kept.rows() | quarantined
    parsed = sum(task.parsed is None for task in new)
    found = _gather(json.loads(stored[key]) for key in wanted)
    return Extraction(found, parsed, len(articles) - parsed, len(quarantined))


def _run(tasks: Sequence[Task], model: str | None, jobs: int, deadline: float) -> Iterator[list[Done] | Lost[Task]]:
    if not jobs:
        for batch in batches(tasks):
            yield _extract_batch(model, batch)
        return
    yield from run_batches(
        partial(_extract_batch, model),
        batches(tasks),
        processes=jobs,
        seconds=lambda batch: deadline + sum(len(task.text) for task in batch) / 2_000,
        prepare=partial(_worker_pipeline, model),
    )


def _gather(stored: Iterable[dict]) -> Rows:
    rows: Rows = {"mentions": [], "quotes": [], "figures": [], "problems": []}
    for result in stored:
        if "problem" in result:
            rows["problems"].append(result["problem"])
        else:
            for name, found in result.items():
                rows[name] += found
    return rows


def build_tables(reading: Reading, out: Path, **options) -> tuple[dict[str, pa.Table], Extraction]:
    """The five tables of what `corpus.read_articles` read; options are those of `extract_rows`."""
    extraction = extract_rows(reading.articles, out, **options)
    rows = {**extraction.rows, "articles": [asdict(article) for article in reading.articles]}
    rows["problems"] = [asdict(problem) for problem in reading.problems] + rows["problems"]
    return {name: as_table(name, rows[name]) for name in SCHEMAS}, extraction


def as_table(name: str, rows: Sequence[Mapping]) -> pa.Table:
    """Rows under the declared schema of the table `name`; no rows give the same columns.

    >>> as_table("problems", []).column_names
    ['path', 'line', 'field', 'value', 'problem', 'action']
    """
    schema = SCHEMAS[name]
    columns = {
        field.name: [_day(row[field.name]) if field.type == DAY else row[field.name] for row in rows]
        for field in schema
    }
    return pa.table(columns, schema=schema)


def _day(value: date | str | None) -> datetime | None:
    if value is None:
        return None
    return datetime.fromisoformat(str(value)[:10])


# ------------------------------------------------------------------ files
def write_tables(tables: Mapping[str, pa.Table], out: Path) -> None:
    """Write `<name>.parquet` for each table; all change at once (see `analysis.publish`), the last set stays."""
    with building(out) as folder:
        folder.mkdir()
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        publish(folder, out, stamp=f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}", keep=2)


def read_tables(folder: Path | str) -> Tables:
    """The tables of a folder, all of one extraction, as DataFrames of nullable types, exactly the declared columns.

    Raises `TablesError` when a table is missing.
    """
    one = current(Path(folder))
    try:
        return Tables(**{name: _read(one / f"{name}.parquet", SCHEMAS[name]) for name in SCHEMAS})
    except (TablesError, FileNotFoundError):
        if current(Path(folder)) == one:
            raise
        return read_tables(folder)  # two newer sets were published meanwhile and this one is gone


def _read(path: Path, schema: pa.Schema) -> pd.DataFrame:
    if not path.is_file():
        raise TablesError(
            f"{path.name} is not in {path.parent}; make it with: python -m analysis extract CORPUS --out DIR"
        )
    frame = pq.read_table(path, columns=schema.names).to_pandas(types_mapper=_NULLABLE.get)
    if "parts" in frame:
        frame["parts"] = [[[int(a), int(b)] for a, b in parts] for parts in frame["parts"]]
    return frame


_NULLABLE = {TEXT: pd.StringDtype(), COUNT: pd.Int64Dtype(), NUMBER: pd.Float64Dtype(), FLAG: pd.BooleanDtype()}
