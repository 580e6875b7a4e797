"""What changed since the last report: articles, speakers, figures (old, new, on whose word) and verdicts.

A report keeps beside itself what it said, as JSON: its own state and the one before. A report that is built again from
the same articles and rules thus tells the same changes again, and not that there are none.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.accounts import name_figures
from analysis.accounts.stories import build_stories, join_stories
from analysis.accounts.verdicts import build_verdicts

COLUMNS = ("change", "what", "before", "now", "on_whose_word")
State = dict[str, Any]


def build_state(tables: Any) -> State:
    """What a report of these tables says, small enough to keep: strings and lists only.

    `articles`: id to outlet, day and title. `speakers`: names. `claims`: story, thing counted and voice to the numbers
    of the voice's last day. `verdicts`: story and thing counted, of several reporters, to verdict and reason. A story
    goes by its first article, because its name changes with its articles.
    """
    stories = build_stories(tables.articles, tables.mentions)
    figures = name_figures(join_stories(tables.figures, stories))
    first = stories.drop_duplicates("story_id").set_index("story_id")["article_id"]
    spoken = tables.quotes[tables.quotes["speaker"].notna()]
    return {
        "articles": {row.article_id: _label(row) for row in tables.articles.itertuples()},
        "speakers": sorted(set(spoken["speaker"])),
        "claims": _claims(figures, first),
        "verdicts": _verdicts(figures, first),
    }


def judge_stories(tables: Any) -> pd.DataFrame:
    """The verdicts on all that several reporters counted in these tables, see `analysis.accounts.verdicts`."""
    return build_verdicts(join_stories(tables.figures, build_stories(tables.articles, tables.mentions)))


def find_before(path: Path, state: State) -> State | None:
    """The state to compare `state` with, from the file that the last report left; None when there is none.

    Raises ValueError naming the file when it is damaged.
    """
    kept = _read(path)
    return None if kept is None else kept["before"] if kept["now"] == state else kept["now"]


def write_state(path: Path, state: State) -> bytes:
    """What the next report will find at `path`: this state and the one before."""
    kept = {"now": state, "before": find_before(path, state)}
    return (json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


def build_changes(before: State | None, now: State) -> pd.DataFrame:
    """One row per change: `change`, `what`, `before`, `now`, `on_whose_word`; none when there was no report before.

    >>> old = {"articles": {}, "speakers": [], "verdicts": {}, "claims": {'["a", "killed: people", "Police"]': "12"}}
    >>> new = {**old, "claims": {'["a", "killed: people", "Police"]': "14"}}
    >>> build_changes(old, new).iloc[0].tolist()
    ['revised figure', 'killed: people', '12', '14', 'Police']
    """
    if before is None:
        return pd.DataFrame([], columns=list(COLUMNS), dtype="string")
    rows = [
        *_compare(before["articles"], now["articles"]),
        *(("new speaker", name, None, None, None) for name in sorted({*now["speakers"]} - {*before["speakers"]})),
        *_revised(before["claims"], now["claims"]),
        *_judged(before["verdicts"], now["verdicts"]),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("string")


def _compare(before: dict[str, str], now: dict[str, str]) -> list[tuple]:
    new = [("new article", now[key], None, None, None) for key in now if key not in before]
    return new + [("article removed", before[key], None, None, None) for key in before if key not in now]


def _revised(before: dict[str, str], now: dict[str, str]) -> list[tuple]:
    changed = [key for key in now if key in before and before[key] != now[key]]
    return [("revised figure", json.loads(key)[1], before[key], now[key], json.loads(key)[2]) for key in changed]


def _judged(before: dict[str, list], now: dict[str, list]) -> list[tuple]:
    changed = [key for key in now if before.get(key, [None])[0] != now[key][0]]
    rows = [(key, before[key][0] if key in before else None) for key in changed]
    return [("verdict changed" if old else "new verdict", json.loads(key)[1], old, *now[key]) for key, old in rows]


def _claims(figures: pd.DataFrame, first: pd.Series) -> dict[str, str]:
    told = figures["asserted"].fillna(False) & figures["reporter"].notna()
    asserted = figures[told & ~figures["is_part"] & ~figures["is_former"]]  # neither "another six" nor "from 40"
    claims: dict[str, str] = {}
    groups = asserted.groupby(["story_id", "what", "whose"], sort=True)
    for (story, what, whose), rows in groups:
        last = rows[rows["date"].eq(rows["date"].max()) | rows["date"].isna().all()]
        claims[_key(first[story], what, whose)] = ", ".join(sorted(set(last["bounds"])))
    return claims


def _verdicts(figures: pd.DataFrame, first: pd.Series) -> dict[str, list[str]]:
    verdicts = build_verdicts(figures)
    told = verdicts[(verdicts["n_reporters"] > 1) & (verdicts["measure"] != "other")]
    return {_key(first[row.story_id], row.what): [row.verdict, row.reason] for row in told.itertuples()}


def _key(*parts: str) -> str:
    return json.dumps(parts, ensure_ascii=False)


def _label(row: Any) -> str:
    day = "no date" if pd.isna(row.date) else f"{row.date:%Y-%m-%d}"
    return ", ".join(str(part) for part in (row.outlet, day, row.title) if pd.notna(part)) + f" ({row.article_id})"


def _read(path: Path) -> dict[str, State | None] | None:
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf8"))
        return {"now": kept["now"], "before": kept["before"]}
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path.name} does not hold what a report left; remove {path} to begin anew") from None
