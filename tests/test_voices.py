"""Who is quoted: counts per week and outlet, unnamed speakers and claims with their intervals, and their charts."""

from functools import partial

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from samples import table

from analysis.accounts.voices import build_claimed, build_unnamed, count_speakers, wilson
from analysis.charts.voices import describe_intervals, plot_heat, plot_intervals, plot_multiples

SAID = [
    {"speaker": "Krantz", "speaker_kind": "person", "date": "2031-05-11", "side": "Dorvane"},
    {"speaker": "Krantz", "speaker_kind": "person", "date": "2031-05-26", "side": "Dorvane", "stance": "claim"},
    {"speaker": "Vane", "speaker_kind": "person", "date": "2031-05-12", "side": "Front", "stance": "claim"},
    {"speaker": None, "speaker_kind": "group", "outlet": "Marsh Lantern"},
    {"speaker": None, "speaker_kind": "anonymous", "outlet": "Marsh Lantern", "cue": None},
]


@pytest.fixture
def quotes() -> pd.DataFrame:
    return table("quotes", SAID)


def axes() -> Axes:
    return Figure(layout="constrained").add_subplot()


def test_weeks_and_outlets_come_in_the_order_of_the_speakers(quotes):
    weeks = count_speakers(quotes, ["Vane", "Krantz"], by="week")
    assert weeks["speaker"].tolist() == ["Vane", "Krantz", "Krantz"]
    assert weeks["n_quotes"].tolist() == [1, 1, 1]
    assert count_speakers(quotes, ["Vane", "Krantz"], by="outlet")["n_quotes"].tolist() == [1, 2]


def test_unnamed_speakers_are_counted_of_all_quotes_of_the_outlet(quotes):
    unnamed = build_unnamed(quotes).set_index(["outlet", "speaker_kind"])
    assert unnamed["n_quotes"].to_dict() == {
        ("Coast Wire", "anonymous"): 0,
        ("Coast Wire", "group"): 0,
        ("Marsh Lantern", "anonymous"): 1,
        ("Marsh Lantern", "group"): 1,
    }
    assert unnamed["share"].tolist() == [0.0, 0.0, 0.5, 0.5]


def test_claims_are_counted_of_claims_and_reports_with_a_cue(quotes):
    claimed = build_claimed(quotes).set_index("side")
    assert claimed[["n_quotes", "n_all"]].to_numpy().tolist() == [[1, 2], [1, 1], [0, 1]]
    assert ((claimed["low"] <= claimed["share"]) & (claimed["share"] <= claimed["high"])).all()


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (0, 1000), (500, 1000)])
def test_an_interval_holds_its_share_and_stays_between_none_and_all(part, whole):
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    closer = wilson(2 * part, 2 * whole)
    assert closer[1] - closer[0] < high - low, "the same share of more is known better"


CHARTS = {
    "multiples": (plot_multiples, partial(count_speakers, by="week"), {"name": "speaker", "date": "week", "value": "n_quotes", "unit": "quotes"}),
    "heat": (plot_heat, partial(count_speakers, by="outlet"), {"row": "speaker", "column": "outlet", "value": "n_quotes"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_charts_of_nothing_say_so(name):
    plot, build, options = CHARTS[name]
    ax = plot(build(table("quotes"), []), axes(), **options)
    assert [text.get_text() for text in ax.texts] == ["no data"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_speaker_has_a_row(name, quotes):
    plot, build, options = CHARTS[name]
    ax = plot(build(quotes, ["Vane", "Krantz"]), axes(), **options)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Vane", "Krantz"]


def test_intervals_are_labelled_with_their_counts(quotes):
    ax = plot_intervals(build_unnamed(quotes), axes(), row="outlet", part="speaker_kind", unit="of quotes")
    assert "group 50% (1 of 2)" in [text.get_text() for text in ax.texts]
    assert plot_intervals(build_claimed(table("quotes")), axes(), row="side", unit="").texts[0].get_text() == "no data"


def test_no_interval_is_described_as_no_data():
    assert describe_intervals(build_claimed(table("quotes")), what="Claimed", row="side") == "Claimed: no data."
