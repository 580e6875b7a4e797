"""Series and claims: tables of a few rows with a gap; what goes in never changes."""

import pandas as pd
import pytest
from samples import empty, ferry, figures, table

from analysis.accounts import COMPARABLE, build_claims, build_series, format_bounds, name_figures, start_of_week


def test_a_series_has_one_row_per_claim_and_leaves_the_day_without_a_figure_out():
    frame = figures(
        {"reporter": "navy", "low": 31, "high": None, "date": "2031-05-11"},
        {"reporter": "navy", "low": 54, "high": 54, "date": "2031-05-13"},
        {"reporter": "navy", "low": 54, "high": 54, "date": "2031-05-13", "article_id": "b"},
    )
    series = build_series(frame)
    assert series["date"].dt.day.tolist() == [11, 13]
    assert series["n_figures"].tolist() == [1, 2]
    assert series["bounds"].tolist() == ["31 or more", "54"]
    assert pd.isna(series["high"][0])


def test_two_numbers_of_one_day_are_two_rows_never_a_range():
    series = build_series(
        figures({"low": 38, "high": 38, "reporter": "navy"}, {"low": 61, "high": 61, "reporter": "navy"})
    )
    assert list(zip(series["low"], series["high"], strict=True)) == [(38, 38), (61, 61)]


def test_every_figure_stands_in_exactly_one_row_of_the_series():
    frame = ferry().figures
    series = build_series(frame)
    assert sorted(sum(series["figure_ids"], [])) == sorted(frame["figure_id"])


@pytest.mark.parametrize(
    ("row", "voice"),
    [
        pytest.param({"reporter": "Odile Krantz"}, "Odile Krantz", id="named"),
        pytest.param({"reporter_kind": "group"}, "not named", id="officials"),
        pytest.param({"quote_id": "q1", "reporter_kind": "none"}, "not named", id="reportedly"),
        pytest.param({}, "Coast Wire, own voice", id="outlet"),
        pytest.param({"outlet": None}, "outlet not known, own voice", id="unknown outlet"),
    ],
)
def test_whose_word_a_figure_is(row, voice):
    assert name_figures(figures(row))["voice"].item() == voice


def test_unnamed_reporters_of_two_articles_are_two_voices():
    frame = figures({"reporter_kind": "group", "article_id": "a"}, {"reporter_kind": "group", "article_id": "b"})
    assert name_figures(frame)["voice_id"].nunique() == 2


@pytest.mark.parametrize(
    ("row", "what"),
    [
        pytest.param(
            {"group": "Soldiers", "group_side": "Ulvania"}, "killed: soldiers (Ulvania), incident", id="group"
        ),
        pytest.param({"measure": "other", "unit": "rocket"}, "other: rocket, incident", id="things by their unit"),
        pytest.param({"unit": "person"}, "killed: people, incident", id="people"),
        pytest.param({"scope": None}, "killed: people, scope not known", id="no scope"),
        pytest.param({"period": "Overnight"}, "killed: people, incident, overnight", id="period in words"),
        pytest.param(
            {"scope": "cumulative", "period": "since Monday", "period_start": "2031-05-05", "period_end": "2031-05-11"},
            "killed: people, cumulative, since 2031-05-05",
            id="a running total is known by where it began",
        ),
    ],
)
def test_what_a_figure_counts(row, what):
    assert name_figures(figures(row))["what"].item() == what


def test_claims_hold_the_lowest_and_highest_of_each_side_and_the_spread_between_sides():
    claims = build_claims(
        figures(
            {"reporter": "navy", "reporter_side": "Dorvane", "low": 31, "high": None},
            {"reporter": "Krantz", "reporter_side": "Dorvane", "low": 54, "high": 54},
            {"reporter": "Vane", "reporter_side": "Saltmarsh Front", "low": 100, "high": 110},
            {"reporter": "a nurse", "low": 300, "high": 300},
        )
    ).set_index("reporter_side")
    assert claims.loc["Dorvane", ["lowest", "highest", "n_reporters"]].tolist() == [31, 54, 2]
    assert claims.loc["side not known", "highest"] == 300
    assert claims["spread"].tolist() == [79, 79, 79]  # 110 - 31: the nurse takes no part


def test_one_side_alone_has_no_spread():
    assert build_claims(figures({"reporter_side": "Dorvane"}, {}))["spread"].isna().all()


@pytest.mark.parametrize(
    "row", [{"asserted": False}, {"date": None}, {"low": None, "high": None}], ids=["denied", "undated", "unbounded"]
)
def test_claims_leave_out_what_is_no_dated_assertion(row):
    assert len(build_claims(figures({}, row))) == 1
    assert build_claims(figures({}, row))["n_figures"].item() == 1


@pytest.mark.parametrize("column", COMPARABLE)
def test_figures_that_differ_in_what_they_count_never_share_a_claim(column):
    other = {
        "measure": "injured",
        "counted": "children",
        "group_side": "Ulvania",
        "scope": "cumulative",
        "window": "today",
    }
    field = {"counted": "group", "window": "period"}.get(column, column)
    assert len(build_claims(figures({}, {field: other[column]}))) == 2


@pytest.mark.parametrize("build", [build_series, build_claims, name_figures], ids=lambda f: f.__name__)
def test_inputs_are_not_changed_and_a_new_table_comes_back(build):
    frame = ferry().figures
    before = frame.copy(deep=True)
    assert build(frame) is not frame
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("build", [build_series, build_claims, name_figures], ids=lambda f: f.__name__)
def test_no_rows_give_the_same_columns(build):
    assert list(build(empty().figures).columns) == list(build(ferry().figures).columns)
    assert build(empty().figures).empty


def test_bounds_in_words_never_turn_missing_into_zero():
    assert format_bounds(None, None) == "no number"
    assert format_bounds(0, 0) == "0"
    assert format_bounds(pd.NA, 2_300_000) == "up to 2,300,000"


def test_a_week_begins_on_monday_and_a_missing_day_has_none():
    dates = table("articles", [{"date": "2031-05-11"}, {"date": "2031-05-12"}, {"date": None}])["date"]
    weeks = start_of_week(dates)
    assert weeks.dt.day.tolist()[:2] == [5, 12]
    assert pd.isna(weeks[2])
