"""Rows for tests: tables with the declared columns and types, in which a case names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd

from analysis.corpus import Article
from analysis.tables import SCHEMAS, Tables, as_table, to_frame

DEFAULTS: dict[str, dict[str, Any]] = {
    "articles": {"date": "2031-05-11", "outlet": "Coast Wire", "title": "Ferry sinks",
                 "text": "Twelve died, she said."},
    "mentions": {"start_char": 0, "end_char": 6, "text": "Krantz", "label": "PERSON"},
    "quotes": {"date": "2031-05-11", "outlet": "Coast Wire", "start_char": 0, "end_char": 11, "text": "Twelve died",
               "parts": [[0, 11]], "kind": "indirect", "mode": "speech", "cue": "said", "stance": "report",
               "floating": False, "rule": "verb"},
    "figures": {"date": "2031-05-11", "outlet": "Coast Wire", "start_char": 0, "end_char": 6, "text": "Twelve",
                "low": 12, "high": 12, "qualifier": "exact", "measure": "killed", "scope": "incident",
                "standing": "whole", "asserted": True, "rule": "verb"},
    "problems": {},
}  # fmt: skip
KEYS = {"articles": "article_id", "mentions": "mention_id", "quotes": "quote_id", "figures": "figure_id"}


def table(name: str, rows: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """The rows of one table over its defaults; a row without an id or an article gets "1", "2", … and "a"."""
    columns = SCHEMAS[name].names
    full = [
        {
            **dict.fromkeys(columns),
            "article_id": "a",
            **({KEYS[name]: str(n)} if name in KEYS else {}),
            **DEFAULTS[name],
            **row,
        }
        for n, row in enumerate(rows, 1)
    ]
    if name == "mentions":
        full = [{**row, "name": row["name"] or row["text"]} for row in full]
    clean = [{key: None if value is pd.NA else value for key, value in row.items()} for row in full]
    return to_frame(as_table(name, clean))


def article(article_id: str, text: str, **fields: Any) -> Article:
    """An article as it is read from a file."""
    about = {"date": date(2031, 3, 5), "outlet": "Wire", "title": None, "url": None, "path": f"{article_id}.txt"}
    return Article(
        **{"article_id": article_id, "text": text, "sha256": sha256(text.encode()).hexdigest(), **about, **fields}
    )


def figures(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Figures of one story."""
    return table("figures", rows).assign(story_id="story 1", story="ferry")


def empty() -> Tables:
    """The five tables without a row."""
    return Tables(**{name: table(name) for name in SCHEMAS})


def ferry() -> Tables:
    """Three articles of one event by two outlets, one of them undated; two sides that count differently."""
    one = "SKELL. At least 31 people died in Skell, the navy said. “Ninety died,” Idris Vane claimed."
    two = "The navy put the dead at 54 in Skell. A nurse in Skell saw two children drown."
    three = "Nobody knows how many were aboard the ferry."
    texts = {"a": one, "b": two, "c": three}
    articles = [
        {"article_id": "a", "text": one, "outlet": "Coast Wire", "date": "2031-05-11"},
        {"article_id": "b", "text": two, "outlet": "Marsh Lantern", "date": "2031-05-12"},
        {"article_id": "c", "text": three, "outlet": "Marsh Lantern", "date": None, "title": None},
    ]

    def at(article_id: str, words: str) -> dict[str, Any]:
        start = texts[article_id].index(words)
        date = {"a": "2031-05-11", "b": "2031-05-12", "c": None}[article_id]
        outlet = "Coast Wire" if article_id == "a" else "Marsh Lantern"
        about = {"article_id": article_id, "date": date, "outlet": outlet}
        return {**about, "start_char": start, "end_char": start + len(words), "text": words}

    navy, vane = {"side": "Dorvane", "speaker": "navy"}, {"side": "Saltmarsh Front", "speaker": "Idris Vane"}
    quotes = [
        {**at("a", "At least 31 people died in Skell"), **navy, "parts": [[7, 39]]},
        {
            **at("a", "“Ninety died,”"),
            **vane,
            "kind": "direct",
            "cue": "claimed",
            "stance": "claim",
            "parts": [[56, 70]],
        },
        {**at("b", "the dead at 54"), **navy, "cue": "put", "stance": "estimate", "parts": [[13, 27]]},
    ]
    said = [
        {**at("a", "At least 31"), "low": 31, "high": None, "qualifier": "at_least", "quote_id": "1"},
        {**at("a", "Ninety"), "low": 90, "high": 90, "quote_id": "2"},
        {**at("b", "54"), "low": 54, "high": 54, "quote_id": "3"},
        {**at("b", "two"), "low": 2, "high": 2, "group": "children", "reporter_kind": "anonymous"},
    ]
    by = [("navy", "Dorvane"), ("Idris Vane", "Saltmarsh Front"), ("navy", "Dorvane"), (None, None)]
    counted = [{**row, "reporter": name, "reporter_side": side} for row, (name, side) in zip(said, by, strict=True)]
    mentions = [
        {**at("a", "Skell"), "label": "LOC"},
        {**at("a", "Idris Vane"), "actor": "Idris Vane", "side": "Saltmarsh Front"},
        {**at("b", "Skell"), "label": "LOC"},
    ]
    mentions = [{key: row[key] for key in row if key not in ("date", "outlet")} for row in mentions]
    problem = {
        "path": "x.txt",
        "line": 1,
        "field": "date",
        "value": "2031-99-01",
        "problem": "no date",
        "action": "kept",
    }
    rows = {"articles": articles, "mentions": mentions, "quotes": quotes, "figures": counted, "problems": [problem]}
    return Tables(**{name: table(name, rows[name]) for name in SCHEMAS})
