"""The whole way, from the invented articles to stories and disputes, against what a careful reader finds in them.

Floors, somewhat below what is reached: a false dispute is the worst that this project can print.
"""

import csv
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from analysis import ROOT
from analysis.accounts.stories import build_stories, join_stories
from analysis.accounts.verdicts import build_verdicts
from analysis.corpus import read_articles
from analysis.extraction import build_tables
from analysis.tables import Tables, read_tables, write_tables

CORPORA = {"corpus": ["data/corpus"], "gold": ["data/gold/articles"]}
UNLISTED = {"ambrel-airport", "halvic-train", "wilmot-cyclone"}  # events whose disputes nobody has listed yet
RELIEF = {"fru-exchange": "prisoner-exchange", "fru-kesten": "kesten-dam"}


class Dispute(NamedTuple):
    """A row of `examples/disputes.csv`."""

    corpus: str
    story: str
    measures: frozenset[str]
    one: frozenset[float]
    other: frozenset[float]


class Scores(NamedTuple):
    precision: float
    recall: float


def read_disputes() -> list[Dispute]:
    lines = (ROOT / "tests/examples/disputes.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [
        Dispute(
            row["corpus"],
            row["story"],
            frozenset(row["measure"].split("|")),
            *(frozenset(map(float, row[name].split("|"))) for name in ("one", "other")),
        )
        for row in rows
    ]


def event(article_id: str) -> str:
    """The event that an article is about, by its name: "valley-lantern/dorn-raid-2" and "fru-kesten-2031-04-16"."""
    name = article_id.split("/")[-1]
    relief = re.match(r"fru-[a-z]+", name)
    return RELIEF[relief.group()] if relief else name.rsplit("-", 1)[0]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tables]:
    folder = tmp_path_factory.mktemp("tables")
    for name, places in CORPORA.items():
        built, _ = build_tables(read_articles([ROOT / place for place in places]), folder / name)
        write_tables(built, folder / name)
    return lambda name: read_tables(Path(folder) / name)


def numbers(told: str) -> set[float]:
    """The numbers that one account of a reason gives: "Front on 7 Mar: 5 and 24–99 (vague)"."""
    return {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", told.rsplit(": ", 1)[1])}


def find_rows(verdict: pd.Series, events: dict[str, str], disputes: list[Dispute]) -> set[Dispute]:
    """The disputes of the table that a verdict tells of."""
    stories = {events[figure_id] for figure_id in verdict["figure_ids"]}
    low, high = (numbers(told) for told in verdict["reason"].split(" · "))
    return {
        row
        for row in disputes
        if row.story in stories and verdict["measure"] in row.measures and low & row.one and high & row.other
    }


def test_most_of_what_is_called_disputed_is_and_most_of_what_is_is_found(tables):
    shown = right = 0
    found: set[Dispute] = set()
    for name in CORPORA:
        one = tables(name)
        events = {row.figure_id: event(row.article_id) for row in one.figures.itertuples()}
        verdicts = build_verdicts(join_stories(one.figures, build_stories(one.articles, one.mentions)))
        disputes = [row for row in read_disputes() if row.corpus == name]
        for _, verdict in verdicts[verdicts["verdict"].eq("disputed")].iterrows():
            if UNLISTED & {events[figure_id] for figure_id in verdict["figure_ids"]}:
                continue
            rows = find_rows(verdict, events, disputes)
            shown, right, found = shown + 1, right + bool(rows), found | rows
    assert right / shown >= 0.85
    assert len(found) / len(read_disputes()) >= 0.6


@pytest.mark.parametrize(("name", "precision", "recall"), [("corpus", 0.92, 0.7), ("gold", 1.0, 1.0)])
def test_articles_of_one_event_are_found_together(tables, name, precision, recall):
    one = tables(name)
    scores = pairs_right(one.articles, one.mentions)
    assert scores.precision >= precision
    assert scores.recall >= recall


def test_events_of_the_same_days_are_kept_apart(tables):
    """The annotated events, all twenty-four moved into one week."""
    one = tables("gold")
    events = one.articles["article_id"].map(event)
    first = one.articles["date"].groupby(events).transform("min")
    start = pd.Timestamp("2031-05-01") + pd.to_timedelta(events.rank(method="dense").astype(int) % 5, unit="D")
    moved = one.articles.assign(date=start + (one.articles["date"] - first))
    scores = pairs_right(moved, one.mentions)
    assert scores.precision >= 0.95
    assert scores.recall >= 0.85


def pairs_right(articles: pd.DataFrame, mentions: pd.DataFrame) -> Scores:
    """Of the pairs of articles in one story, those of one event; of the pairs of one event, those in one story."""
    stories = build_stories(articles, mentions)
    placed = list(zip(stories["article_id"].map(event), stories["story_id"], strict=True))
    joined = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(placed, 2)]
    both = sum(same and together for same, together in joined)
    return Scores(both / sum(together for _, together in joined), both / sum(same for same, _ in joined))
