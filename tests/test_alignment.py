"""Under which name the figures of one story count: words for the same people, and tolls that rise."""

import pytest
from samples import figures

from analysis.accounts import align_counts

FRONT, PORT = "Marsh Front", "Port Authority"
EXAMPLES = {
    "a bare number that the side gives for its fighters elsewhere": (
        [
            {"reporter": "Vane", "reporter_side": FRONT, "low": 9, "high": 9, "group": "sailors"},
            {"reporter": "Front", "reporter_side": FRONT, "low": 9, "high": 9, "article_id": "b"},
        ],
        ["killed: sailors, incident"] * 2,
    ),
    "a bare number that the side mostly gives without a noun": (
        [
            {"reporter": "Vane", "reporter_side": FRONT, "low": 9, "high": 9, "group": "sailors"},
            {"reporter": "Vane", "reporter_side": FRONT, "low": 9, "high": 9, "article_id": "b"},
            {"reporter": "Vane", "reporter_side": FRONT, "low": 9, "high": 9, "article_id": "c"},
        ],
        ["killed: sailors, incident"] + ["killed: people, incident"] * 2,
    ),
    "a bare number of the other side": (
        [
            {"reporter": "Vane", "reporter_side": FRONT, "low": 9, "high": 9, "group": "sailors"},
            {"reporter": "harbour master", "reporter_side": PORT, "low": 9, "high": 9},
        ],
        ["killed: sailors, incident", "killed: people, incident"],
    ),
    "men, where the story counts one group": (
        [
            {"measure": "surrendered", "group": "conscripts", "unit": "conscript"},
            {"measure": "surrendered", "group": "men", "unit": "man"},
        ],
        ["surrendered: soldiers, incident"] * 2,
    ),
    "men, where it counts several": (
        [
            {"group": "sailors", "unit": "sailor"},
            {"group": "dockers", "unit": "docker"},
            {"group": "men", "unit": "man"},
        ],
        ["killed: sailors, incident", "killed: dockers, incident", "killed: men, incident"],
    ),
    "men, where it counts people only": (
        [{"unit": "person"}, {"group": "men", "unit": "man"}],
        ["killed: people, incident"] * 2,
    ),
    "members of a side that has fighters": (
        [
            {"group": "gunmen", "unit": "gunman", "group_side": FRONT},
            {"group": "members", "unit": "member", "group_side": FRONT},
        ],
        [f"killed: fighters ({FRONT}), incident"] * 2,
    ),
    "a toll that has risen": ([{"scope": "cumulative"}], ["killed: people, incident"]),
    "a toll since the event began": (
        [{"scope": "cumulative", "period_start": "2031-05-09", "period_end": "2031-05-11"}],
        ["killed: people, incident"],
    ),
    "a toll since Friday of soldiers beside people": (
        [
            {"group": "people", "group_side": "Avia"},
            {
                "group": "soldiers",
                "group_side": "Avia",
                "scope": "cumulative",
                "period": "since Friday",
                "period_start": "2031-05-09",
                "period_end": "2031-05-11",
            },
        ],
        ["killed: people (Avia), incident", "killed: soldiers (Avia), incident"],
    ),
    "a toll since last year": (
        [{"scope": "cumulative", "period_start": "2030-10-01", "period_end": "2031-05-11"}],
        ["killed: people, cumulative, since 2030-10-01"],
    ),
}


@pytest.mark.parametrize(("rows", "what"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_counted(rows, what):
    aligned = align_counts(figures(*rows))
    assert aligned["what"].tolist() == what


@pytest.mark.parametrize(("rows", "what"), EXAMPLES.values(), ids=EXAMPLES)
def test_aligning_twice_changes_nothing(rows, what):
    assert align_counts(align_counts(figures(*rows)))["what"].tolist() == what


def test_a_step_to_a_toll_stays_a_step():
    """Two more died, which brings the toll to six."""
    rows = (
        {"reporter": "Krantz", "low": 2, "high": 2},
        {"reporter": "Krantz", "low": 6, "high": 6, "scope": "cumulative"},
    )
    aligned = align_counts(figures(*rows))
    assert align_counts(aligned)["is_part"].tolist() == [True, False]


def test_a_short_name_is_the_long_one_of_the_story():
    rows = {"reporter": "Front"}, {"reporter": FRONT, "reporter_side": FRONT, "article_id": "b"}
    aligned = align_counts(figures(*rows))
    assert aligned["whose"].tolist() == [FRONT] * 2
