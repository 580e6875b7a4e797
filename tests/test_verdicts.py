"""The rules of a verdict, one example each; the reporters are A, B …, the numbers (low, high)."""

import pandas as pd
import pytest
from samples import empty, ferry, figures

from analysis.accounts.verdicts import VERDICTS, build_verdicts


def claim(reporter, low, high=None, *, day=11, article="a", **more):
    """One figure; an exact number unless `high` says otherwise."""
    bounds = {"low": low, "high": low if high is None else None if high == "open" else high}
    return {"reporter": reporter, **bounds, "date": f"2031-05-{day}", "article_id": article, **more}


EXAMPLES = {
    "one reporter": ([claim("A", 12)], "single source"),
    "the same number": ([claim("A", 12), claim("B", 12)], "agree"),
    "no number in common": ([claim("A", 12), claim("B", 15)], "disputed"),
    "overlapping ranges": ([claim("A", 10, 20), claim("B", 15, 30)], "compatible"),
    "at least 31 and 54": ([claim("A", 31, "open"), claim("B", 54)], "compatible"),
    "at least 60 and 54": ([claim("A", 60, "open"), claim("B", 54)], "disputed"),
    "up to 20 and 12": ([claim("A", 0, 20), claim("B", 12)], "compatible"),
    "about 200 and 208": ([claim("A", 200, qualifier="about"), claim("B", 208)], "compatible"),
    "about 200 and 240": ([claim("A", 200, qualifier="about"), claim("B", 240)], "disputed"),
    "a later number of the same reporter": ([claim("A", 12), claim("A", 15, day=12, article="b")], "revised"),
    "a revision ends a dispute": (
        [claim("A", 10), claim("B", 30, day=12), claim("A", 30, day=12, article="b")],
        "agree",
    ),
    "a later lower number of an incident may be a part": (
        [claim("A", 7), claim("A", 2, day=12, article="b"), claim("B", 6, day=12, article="c")],
        "compatible",
    ),
    "a corrected running total": (
        [claim("A", 61, scope="cumulative"), claim("A", 57, day=12, article="b", scope="cumulative")],
        "revised",
    ),
    "a part of a figure of the same people": (
        [claim("A", 14, figure_id="w"), claim("A", 2, subset_of="w"), claim("B", 14)],
        "agree",
    ),
    "a part of other people is a count of its own": (
        [claim("A", 2, subset_of="w", group="nurses"), claim("B", 5, group="nurses")],
        "disputed",
    ),
    "one person without a number says nothing of how many": (
        [claim("A", 1, text="a nurse"), claim("B", 4)],
        "single source",
    ),
    "several numbers of one day are no revision": ([claim("A", 12), claim("A", 15)], "single source"),
    "days apart": ([claim("A", 31), claim("B", 71, day=14, article="b")], "not compared"),
    "the next day: the toll rose": ([claim("A", 31), claim("B", 71, day=12, article="b")], "compatible"),
    "the next day, in one article": ([claim("A", 31), claim("B", 71, article="a", day=12)], "disputed"),
    "a lower number the next day may be a part": (
        [claim("A", 71), claim("B", 31, day=12, article="b")],
        "compatible",
    ),
    "a lower number the next day, from the other side": (
        [
            claim("A", 71, reporter_side="Zhemera"),
            claim("B", 31, day=12, article="b", reporter_side="Ulvania"),
        ],
        "disputed",
    ),
    "the missing are found: fewer the next day": (
        [
            claim("A", 71, measure="missing", reporter_side="Zhemera"),
            claim("B", 31, day=12, article="b", measure="missing", reporter_side="Ulvania"),
        ],
        "compatible",
    ),
    "a dispute of one day outlives a higher claim the next": (
        [claim("A", 12), claim("B", 40), claim("B", 45, day=12, article="b")],
        "disputed",
    ),
    "agreed at first, then the toll rose": (
        [claim("A", 12), claim("B", 12), claim("B", 31, day=12, article="b")],
        "compatible",
    ),
    "a dispute ends when the lower toll has risen so far": (
        [claim("A", 12), claim("B", 40, article="b"), claim("A", 45, day=12, article="c")],
        "compatible",
    ),
    "bodies are those found: there may be more dead": (
        [claim("A", 7, unit="body"), claim("B", 12)],
        "compatible",
    ),
    "more bodies than dead": ([claim("A", 14, unit="body"), claim("B", 12)], "disputed"),
    "another six, the other two": ([claim("A", 40), claim("B", 6, standing="part")], "single source"),
    "up from 38": (
        [claim("A", 38, standing="former"), claim("A", 61), claim("B", 61)],
        "agree",
    ),
    "what the engine guessed": ([claim("A", 40), claim("B", 6, rule="learned")], "single source"),
    "up from 38, alone": ([claim("A", 38, standing="former"), claim("A", 61)], "revised"),
    "nothing but what was replaced": ([claim("A", 38, standing="former")], "not compared"),
    "the army is the Orandan army": (
        [claim("army", 12), claim("Orandan army", 15, article="b")],
        "single source",
    ),
    "two who are not named": (
        [claim(None, 12, reporter_kind="group"), claim(None, 15, reporter_kind="group", article="b")],
        "not compared",
    ),
    "a soldier and nine soldiers": (
        [claim("A", 1, text="One", group="soldier", unit="soldier"), claim("B", 9, group="soldiers", unit="soldier")],
        "disputed",
    ),
    "terrorists and fighters": (
        [claim("A", 12, group="terrorists", unit="terrorist"), claim("B", 5, group="fighters", unit="fighter")],
        "disputed",
    ),
    "suspects and civilians, detained": (
        [
            claim("A", 213, group="suspects", unit="suspect", measure="detained"),
            claim("B", 600, group="civilians", unit="civilian", measure="detained"),
        ],
        "disputed",
    ),
    "fighters, and fighters of the only side that has any": (
        [claim("A", 12, group="fighters"), claim("B", 5, group="fighters", group_side="Saltmarsh Front")],
        "disputed",
    ),
    "one side, the next day: the toll rose": (
        [claim("A", 41, reporter_side="Zhemera"), claim("B", 52, day=12, article="b", reporter_side="Zhemera")],
        "not compared",
    ),
    "one side, the same day: the later article may know more": (
        [claim("A", 41, reporter_side="Zhemera"), claim("B", 52, article="b", reporter_side="Zhemera")],
        "not compared",
    ),
    "one side, the same article": (
        [claim("A", 41, reporter_side="Zhemera"), claim("B", 52, reporter_side="Zhemera")],
        "disputed",
    ),
    "a running total without a period is the toll of the event": (
        [claim("A", 54, scope="cumulative"), claim("B", 96)],
        "disputed",
    ),
    "somebody of no name and side may tell of a part only": (
        [claim(None, 3, reporter_kind="anonymous"), claim("B", 19)],
        "not compared",
    ),
    "somebody of no name and side counts more": (
        [claim(None, 26, reporter_kind="anonymous"), claim("B", 19)],
        "disputed",
    ),
    "dozens may be any number of them": ([claim("A", 24, 99, qualifier="vague"), claim("B", 140)], "compatible"),
    "dozens, and nine": ([claim("A", 24, 99, qualifier="vague"), claim("B", 9)], "disputed"),
    "bodies are the least number of dead": ([claim("A", 72, unit="body"), claim("B", 90)], "compatible"),
    "bodies and bodies": ([claim("A", 72, unit="body"), claim("B", 90, unit="body")], "disputed"),
    "undated articles": (
        [claim("A", 12) | {"date": None}, claim("B", 15, article="b") | {"date": None}],
        "not compared",
    ),
    "undated, the same article": ([claim("A", 12) | {"date": None}, claim("B", 15) | {"date": None}], "disputed"),
    "a denied figure": ([claim("A", 12), claim("B", 30, asserted=False)], "single source"),
    "nothing but denied": ([claim("A", 12, asserted=False)], "not compared"),
    "no bound": ([claim("A", None)], "not compared"),
    "two places": ([claim("A", 12, place="Dorn"), claim("B", 15, place="Kesten")], "not compared"),
    "one voice of several places": (
        [claim("A", 430, place="Dorn"), claim("A", 16, place="Kesten"), claim("B", 5)],
        "not compared",
    ),
    "one place and none": ([claim("A", 12, place="Dorn"), claim("B", 15)], "disputed"),
    "an incident and a war": ([claim("A", 12), claim("B", 1140)], "not compared"),
    "other quantities": ([claim("A", 40, measure="other"), claim("B", 96, measure="other")], "not compared"),
    "unnamed people of one article": (
        [claim(None, 12, reporter_kind="anonymous"), claim(None, 20, reporter_kind="anonymous")],
        "not compared",
    ),
    "unnamed people of two sides": (
        [
            claim(None, 12, reporter_kind="anonymous", reporter_side="Avia"),
            claim(None, 20, reporter_kind="anonymous", reporter_side="Bor"),
        ],
        "disputed",
    ),
    "the outlet itself and a reporter": ([claim(None, 40), claim("B", 38, article="b")], "not compared"),
    "the outlet itself and a reporter in its article": ([claim(None, 40), claim("B", 38)], "not compared"),
}


@pytest.mark.parametrize(("rows", "verdict"), EXAMPLES.values(), ids=EXAMPLES)
def test_verdict(rows, verdict):
    assert build_verdicts(figures(*rows))["verdict"].tolist() == [verdict]


@pytest.mark.parametrize("rows", [rows for rows, _ in EXAMPLES.values()], ids=EXAMPLES)
def test_the_order_of_the_rows_does_not_matter(rows):
    forward, backward = build_verdicts(figures(*rows)), build_verdicts(figures(*reversed(rows)))
    assert forward["verdict"].tolist() == backward["verdict"].tolist()


KEPT_APART = {
    "running total of a period and incident": {"scope": "cumulative", "period": "since January"},
    "children and people": {"group": "children"},
    "two sides' people": {"group_side": "Ulvania"},
    "overnight and the whole time": {"period": "overnight"},
    "killed and injured": {"measure": "injured"},
}


@pytest.mark.parametrize("field", KEPT_APART.values(), ids=KEPT_APART)
def test_what_counts_different_things_is_never_compared(field):
    verdicts = build_verdicts(figures(claim("A", 12), claim("B", 30, **field)))
    assert verdicts["verdict"].tolist() == ["single source", "single source"]


def test_a_step_to_a_toll_is_no_rival_of_other_tolls():
    """Two more died, which brings the toll to six."""
    verdicts = build_verdicts(figures(claim("A", 2), claim("A", 6, scope="cumulative"), claim("B", 5)))
    assert verdicts["reason"].tolist() == ["B: 5 · A: 6"]


def test_a_number_below_the_one_it_replaces_is_no_step():
    """Twenty-nine died; the ministry revised the figure from 31."""
    old = claim("A", 31, scope="cumulative", standing="former")
    verdicts = build_verdicts(figures(claim("A", 29), old, claim("B", 50)))
    assert verdicts["reason"].tolist() == ["A: 29 · B: 50"]


def test_stories_are_judged_apart():
    frame = figures(claim("A", 12), claim("B", 30)).assign(story_id=["story 1", "story 2"])
    assert build_verdicts(frame)["verdict"].tolist() == ["single source"] * 2


def test_a_dispute_names_the_claims_of_two_sides_rather_than_the_widest_pair():
    navy, front = {"reporter_side": "Dorvane"}, {"reporter_side": "Saltmarsh Front"}
    verdict = build_verdicts(
        figures(claim("navy", 54, **navy), claim("Vane", 90, **front), claim("a nurse", 200))
    ).iloc[0]
    assert verdict["between"] == "two sides"
    assert verdict["reason"] == "navy: 54 · Vane: 90"
    assert (verdict["lowest"], verdict["highest"], verdict["highest_by"]) == (54, 200, "a nurse")


def test_a_revision_tells_its_history():
    row = build_verdicts(figures(claim("A", 54), claim("A", 71, day=12, article="b"))).iloc[0]
    assert row["reason"] == "A: 54, then 71"
    assert row["n_revised"] == 1


def test_the_disputed_come_first_and_every_figure_is_in_one_verdict():
    tables = ferry()
    frame = tables.figures.assign(story_id="story 1", story="ferry")
    verdicts = build_verdicts(frame)
    ranks = [VERDICTS.index(verdict) for verdict in verdicts["verdict"]]
    assert ranks == sorted(ranks)
    assert sorted(sum(verdicts["figure_ids"], [])) == sorted(frame["figure_id"])


def test_inputs_stay_and_no_rows_give_the_same_columns():
    frame = figures(claim("A", 12), claim("B", 15))
    before = frame.copy(deep=True)
    columns = list(build_verdicts(frame).columns)
    pd.testing.assert_frame_equal(frame, before)
    none = build_verdicts(empty().figures.assign(story_id="", story=""))
    assert none.empty
    assert list(none.columns) == columns
