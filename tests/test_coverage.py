"""What the corpus holds, who is named, who is quoted: counted on a few rows with gaps."""

from dataclasses import fields

import pandas as pd
import pytest
from samples import empty, ferry, table

from analysis.accounts.coverage import (
    build_actors,
    build_copies,
    build_coverage,
    build_lengths,
    build_outlets,
    build_unmatched,
    count_by,
)
from analysis.accounts.selection import choose_measures, count_rows, select_days
from analysis.accounts.voices import build_cues, build_shares, build_speakers

LONG = "The passenger ferry sank in the strait on Saturday night after an explosion that nobody has yet explained."


def test_a_week_without_articles_has_no_row():
    articles = table(
        "articles", [{"article_id": key, "date": day} for key, day in (("a", "2031-05-05"), ("b", "2031-05-20"))]
    )
    coverage = build_coverage(articles)
    assert coverage["week"].dt.day.tolist() == [5, 19]
    assert coverage["n_articles"].tolist() == [1, 1]


def test_outlets_count_their_empty_weeks_and_undated_articles():
    days = ["2031-05-05", "2031-05-20", None]
    outlet = build_outlets(table("articles", [{"article_id": str(n), "date": day} for n, day in enumerate(days)])).iloc[
        0
    ]
    assert (outlet["n_articles"], outlet["n_undated"], outlet["n_weeks"], outlet["n_empty_weeks"]) == (3, 1, 3, 1)


def test_an_unknown_outlet_is_a_row_of_its_own():
    articles = table("articles", [{"article_id": "a", "outlet": None}, {"article_id": "b"}])
    assert sorted(build_outlets(articles)["outlet"]) == ["Coast Wire", "outlet not known"]
    assert sorted(build_lengths(articles)["outlet"]) == ["Coast Wire", "outlet not known"]


@pytest.mark.parametrize(
    ("other", "pairs"),
    [
        (LONG + " He left.", 1),
        (LONG[:60] + " and this part is entirely different from it in each word.", 0),
        ("Short.", 0),
    ],
    ids=["a copy with more", "a common beginning", "too short to tell"],
)
def test_copies(other, pairs):
    articles = table("articles", [{"article_id": "a", "text": LONG}, {"article_id": "b", "text": other}])
    assert len(build_copies(articles)) == pairs


def test_names_without_an_actor_come_with_a_line_to_paste():
    rows = [
        {"text": "Odile  Krantz"},
        {"text": "Krantz", "actor": "Odile Krantz"},
        {"text": "Falk, Sons", "label": "ORG"},
        {"text": "Monday", "label": "DATE"},
        {"text": "=1+1"},
    ]
    unmatched = build_unmatched(table("mentions", rows))
    assert unmatched["line"].tolist() == ['"Falk, Sons",,organisation,', "Odile Krantz,,person,"]


def test_an_actor_is_counted_per_week_and_outlet():
    tables = ferry()
    actors = build_actors(tables.mentions, tables.articles, by=["outlet", "week"])
    assert actors[["actor", "outlet", "n_mentions"]].to_numpy().tolist() == [["Idris Vane", "Coast Wire", 1]]


def test_speech_counts_and_thought_does_not():
    speakers = build_speakers(table("quotes", [{"speaker": "Krantz"}, {"speaker": "Krantz", "mode": "thought"}, {}]))
    assert speakers[["speaker", "n_quotes"]].to_numpy().tolist() == [["Krantz", 1], ["not named", 1]]


def test_shares_add_up_and_leave_nested_quotes_out():
    rows = [{"side": "Dorvane"}, {"side": None}, {"side": None, "parent_id": "1"}]
    shares = build_shares(table("quotes", rows), by="outlet")
    assert dict(zip(shares["side"], shares["share"], strict=True)) == {"Dorvane": 0.5, "side not known": 0.5}


def test_only_the_parts_of_a_quote_are_its_words():
    quote = {"text": "“We go,” she said, “now.”", "end_char": 25, "parts": [[0, 8], [19, 25]], "start_char": 0}
    assert build_speakers(table("quotes", [quote]))["n_words"].item() == 3


def test_cues_are_told_apart_by_side_not_by_capitals():
    cues = build_cues(table("quotes", [{"cue": "Said"}, {"cue": "said"}, {"cue": "said", "side": "Dorvane"}]))
    assert cues[["cue", "side", "n_quotes"]].to_numpy().tolist() == [
        ["said", "side not known", 2],
        ["said", "Dorvane", 1],
    ]


def test_counts_name_missing_values():
    counts = count_by(table("figures", [{"scope": None}, {"scope": None}, {}]), "scope", count="n_figures")
    assert counts["n_figures"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        ("", "", ["a", "b", "c"]),
        ("2031-05-12", "", ["b"]),
        ("", "2031-05-11", ["a"]),
        ("2031-05-11", "2031-05-12", ["a", "b"]),
    ],
    ids=["no limit keeps the undated", "since", "until", "both inclusive"],
)
def test_days(since, until, kept):
    chosen = select_days(ferry(), since=since, until=until)
    assert chosen.articles["article_id"].tolist() == kept
    assert set(chosen.figures["article_id"]) <= set(kept)
    assert len(chosen.problems) == 1


def test_a_limit_that_is_no_day_is_named():
    with pytest.raises(ValueError, match="parameter since is '11 May'; write a day as YYYY-MM-DD"):
        select_days(ferry(), since="11 May")


def test_rows_before_and_after():
    counts = count_rows(ferry(), select_days(ferry(), since="2031-05-12"))
    assert counts.set_index("table").loc["articles"].tolist() == [3, 1]


BUILDERS = {
    "coverage": lambda t: build_coverage(t.articles),
    "outlets": lambda t: build_outlets(t.articles),
    "lengths": lambda t: build_lengths(t.articles),
    "copies": lambda t: build_copies(t.articles),
    "actors": lambda t: build_actors(t.mentions, t.articles),
    "unmatched": lambda t: build_unmatched(t.mentions),
    "speakers": lambda t: build_speakers(t.quotes),
    "shares": lambda t: build_shares(t.quotes, by="week"),
    "cues": lambda t: build_cues(t.quotes),
}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_inputs_stay_and_no_rows_give_the_same_columns(build):
    tables, before = ferry(), ferry()
    columns = list(build(tables).columns)
    for field in fields(tables):
        pd.testing.assert_frame_equal(getattr(tables, field.name), getattr(before, field.name))
    assert list(build(empty()).columns) == columns
    assert build(empty()).empty


def test_a_measure_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match="parameter measures has 'kiled'; use some of captive, .*, or leave it empty"):
        choose_measures("killed, kiled", ["killed"])
