"""Charts: what is drawn, named and left open; hostile names; nothing that looks like zero where there is nothing."""

import math
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from samples import empty, ferry, figures, table

from analysis.accounts import build_series
from analysis.accounts.coverage import build_coverage, build_lengths
from analysis.accounts.voices import build_shares, build_speakers
from analysis.charts import (
    describe_lines,
    describe_matrix,
    describe_ranking,
    describe_scores,
    describe_spread,
    plot_lines,
    plot_matrix,
    plot_ranking,
    plot_scores,
    plot_spread,
)
from analysis.charts.axes import _spread, break_gaps, choose_styles, lay_days, write_label
from analysis.charts.display import draw
from analysis.charts.ranges import describe_figures, plot_accounts, plot_series

HOSTILE = {
    "mathematics": "$\\frac{$",
    "money": "$1m and $2m",
    "underscore": "_hidden_",
    "right to left override": "\u202eevil",
    "control characters": "a\x00b\x1bc\n\n",
    "ten thousand letters": "x" * 10_000,
    "Chinese": "海岸通讯社",
    "markup": "<script>alert(1)</script>",
}


def axes() -> Axes:
    return Figure(layout="constrained").add_subplot()


def words(ax: Axes) -> list[str]:
    ax.figure.draw_without_rendering()
    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


def scores() -> pd.DataFrame:
    frame = pd.DataFrame({"kind": ["direct", "indirect"], "precision": [0.9, None], "recall": [0.8, 0.5]})
    return frame.astype({"precision": "Float64", "recall": "Float64"})


def speakers(name: str = "Odile Krantz") -> pd.DataFrame:
    return build_speakers(table("quotes", [{"speaker": name, "side": name}]))


PLOTS = {
    "ranking": lambda t: (
        plot_ranking,
        build_speakers(t.quotes),
        {"name": "speaker", "value": "n_quotes", "unit": "quotes"},
    ),
    "lines": lambda t: (
        plot_lines,
        build_shares(t.quotes, by="week"),
        {"date": "week", "value": "share", "name": "side", "unit": "share", "percent": True},
    ),
    "matrix": lambda t: (
        plot_matrix,
        build_coverage(t.articles),
        {"row": "outlet", "column": "week", "value": "n_articles"},
    ),
    "spread": lambda t: (
        plot_spread,
        build_lengths(t.articles),
        {"name": "outlet", "value": "n_words", "unit": "words"},
    ),
    "scores": lambda t: (plot_scores, scores().head(len(t.articles)), {"name": "kind"}),
    "series": lambda t: (plot_series, build_series(t.figures), {}),
    "accounts": lambda t: (plot_accounts, build_series(t.figures), {}),
}


@pytest.mark.parametrize("case", PLOTS.values(), ids=PLOTS)
def test_a_chart_draws_on_the_axes_it_is_given_and_changes_no_table(case):
    plot, frame, options = case(ferry())
    before, ax = frame.copy(deep=True), axes()
    assert plot(frame, ax, **options) is ax
    assert "no data" not in words(ax)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("case", PLOTS.values(), ids=PLOTS)
def test_an_empty_table_says_no_data(case):
    plot, frame, options = case(empty())
    assert words(plot(frame, axes(), **options)) == ["no data"]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("plot", ["ranking", "series", "accounts"])
def test_a_hostile_name_neither_stops_a_chart_nor_blows_it_up(name, plot):
    claims = build_series(figures({"reporter": name, "reporter_side": name, "group": name}))
    frame, options = {
        "ranking": (speakers(name), {"name": "speaker", "value": "n_quotes", "unit": "quotes", "side": "side"}),
        "series": (claims, {}),
        "accounts": (claims, {}),
    }[plot]
    chart = draw(
        {"ranking": plot_ranking, "series": plot_series, "accounts": plot_accounts}[plot], frame, alt="one", **options
    )
    assert len(chart.svg) < 400_000
    chart.svg.encode()


def test_dollars_are_money_not_mathematics():
    ax = plot_ranking(speakers("$1m and $2m"), axes(), name="speaker", value="n_quotes", unit="quotes")
    assert "$1m and $2m" in words(ax)
    assert not any(text.get_parse_math() for text in ax.findobj(Text))


def test_a_line_breaks_where_days_lie_between():
    days = pd.to_datetime(["2031-05-05", "2031-05-12", "2031-06-02"])
    frame = pd.DataFrame({"week": days, "side": "Dorvane", "n": [1.0, 2.0, 3.0]})
    (line, *_) = plot_lines(frame, axes(), date="week", value="n", name="side", unit="quotes").get_lines()
    assert [math.isnan(y) for y in line.get_ydata()] == [False, False, True, False]


def test_a_gap_is_open_on_both_sides_and_an_empty_line_has_none():
    days = pd.Series(pd.to_datetime(["2031-05-01", "2031-05-20"]))
    assert break_gaps(days, pd.Series([1.0, 2.0]), 7)["value"].isna().tolist() == [False, True, False]
    assert break_gaps(days[:0], pd.Series([], dtype=float), 7).empty


def test_long_silences_are_cut_and_marked_and_short_ones_are_not():
    ax = axes()
    places = lay_days(ax, pd.Series(pd.to_datetime(["2029-05-01", "2029-05-02", "2031-05-01", "2031-05-02"])))
    assert list(places.values()) == [0, 1, 4, 5]
    assert len(ax.get_lines()) == 1
    plain = axes()
    lay_days(plain, pd.Series(pd.to_datetime(["2031-05-01", "2031-05-03"])))
    assert not plain.get_lines()


def test_nothing_is_drawn_where_a_matrix_has_nothing():
    frame = pd.DataFrame({"outlet": ["A", "B"], "kind": ["direct", "mixed"], "n": [2, 1]})
    ax = plot_matrix(frame, axes(), row="outlet", column="kind", value="n")
    assert len(ax.collections[0].get_offsets()) == 2
    assert {"A", "B", "direct", "mixed", "1", "2"} <= set(words(ax))
    assert "0" not in words(ax)


def test_a_score_that_is_not_defined_has_no_mark():
    assert sum("precision" in word for word in words(plot_scores(scores(), axes(), name="kind"))) == 1


def test_accounts_say_what_is_counted_by_whom_and_how_it_was_put():
    claims = figures(
        {"reporter": "navy", "reporter_side": "Dorvane", "low": 31, "high": None, "qualifier": "at_least"},
        {"reporter": "Idris Vane", "reporter_side": "Saltmarsh Front", "low": 100, "high": 110},
        {"reporter": "a nurse", "low": 24, "high": 99, "qualifier": "vague"},
        {"reporter": "Ulvania", "reporter_side": "Ulvania", "low": 0, "high": 20, "asserted": False},
    )
    said = words(plot_accounts(build_series(claims), axes()))
    assert "killed: people, incident" in said
    assert {"31 or more", "100–110", "24–99 (vague)", "up to 20 (denied or questioned)"} <= set(said)
    assert {"navy (Dorvane) · 11 May", "Ulvania · 11 May"} <= set(said)


def test_running_totals_and_incidents_stand_in_blocks_of_their_own():
    claims = build_series(figures({"scope": "cumulative"}, {"scope": "incident"}))
    said = words(plot_accounts(claims, axes()))
    assert {"killed: people, cumulative", "killed: people, incident"} <= set(said)


def test_only_running_totals_of_one_reporter_are_joined():
    rows = [{"reporter": "navy", "low": n, "high": n, "date": f"2031-05-{n}"} for n in (11, 12)]
    joined = [{**row, "scope": "cumulative"} for row in rows]
    lengths = [
        sorted(len(line.get_xdata()) for line in plot_series(build_series(figures(*case)), axes()).get_lines())[-1]
        for case in (rows, joined)
    ]
    assert lengths == [1, 2]


def test_figures_that_are_not_drawn_are_counted():
    claims = build_series(figures({"reporter": "navy"}, {"reporter": "Vane", "date": None}))
    assert "1 without a date or a bound not drawn" in words(plot_series(claims, axes()))


def test_vague_words_are_hollow_and_denied_figures_are_grey_crosses():
    claims = build_series(figures({"qualifier": "vague", "reporter": "A"}, {"asserted": False, "reporter": "B"}))
    marks = {line.get_marker(): line for line in plot_series(claims, axes()).get_lines() if line.get_markersize() == 6}
    assert any(line.get_markerfacecolor() == "white" for line in marks.values())
    assert marks["x"].get_color() == "#6E6E6E"


def test_no_two_names_share_colour_marker_and_line():
    styles = choose_styles([f"side {n}" for n in range(40)])
    keys = [tuple(style.values()) for style in styles.values()]
    assert all(a != b for a, b in combinations(keys, 2))


def test_names_at_the_ends_of_lines_do_not_overlap_and_stay_inside():
    placed = _spread([0.5, 0.5, 0.51, 0.99, 1.0], 0.1)
    assert all(b - a >= 0.099 for a, b in zip(placed, placed[1:], strict=False))
    assert min(placed) >= 0
    assert max(placed) <= 1


def test_labels_are_short():
    assert len(write_label("x" * 1000)) == 40


CAPTIONS = {
    "ranking": lambda t: describe_ranking(
        build_speakers(t.quotes), what="Speakers", name="speaker", value="n_quotes", unit="quotes"
    ),
    "matrix": lambda t: describe_matrix(
        build_coverage(t.articles), what="Articles", row="outlet", column="week", value="n_articles"
    ),
    "lines": lambda t: describe_lines(
        build_shares(t.quotes, by="week"), what="Share", date="week", value="share", name="side", percent=True
    ),
    "figures": lambda t: describe_figures(build_series(t.figures), what="killed"),
    "spread": lambda t: describe_spread(
        build_lengths(t.articles), what="Articles", name="outlet", value="n_words", unit="words"
    ),
    "scores": lambda t: describe_scores(scores().head(len(t.articles)), what="Quotes", name="kind"),
}


@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("ranking", "navy 2"),
        ("matrix", "(1)"),
        ("lines", "100%"),
        ("figures", "highest 90 (Idris Vane"),
        ("spread", "at the median: Coast Wire 16, "),
        ("scores", "50%"),
    ],
)
def test_a_caption_states_the_main_value(case, value):
    assert value in CAPTIONS[case](ferry())


def test_a_spread_is_told_by_its_medians():
    rows = pd.DataFrame({"outlet": ["Watch"] * 3 + ["Wire"] * 2 + ["Radio"], "n_words": [90, 95, 110, 300, 421, None]})
    told = describe_spread(rows, what="Articles", name="outlet", value="n_words", unit="words")
    assert told == "Articles by words, at the median: Wire 360.5, Watch 95; single ones from 90 to 421."


@pytest.mark.parametrize("describe", CAPTIONS.values(), ids=CAPTIONS)
def test_a_caption_of_nothing_is_still_a_sentence(describe):
    assert "no " in describe(empty())
