"""On whose side a source is by the words of the article alone: no actor of these examples stands in a table."""

import re

import pytest
from test_speakers import parses

from analysis.actors import read_actors
from analysis.descriptions import party_words
from analysis.mentions import find_mentions
from analysis.speakers import Speakers
from analysis.speakers.parties import Parties
from analysis.speakers.sides import carry_sides

# text with the sources between ⟦ and ⟧, then for each in order its side, - for none
EXAMPLES = [
    ("a country's minister", "⟦Tavria’s foreign minister⟧ said on Monday that the talks were over.", ["Tavria"]),
    ("a person in apposition",
     "Tavria’s foreign minister, ⟦Jo Moor⟧, said no. ⟦Moor⟧ said that the talks were over.",
     ["Tavria", "Tavria"]),
    ("the people's name", "Tavria is at war. ⟦Tavrian officials⟧ said that the bridge was closed.", ["Tavria"]),
    ("the army of the only state",
     "Tavrian troops crossed the river into the north of Tavria. ⟦The army⟧ said that two men had died.",
     ["Tavria"]),
    ("two states and an army of nobody's",
     "Tavrian troops and Ormish troops fought in Tavria and Ormia. ⟦The army⟧ said that two men had died.",
     ["-"]),
    ("each ministry its state",
     "Tavria’s Interior Ministry and Ormia’s Health Ministry disagree. ⟦The Health Ministry⟧ said that two had died.",
     ["Ormia"]),
    ("civilians of a people", "Tavria’s army left. ⟦Tavrian farmers⟧ said that the bridge was closed.", ["-"]),
    ("a city's council", "Tavria’s army left. ⟦The city council⟧ said that the bridge was closed.", ["-"]),
    ("a hospital's officials", "Tavria’s army left. ⟦Hospital officials⟧ said that two men had died.", ["-"]),
    ("a foreign diplomat", "Tavria’s army left. ⟦A diplomat⟧ said that the talks were over.", ["-"]),
    ("a former minister", "Tavria’s army left. ⟦A former minister⟧ said that the talks were over.", ["-"]),
    ("authorities of those who hold a city",
     "Tavria’s army left. ⟦Health authorities in the rebel-held city⟧ said that two men had died.",
     ["-"]),
    ("who has fighters",
     "Fighters of the Northern Dawn hold the town. ⟦The Northern Dawn⟧ said that its men would stay.",
     ["Northern Dawn"]),
    ("the group's spokesman",
     "Gunmen of the Northern Dawn hold the town. The group is small. ⟦A Northern Dawn commander⟧ said no.",
     ["Northern Dawn"]),
    ("the opposition party", "⟦The opposition Reed Party⟧ said that the vote was stolen.", ["Reed Party"]),
    ("a union", "⟦The Farmers’ Union⟧ said that the harvest was lost.", ["-"]),
    ("a company's spokesman beside a state",
     "Tavria’s army left. ⟦A company spokesman⟧ said that the bridge was closed.",
     ["-"]),
    ("fighters before the name of their group",
     "Rebels of the Orm Alliance took the bridge. Their secretary thanked nobody. ⟦The Orm Alliance⟧ said that the bridge was open.",
     ["Orm Alliance"]),
    ("a group that kidnaps",
     "Twenty men were held in a barn. The Orm Alliance kidnapped them. ⟦The Orm Alliance⟧ said that they were safe.",
     ["Orm Alliance"]),
    ("a sergeant who speaks for mutineers",
     "Tavria’s army waits. ⟦Sgt. Jo Moor⟧, the spokesman of the mutinous Committee of Nine, said no.",
     ["Committee of Nine"]),
    ("a state placed by the lead",
     "A bomb killed two men in northern Tavria. Tavria’s president wept. Ormia’s navy left. ⟦The police⟧ said that the road was closed.",
     ["Tavria"]),
    ("a region of no state that is named", "A bomb killed two men in northern Tavria. Ormia’s navy left. ⟦The police⟧ said no.",
     ["-"]),
    ("a paragraph set abroad",
     "In Ormia’s capital, Port Sel, ⟦Defence Ministry spokesman Jo Moor⟧ said that Tavria’s army had fired. "
     "⟦The ministry⟧ said that nobody had died.",
     ["Ormia", "Ormia"]),
    ("the president of a state",
     "The president of Tavria, ⟦Jo Moor⟧, spoke. ⟦The Defence Ministry⟧ said that the army would stay.",
     ["Tavria", "Tavria"]),
    ("a government taken up by its", "KELL, Tavria (Wire) — Ormia’s navy fired, Tavria’s army said. Ormia denied it. ⟦Its government⟧ said no.", ["Ormia"]),
    ("a group told by an apposition",
     "The train was hit by the Reed Columns, a separatist group. ⟦The Columns⟧ said that they had fired. "
     "⟦Their spokeswoman, Jo Moor,⟧ said that more would come.",
     ["Reed Columns", "Reed Columns"]),
    ("an army commander beside rebels",
     "KELL, Tavria (Wire) — The Reed Columns, a rebel group, fired. ⟦The army commander, Jo Moor,⟧ denied it.",
     ["Tavria"]),
    ("who passed a base", "KELL, Tavria (Wire) — ⟦A driver who passed the army base⟧ said that it burned.", ["-"]),
    ("a party's people are no state", "⟦Tory ministers⟧ said no. ⟦The Tory chancellor⟧ said that taxes would rise.",
     ["-", "-"]),
    ("a lawmaker's party", "⟦MP Jo Moor of the People’s Union⟧ said that the vote was lost.", ["People’s Union"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def actors(tmp_path_factory):
    path = tmp_path_factory.mktemp("lexicon") / "actors.csv"
    path.write_text("actor,aliases,kind,side\nMerrow,Merrovian,place,\n", encoding="utf8")
    return read_actors(path)


def _sides(marked: str, actors, *, headline: str = "") -> list[str]:
    doc = parses()[marked.replace("⟦", "").replace("⟧", "")]
    speakers = Speakers(doc, find_mentions(doc, actors=actors), actors, headline)
    found = []
    for n, source in enumerate(re.finditer("⟦(.*?)⟧", marked)):
        start = source.start() - 2 * n  # without the marks before it
        span = doc.char_span(start, start + len(source[1]))
        found.append(speakers.resolve((span.start, span.end)).side or "-")
    return found


@pytest.mark.parametrize(("marked", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_the_side_that_the_article_tells(marked, expected, actors):
    assert _sides(marked, actors) == expected


def test_marks_in_a_word_of_the_table_are_no_pattern(actors, monkeypatch):
    odd = {kind: party_words(kind) | {"so-called ("} for kind in ("party", "fighter", "contested")}
    monkeypatch.setattr("analysis.speakers.parties.party_words", lambda kind: odd.get(kind) or party_words(kind))
    marked, sides = next(example[1:] for example in EXAMPLES if "mutinous" in example[1])
    assert _sides(marked, actors) == sides


def test_who_the_table_leaves_neutral_stays_so(actors):
    assert _sides("⟦Merrow’s foreign minister⟧ said that the talks were over.", actors) == ["-"]


def test_a_state_broadcaster_names_the_state(actors):
    text = "⟦The Interior Ministry⟧ said that calm had returned."
    assert _sides(text, actors, headline="Calm\nTavria National Radio") == ["Tavria"]
    assert _sides(text, actors, headline="Calm\nTavria Courier") == ["-"]
    text = "Ormia’s army fired at Tavria’s army. ⟦President Jo Moor⟧ said that calm had returned."
    assert _sides(text, actors, headline="Calm\nTavria National Channel") == ["Tavria"]


def test_what_a_group_that_two_names_fit_is_called_tells_nothing(actors):
    doc = parses()["The North Front and the South Front said no."]
    mentions = find_mentions(doc, actors=actors)
    parties: Parties = Speakers(doc, mentions, actors)._parties
    assert parties.of_name("the Front") is None
    assert parties.of_name("North Front") == "North Front"


def _row(article: str, speaker: str | None, side: str | None, *, kind="person", domestic=False) -> dict:
    return {"article_id": article, "speaker": speaker, "speaker_kind": kind, "side": side, "domestic": domestic}


def _names(article: str, *names: str) -> list[dict]:
    return [{"article_id": article, "label": "LOC", "name": name, "actor": None, "side": None} for name in names]


CARRIED = [  # what the second article says of Jo Moor and of an unnamed officer after the first one told Tavria
    ("a full name", ["Cadby"], ["Orm"], _row("2", "Jo Moor", None), "Tavria"),
    ("an office, the same events", ["Cadby", "Sel"], ["Cadby", "Sel"],
     _row("2", "Interior Ministry", None, kind="organisation"), "Tavria"),
    ("an office, other events", ["Cadby", "Sel"], ["Cadby"],
     _row("2", "Interior Ministry", None, kind="organisation"), None),
    ("nobody's name, the same events", ["Cadby", "Sel"], ["Cadby", "Sel"],
     _row("2", None, None, kind="anonymous", domestic=True), "Tavria"),
    ("nobody's name, not of the state", ["Cadby", "Sel"], ["Cadby", "Sel"],
     _row("2", None, None, kind="anonymous"), None),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "row", "side"), [c[1:] for c in CARRIED], ids=[c[0] for c in CARRIED])
def test_sides_carried_between_articles(one, two, row, side):
    told = [_row("1", "Jo Moor", "Tavria", domestic=True),
            _row("1", "Interior Ministry", "Tavria", kind="organisation", domestic=True)]  # fmt: skip
    row = dict(row)
    carry_sides({"quotes": [*told, row], "figures": [], "mentions": [*_names("1", *one), *_names("2", *two)]})
    assert row["side"] == side


def test_the_home_of_most_articles_on_the_same_events_is_where_they_are_set():
    told = [_row(n, "Jo Moor", side, domestic=True) for n, side in (("1", "Tavria"), ("2", "Tavria"), ("3", "Ormia"))]
    row = _row("4", None, None, kind="anonymous", domestic=True)
    carry_sides(
        {"quotes": [*told, row], "figures": [], "mentions": [m for n in "1234" for m in _names(n, "Kell", "Sel")]}
    )
    assert row["side"] == "Tavria"


def test_an_article_without_names_is_on_no_events():
    told = _row("1", "Jo Moor", "Tavria", domestic=True)  # whose only name stands in actors.csv
    row = _row("2", None, None, kind="anonymous", domestic=True)
    carry_sides({"quotes": [told, row], "figures": [], "mentions": [*_names("2", "Kell"), *_names("3", "Sel")]})
    assert row["side"] is None


def test_articles_that_disagree_carry_nothing():
    row = _row("3", "Jo Moor", None)
    told = [_row("1", "Jo Moor", "Tavria"), _row("2", "Jo Moor", "Ormia")]
    carry_sides({"quotes": [*told, row], "figures": [], "mentions": []})
    assert row["side"] is None
