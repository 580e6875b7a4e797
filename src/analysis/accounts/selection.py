"""Which part of an extraction a notebook looks at: a set of tables in, a new set of tables out."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import TypeVar

import pandas as pd

from analysis.lexicon import read_lexicon

Tables = TypeVar("Tables")  # the frozen dataclass of `analysis.tables`; here only its fields matter


def select_days(tables: Tables, *, since: str = "", until: str = "") -> Tables:
    """The tables with the articles of these days only (both inclusive, YYYY-MM-DD; empty: no limit), as a new object.

    Undated articles stay only while there is no limit. `problems` is kept whole: a file that could not be read has no
    day. Raises ValueError for a limit that is no date.
    """
    first, last = _parse_day(since, "since"), _parse_day(until, "until")
    articles: pd.DataFrame = tables.articles
    kept = pd.Series(True, index=articles.index)
    if first is not None:
        kept &= articles["date"].ge(first).fillna(False)
    if last is not None:
        kept &= articles["date"].le(last).fillna(False)
    chosen = articles.loc[kept, "article_id"]
    frames = {field.name: getattr(tables, field.name) for field in fields(tables)}
    filtered = {
        name: frame[frame["article_id"].isin(chosen)].reset_index(drop=True)
        for name, frame in frames.items()
        if isinstance(frame, pd.DataFrame) and "article_id" in frame
    }
    return replace(tables, **{name: _rebuilt(frame) for name, frame in filtered.items()})


def choose_measures(names: str, found: Collection[str]) -> list[str]:
    """The measures of a comma-separated list, in its order; those `found` but `other` when it is empty.

    Raises ValueError for one that is neither found nor in measures.csv.

    >>> choose_measures("killed, missing", ["killed", "other"]), choose_measures("", ["killed", "other"])
    (['killed', 'missing'], ['killed'])
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    rows = read_lexicon("measures", ("measure",))
    told = {name for row in rows for name in row["measure"].split("|")} - {"?"}  # "?": as the figure before
    known = sorted({*found, *told, "other"})
    for name in chosen:
        if name not in known:
            raise ValueError(f"parameter measures has {name!r}; use some of {', '.join(known)}, or leave it empty")
    return chosen or [name for name in found if name != "other"]


def count_rows(before: Tables, after: Tables) -> pd.DataFrame:
    """How many rows each table had and has: `table`, `n_rows`, `n_chosen`."""
    names = [field.name for field in fields(before)]
    rows = [(name, len(getattr(before, name)), len(getattr(after, name))) for name in names]
    counts = pd.DataFrame(rows, columns=["table", "n_rows", "n_chosen"])
    return counts.astype({"table": "string", "n_rows": "Int64", "n_chosen": "Int64"})


def _rebuilt(frame: pd.DataFrame) -> pd.DataFrame:
    # Columns that were read from an empty file have no Arrow chunk at all; pandas 3.1 cannot join on such columns.
    return frame.astype(object).astype(frame.dtypes) if frame.empty else frame


def _parse_day(value: str, name: str) -> pd.Timestamp | None:
    if not value:
        return None
    try:
        return pd.to_datetime(value, format="%Y-%m-%d")
    except ValueError:
        raise ValueError(f"parameter {name} is {value!r}; write a day as YYYY-MM-DD, or leave it empty") from None
