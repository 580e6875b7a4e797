"""Runs the pipeline over a corpus into five typed tables; the columns are declared here, once.

An article's rows are kept in a cache by its content and by the version of code, vocabulary and pipeline, so that a
second run parses only what is new. Files are written beside their place and then renamed.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from analysis.corpus import Article, Problem, Reading
from analysis.figures import Figure, find_figures
from analysis.lexicon import LEXICON
from analysis.mentions import Mention, find_mentions
from analysis.pipeline import describe_pipeline, load_pipeline, parseable
from analysis.quotes import Quote, find_quotes

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
    """What a run did: the rows of every table, and how many articles were new and cached."""

    rows: Rows
    new: int
    cached: int


# ------------------------------------------------------------------ one article
def article_rows(article: Article, doc: Doc) -> Rows:
    """The rows of one parsed article in mentions, quotes and figures; ids count within the article."""
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


def _parse(nlp: Language, articles: Sequence[Article]) -> Iterator[tuple[Article, Rows | Problem]]:
    """Each article's rows; one that breaks a component becomes a problem and costs no other article."""
    try:
        docs = list(nlp.pipe(parseable(article.text) for article in articles))
    except Exception as error:  # noqa: BLE001 - any component may fail on wild text
        if len(articles) == 1:
            yield articles[0], _failure(articles[0], error)
            return
        for article in articles:
            yield from _parse(nlp, [article])
        return
    for article, doc in zip(articles, docs, strict=True):
        try:
            yield article, article_rows(article, doc)
        except Exception as error:  # noqa: BLE001
            yield article, _failure(article, error)


def _failure(article: Article, error: Exception) -> Problem:
    return Problem(article.path, None, "text", None, f"extraction failed: {type(error).__name__}: {error}"[:200],
                   "article kept, nothing extracted")  # fmt: skip


# ------------------------------------------------------------------ many articles
def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Groups of at most eight articles and 60,000 characters, so that memory does not grow with the corpus."""
    batch: list[Article] = []
    for article in articles:
        if batch and (
            len(batch) == _BATCH_ARTICLES or sum(len(a.text) for a in batch) + len(article.text) > _BATCH_CHARS
        ):
            yield batch
            batch = []
        batch.append(article)
    if batch:
        yield batch


@cache
def _worker_pipeline(model: str | None) -> Language:
    return load_pipeline(model)


def _extract_batch(model: str | None, batch: list[Article]) -> list[tuple[str, str]]:
    """Cache keys without the fingerprint, and rows as JSON: plain strings travel cheaply between processes."""
    nlp = _worker_pipeline(model)
    with nlp.memory_zone():
        return [(_key(article), _dump(result)) for article, result in _parse(nlp, batch)]


def _dump(result: Rows | Problem) -> str:
    return json.dumps({"problem": asdict(result)} if isinstance(result, Problem) else result, default=str)


def _key(article: Article) -> str:
    about = json.dumps([article.article_id, str(article.date), article.outlet, article.sha256])
    return hashlib.sha256(about.encode()).hexdigest()


def fingerprint(model: str | None = None) -> str:
    """The version of everything that rows depend on besides the article: code, vocabulary, pipeline, spaCy."""
    here = Path(__file__).parent
    files = [*sorted(here.rglob("*.py")), *sorted(LEXICON.glob("*.csv"))]
    digest = hashlib.sha256(f"{spacy.__version__} {describe_pipeline(_worker_pipeline(model))}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def extract_rows(
    articles: Sequence[Article],
    out: Path,
    *,
    model: str | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Extraction:
    """Rows of all articles, parsed or from the cache in `out`; `progress` is told how many of the new ones are done.

    Rows of articles that are gone, and those of other versions, leave the cache.
    """
    out.mkdir(parents=True, exist_ok=True)
    version = fingerprint(model)
    with closing(sqlite3.connect(out / "cache.sqlite")) as store, store:
        store.execute("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, version TEXT, json TEXT)")
        store.execute("DELETE FROM rows WHERE version != ?", [version])
        known = {key for (key,) in store.execute("SELECT key FROM rows")}
        new = [article for article in articles if _key(article) not in known]
        done = 0
        for results in _run(new, model, jobs):
            store.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", [(k, version, j) for k, j in results])
            store.commit()
            done += len(results)
            progress(done, len(new))
        wanted = [_key(article) for article in articles]
        store.executemany("DELETE FROM rows WHERE key = ?", [(key,) for key in known - set(wanted)])
        stored = dict(store.execute("SELECT key, json FROM rows"))
    return Extraction(_gather(json.loads(stored[key]) for key in wanted), len(new), len(articles) - len(new))


def _run(articles: Sequence[Article], model: str | None, jobs: int) -> Iterator[list[tuple[str, str]]]:
    if jobs == 1 or len(articles) <= _BATCH_ARTICLES:
        for batch in batches(articles):
            yield _extract_batch(model, batch)
        return
    # our own pool over batches: spaCy's n_process hangs for ever when a worker is killed
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_extract_batch, model, batch) for batch in batches(articles)]
        for future in futures:
            yield future.result()


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
    """Write `<name>.parquet` for each table: all beside their places first, then renamed."""
    out.mkdir(parents=True, exist_ok=True)
    beside = {name: out / f".{name}.parquet.tmp" for name in tables}
    try:
        for name, table in tables.items():
            with beside[name].open("wb") as file:
                pq.write_table(table, file)
                file.flush()
                os.fsync(file.fileno())
        for name in tables:
            beside[name].replace(out / f"{name}.parquet")
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)


def read_tables(folder: Path | str) -> Tables:
    """The tables of a folder as DataFrames with nullable types and exactly the declared columns.

    Raises `TablesError` when a table is missing.
    """
    return Tables(**{name: _read(Path(folder) / f"{name}.parquet", SCHEMAS[name]) for name in SCHEMAS})


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
