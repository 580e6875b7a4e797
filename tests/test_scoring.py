"""Scoring: one article with known quotes and figures, and what an extraction may make of it."""

import json

import pandas as pd
import pytest
from samples import table

from analysis import ROOT
from analysis.scoring import match_figures, match_quotes, read_gold, same_name, score_fields, score_matches

TEXT = "At least 31 people died, the navy said. “We go,” said Odile Krantz. Two were hurt."
ARTICLE = {
    "article_id": "a",
    "date": "2031-05-11",
    "outlet": "Coast Wire",
    "title": "Ferry",
    "text": TEXT,
    "quotes": [
        {"parts": ["At least 31 people died"], "kind": "indirect", "speaker": "navy", "side": "Dorvane",
         "stance": "report"},
        {"parts": ["“We go,”"], "kind": "direct", "speaker": "Odile Krantz", "side": None, "stance": "report"},
    ],
    "figures": [
        {"span": "At least 31", "context": "At least 31 people", "low": 31, "high": None, "qualifier": "at_least",
         "measure": "killed", "reporter": "navy", "scope": "incident", "asserted": True},
        {"span": "Two", "context": "Two were hurt", "low": 2, "high": 2, "qualifier": "exact", "measure": "injured",
         "reporter": None, "scope": "incident", "asserted": True},
    ],
}  # fmt: skip


@pytest.fixture
def gold(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE), encoding="utf-8")
    return read_gold(tmp_path)


def quote(words: str, **fields):
    start = TEXT.index(words)
    return {
        "start_char": start,
        "end_char": start + len(words),
        "text": words,
        "parts": [[start, start + len(words)]],
        **fields,
    }


def figure(words: str, **fields):
    return {key: value for key, value in quote(words, **fields).items() if key != "parts"}


RIGHT = quote("At least 31 people died", speaker="navy", side="Dorvane")


def test_gold_points_into_its_text(gold):
    for frame in (gold.quotes, gold.figures):
        assert [TEXT[a:b] for a, b in zip(frame["start_char"], frame["end_char"], strict=True)] == frame[
            "text"
        ].tolist()


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        pytest.param([RIGHT], (1, 1, 1), id="one of two found"),
        pytest.param([quote("31 people died")], (1, 1, 1), id="half of the words shared"),
        pytest.param([quote("people died, the navy said")], (1, 1, 0), id="less than half"),
        pytest.param([RIGHT, quote("least 31 people died")], (1, 2, 1), id="two claim one, one is spurious"),
        pytest.param([{**RIGHT, "mode": "thought"}], (0, 0, 0), id="thoughts do not count"),
        pytest.param([], (0, 0, 0), id="nothing found"),
    ],
)
def test_quotes_match_by_half_of_their_words_one_to_one(gold, found, counts):
    total = score_matches(match_quotes(gold, table("quotes", found))).iloc[0]
    assert (int(total["n_recalled"] > 0), total["n_predicted"], total["n_found"]) == (int(counts[2] > 0), *counts[1:])
    assert total["n_gold"] == 2


def test_the_best_match_wins_whatever_the_order(gold):
    rows = [quote("31 people died"), RIGHT]
    for case in (rows, rows[::-1]):
        matches = match_quotes(gold, table("quotes", case))
        assert matches.loc[matches["outcome"] == "found", "text"].tolist() == ["At least 31 people died"]


def test_figures_match_when_their_spans_touch(gold):
    frame = table("figures", [figure("31", low=31, high=31, reporter="the Navy"), figure("died"), figure("hurt")])
    matches = match_figures(gold, frame)
    assert matches["outcome"].tolist() == ["found", "spurious", "missed", "spurious"]
    found = matches[matches["outcome"] == "found"].iloc[0]
    assert found[["low_right", "high_right", "reporter_right"]].tolist() == [True, False, True]


def test_missing_equals_missing_and_nothing_else(gold):
    matches = match_quotes(
        gold, table("quotes", [quote("“We go,”", kind="direct", side=None), {**RIGHT, "side": None}])
    )
    assert matches["side_right"].tolist() == [False, True]


def test_precision_goes_by_what_was_found_recall_by_what_is_there(gold):
    kinds = score_matches(match_quotes(gold, table("quotes", [{**RIGHT, "kind": "direct"}])), by="kind").set_index(
        "kind"
    )
    assert kinds.loc["direct", ["n_predicted", "precision", "recall"]].tolist() == [1, 1.0, 0.0]
    assert kinds.loc["indirect", ["n_gold", "recall"]].tolist() == [1, 1.0]
    assert pd.isna(kinds.loc["indirect", "precision"])


def test_rules_have_precision_and_no_recall(gold):
    rules = score_matches(
        match_quotes(gold, table("quotes", [RIGHT, quote("navy said. “We", rule="marks")])), by="rule"
    )
    assert rules.set_index("rule")["precision"].to_dict() == {"verb": 1.0, "marks": 0.0}
    assert rules["recall"].isna().all()


def test_fields_are_scored_among_what_was_found(gold):
    fields = score_fields(match_quotes(gold, table("quotes", [RIGHT, quote("“We go,”", speaker="Krantz")]))).set_index(
        "field"
    )
    assert fields.loc["speaker", "share"] == 1.0
    assert fields.loc["kind", ["n_right", "n_found"]].tolist() == [1, 2]


def test_nothing_found_has_recall_zero_and_no_precision(gold):
    total = score_matches(match_figures(gold, table("figures"))).iloc[0]
    assert total["recall"] == 0
    assert pd.isna(total["precision"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Raul Estrin", "Defence Minister Raul Estrin", True),
        ("the army", "Army", True),
        ("Défense Ministry", "Defense Ministry", True),
        ("Krantz", "Odile Krantz", True),
        ("Odile", "Odile Krantz", False),
        (None, pd.NA, True),
        (None, "navy", False),
    ],
)
def test_same_name(one, other, same):
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_words_that_are_not_in_the_text_are_named(tmp_path):
    broken = {**ARTICLE, "quotes": [{"parts": ["never said"], "kind": "direct"}]}
    (tmp_path / "b.json").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.json: 'never said' is not in the text"):
        read_gold(tmp_path)


def test_a_folder_without_annotation_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no annotated article"):
        read_gold(tmp_path)


def test_the_gold_agrees_with_itself():
    gold = read_gold(ROOT / "data" / "gold" / "articles")
    same = gold.quotes.assign(mode="speech", rule="gold")
    total = score_matches(match_quotes(gold, same)).iloc[0]
    assert (total["precision"], total["recall"]) == (1.0, 1.0)
    assert score_fields(match_figures(gold, gold.figures.assign(rule="gold")))["share"].tolist() == [1.0] * 9
