"""What changed since the last report: articles, speakers, figures old and new with on whose word, verdicts."""

import json
from pathlib import Path

import pytest
from samples import Tables, empty, table

from analysis.accounts.changes import build_changes, build_state, find_before, write_state

TEXT = "Ferry Marek sank off Tolm harbour; the harbour office and the navy counted the dead on the Marek."


def tables(*claims: tuple[str, str, int], speakers: tuple[str, ...] = ()) -> Tables:
    """An article a claim: day, reporter, number of dead."""
    articles = [
        {"article_id": f"a{n}", "date": day, "title": "Ferry sinks", "text": TEXT} for n, (day, *_) in enumerate(claims)
    ]
    figures = [
        {"figure_id": f"a{n}#f0", "article_id": f"a{n}", "date": day, "reporter": who, "low": dead, "high": dead,
         "reporter_side": "North" if who == "Navy" else "South"}
        for n, (day, who, dead) in enumerate(claims)
    ]  # fmt: skip
    quotes = [{"quote_id": f"a0#q{n}", "article_id": "a0", "speaker": name} for n, name in enumerate(speakers)]
    names = [
        {"mention_id": f"a{n}#m{place}", "article_id": f"a{n}", "start_char": TEXT.index(name), "text": name,
         "end_char": TEXT.index(name) + len(name), "label": "LOC"}
        for n in range(len(claims)) for place, name in enumerate(["Marek", "Tolm"])
    ]  # fmt: skip
    return Tables(table("articles", articles), table("mentions", names), table("quotes", quotes), table("figures", figures),
                  table("problems"))  # fmt: skip


FIRST = tables(("2031-05-11", "Navy", 12), ("2031-05-11", "Harbour office", 12), speakers=("Rana Ost",))
SECOND = tables(
    ("2031-05-11", "Navy", 12),
    ("2031-05-11", "Harbour office", 12),
    ("2031-05-12", "Harbour office", 31),
    speakers=("Rana Ost", "Ilko Stane"),
)


def test_exactly_what_changed_is_listed():
    rows = build_changes(build_state(FIRST), build_state(SECOND)).fillna("").to_dict("split")["data"]
    assert [tuple(row) for row in rows] == [
        ("new article", "Coast Wire, 2031-05-12, Ferry sinks (a2)", "", "", ""),
        ("new speaker", "Ilko Stane", "", "", ""),
        ("revised figure", "killed: people, incident", "12", "31", "Harbour office (South)"),
        (
            "verdict changed",
            "killed: people, incident",
            "agree",
            "compatible",
            "Navy on 11 May: 12 · Harbour office on 12 May: 31",
        ),
    ]


def test_what_was_replaced_is_no_news():
    """The toll rose to 31 from 29: it was 12 before, and nobody says 29 now."""
    rose = tables(("2031-05-11", "Navy", 12), ("2031-05-12", "Navy", 31), ("2031-05-12", "Navy", 29))
    rose.figures.loc[2, "standing"] = "former"
    [claim] = build_state(rose)["claims"].values()
    assert claim == "31"


def test_an_article_that_is_gone_is_listed():
    changes = build_changes(build_state(SECOND), build_state(FIRST))
    assert "article removed" in list(changes["change"])


def test_the_first_report_has_nothing_to_compare(tmp_path: Path):
    state = build_state(FIRST)
    assert find_before(tmp_path / "state.json", state) is None
    assert build_changes(None, state).empty


def test_the_same_articles_again_tell_the_same_changes_in_the_same_bytes(tmp_path: Path):
    path, first, second = tmp_path / "state.json", build_state(FIRST), build_state(SECOND)
    path.write_bytes(write_state(path, first))
    path.write_bytes(write_state(path, second))
    kept = path.read_bytes()
    assert find_before(path, second) == first
    assert write_state(path, second) == kept


def test_nothing_in_the_state_but_strings():
    state = build_state(SECOND)
    assert json.loads(json.dumps(state)) == state
    assert build_state(empty())["claims"] == {}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"now": 1}'])
def test_a_damaged_state_is_named(content: str, tmp_path: Path):
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(ValueError, match=r"state.json does not hold what a report left"):
        find_before(tmp_path / "state.json", build_state(FIRST))
