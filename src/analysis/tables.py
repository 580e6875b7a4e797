"""The five typed tables of an extraction: their columns, declared here once, and how they are written and read.

Missing is `pd.NA` or `pd.NaT`, never 0 or "". All tables change at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.publish import building, current, publish

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
                          "asserted": FLAG, "confidence": NUMBER, "rule": TEXT, "severity": TEXT, "standing": TEXT}),
    "problems": pa.schema({"path": TEXT, "line": COUNT, "field": TEXT, "value": TEXT, "problem": TEXT, "action": TEXT}),
}  # fmt: skip


class TablesError(ValueError):
    """The tables cannot be read; the message says which and how to make them."""


@dataclass(frozen=True)
class Tables:
    """The five tables of one extraction."""

    articles: pd.DataFrame
    mentions: pd.DataFrame
    quotes: pd.DataFrame
    figures: pd.DataFrame
    problems: pd.DataFrame


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


def write_tables(tables: Mapping[str, pa.Table], out: Path) -> None:
    """Write `<name>.parquet` for each table; all change at once (see `analysis.publish`), the last set stays."""
    with building(out) as folder:
        folder.mkdir()
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        publish(folder, out, stamp=f"{datetime.now(UTC):%Y%m%d-%H%M%S%f}", keep=2)


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
    fix = "make it anew with: python -m analysis extract CORPUS --out DIR"
    try:
        there = pq.read_schema(path).names
    except pa.ArrowInvalid as error:
        raise TablesError(f"{path.name} in {path.parent} is damaged; {fix}") from error
    lacking = [name for name in schema.names if name not in there]
    if lacking:
        raise TablesError(f"{path.name} in {path.parent} has no column {lacking[0]!r}, another version made it; {fix}")
    return to_frame(pq.read_table(path, columns=schema.names))


def to_frame(table: pa.Table) -> pd.DataFrame:
    """The table in nullable types; `parts` as lists of [start, end]."""
    frame = table.to_pandas(types_mapper=_NULLABLE.get)
    if frame.empty:  # pandas joins no strings from Arrow arrays without a chunk
        frame = frame.astype(object).astype(frame.dtypes)
    if "parts" in frame:
        frame["parts"] = [[[int(a), int(b)] for a, b in parts] for parts in frame["parts"]]
    return frame


_NULLABLE = {TEXT: pd.StringDtype(), COUNT: pd.Int64Dtype(), NUMBER: pd.Float64Dtype(), FLAG: pd.BooleanDtype()}
