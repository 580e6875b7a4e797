"""How right the rows of a contestant are: what a task is, and that of the articles annotated in data/gold.

A task gives its articles as JSON Lines for `extract`, names the table that it scores, and turns rows into shares from
0 to 1; a share for a field that the rows do not have is left out. Matches are one to one, the best first.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.scoring import match_figures, match_quotes, read_gold, score_matches
from analysis.tables import SCHEMAS

KEYS = ("low", "high", "qualifier")

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
Span = tuple[int, int]
Scores = dict[str, float]


@dataclass(frozen=True)
class Task:
    """Something to be right about: where it lies below the folder of corpora, its articles, its tables, its scores."""

    folder: str
    articles: Callable[[Path], Iterable[Row]]
    scores: Mapping[str, Callable[[Path, Rows], Scores]]  # by the table that a contestant must have rows of


def f1(right: int, predicted: int, gold: int) -> float:
    """Harmonic mean of precision and recall, 0 without anything right.

    >>> f1(1, 2, 2)
    0.5
    """
    return 2 * right / (predicted + gold) if right else 0.0


def value(low: Any, high: Any, qualifier: Any) -> Span | None:
    """The number that a text prints, twice, or both ends of a range: open bounds are closed, "up to 12" is 12."""
    low, high = (None if pd.isna(bound) else float(bound) for bound in (low, high))
    if qualifier in ("at_most", "less_than"):
        low = high
    low, high = (high if low is None else low), (low if high is None else high)
    return None if low is None else (low, high)


def close(one: Span | None, other: Span | None) -> bool:
    """Whether two numbers are one, but for rounding."""
    if one is None or other is None:
        return False
    return all(math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-8) for a, b in zip(one, other, strict=True))


def if_told(field: str, rows: list[Row], scores: Scores) -> Scores:
    """The scores for a contestant that tells this field, none for one that does not look for it."""
    return scores if any(field in row for row in rows) else {}


# ------------------------------------------------------------------ data/gold
def gold_articles(folder: Path) -> Iterator[Row]:
    """The annotated articles of this project."""
    for path in sorted(folder.glob("*.json")):
        article = json.loads(path.read_text(encoding="utf8"))
        yield {"id": article["article_id"], **{key: article[key] for key in ("date", "outlet", "title", "text")}}


def gold_quotes(folder: Path, rows: Rows) -> Scores:
    """Quotes found, among them the direct ones, which is all that some look for; whole, and with the right speaker."""
    matches = match_quotes(read_gold(folder), _table("quotes", rows))
    direct = score_matches(matches, by="kind").set_index("kind").reindex(["direct"])["f1"].fillna(0.0)
    of_side = matches.loc[matches["gold_side"].notna(), "side_right"].dropna()
    return {
        "quotes found, F1": _f1_of(matches),
        "direct ones, F1": float(direct.iloc[0]),
        "exactly, F1": _f1_of(matches, matches["overlap"] == 1),
        "with their speaker, F1": _f1_of(matches, matches["speaker_right"]),
        "speaker right, of quotes found": _mean(matches["speaker_right"]),
        **if_told("side", rows["quotes"], {"side right, where there is one": _mean(of_side)}),
    }


def gold_figures(folder: Path, rows: Rows) -> Scores:
    """Figures with the right value, the number itself whatever "at least" makes of it; whole, and by what of them."""
    matches = match_figures(read_gold(folder), _table("figures", rows))
    values = [
        close(value(row["low"], row["high"], row["qualifier"]), value(*(row[f"gold_{key}"] for key in KEYS)))
        for row in matches.to_dict("records")
    ]
    bounds = matches["low_right"] & matches["high_right"]
    whole = {
        "figures found, F1": _f1_of(matches),
        "measure right, of figures found": _mean(matches["measure_right"]),
        "reporter right, of figures found": _mean(matches["reporter_right"]),
        "bounds, measure and reporter, F1": _f1_of(
            matches, bounds & matches["measure_right"] & matches["reporter_right"]
        ),
    }
    return {
        "figures' values, F1": _f1_of(matches, pd.Series(values, dtype="boolean")),
        **if_told("reporter", rows["figures"], whole),
    }


def _f1_of(matches: pd.DataFrame, right: pd.Series | bool = True) -> float:
    """F1 of the pairs that are found and `right`."""
    sizes = (int((matches["outcome"] != outcome).sum()) for outcome in ("missed", "spurious"))
    return f1(int(((matches["outcome"] == "found") & right).sum()), *sizes)


def _mean(right: pd.Series) -> float:
    return float(right.mean()) if right.notna().any() else 0.0


def _table(name: str, rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows[name], columns=SCHEMAS[name].names)


GOLD = Task("", gold_articles, {"quotes": gold_quotes, "figures": gold_figures})
