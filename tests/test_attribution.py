"""Sources, cues and contents on hand-built parses; who says a stretch when quotes nest."""

from types import SimpleNamespace

import pytest
from conftest import parsed, parses
from spacy.tokens import Span

from analysis.attribution import attribute, find_attributions, spans_of
from analysis.cues import read_cues

# sentence, then (source, cue, content, stance, rule) for each attribution, in order of the cues
EXAMPLES = [
    ("The ministry said that 12 soldiers were wounded.",
     [("The ministry", "said", "12 soldiers were wounded", "report", "clause")]),
    ("Nine soldiers died, the Front claimed on Friday.",
     [("the Front", "claimed", "Nine soldiers died", "claim", "parenthetical")]),
    ("The army denied it.", []),
    ("Lenk warned the rebels, adding that time was short.",
     [("Lenk", "adding", "time was short", "report", "clause")]),
    ("Police ordered them to leave.", [("Police", "ordered", "to leave", "order", "clause")]),
    ("Police began to leave.", []),
    ("Two reportedly died.", [(None, "reportedly", "Two|died", "report", "adverb")]),
    ("She did not confirm that he was dead.", [("She", "confirm", "he was dead", "deny", "clause")]),
    ("No official confirmed that he was dead.", [("No official", "confirmed", "he was dead", "deny", "clause")]),
    ("Police refused to confirm that he was dead.", [("Police", "confirm", "he was dead", "deny", "clause")]),
    ("Lenk did not deny that he was dead.", [("Lenk", "deny", "he was dead", "report", "clause")]),
    ("Aker, a doctor, said she was tired.", [("Aker", "said", "she was tired", "report", "clause")]),
    ("Residents believe that he lied.", [("Residents", "believe", "he lied", "thought", "clause")]),
    ("He was told that she had left.", [(None, "told", "she had left", "report", "clause")]),
    ("The ministry raised its offer to 17 dollars.", []),
    ("A nurse asked not to be named.", []),
    ("Asked whether it was true, Lenk said that it was.", [("Lenk", "said", "it was", "report", "clause")]),
    ("The memo says that seepage had increased and warns that the roof will fall.",
     [("The memo", "says", "seepage had increased and warns that the roof will fall", "report", "clause"),
      ("The memo", "warns", "the roof will fall", "warn", "clause")]),
    ("Brekke says 231 drowned; she calls the toll invented.",
     [("Brekke", "says", "231 drowned", "report", "clause")]),
    ("The agency quoted a guard as saying that the gate was shut.",
     [("a guard", "saying", "the gate was shut", "report", "clause")]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), EXAMPLES, ids=[sentence for sentence, _ in EXAMPLES])
def test_attributions_on_the_parse(sentence, expected):
    doc = parsed(parses()[sentence])
    assert doc.text == sentence
    found = [
        (
            doc[slice(*c.source)].text if c.source else None,
            doc[slice(*c.cue)].text,
            "|".join(doc.text[s:e] for s, e in spans_of(c.content, doc)),
            c.stance,
            c.rule,
        )
        for c in find_attributions(doc)
    ]
    assert found == expected


# sentence, the spans that the engine read (first token, end token, role, attribution), then (source, cue, content)
READ = {
    "a content belongs to the verb that it hangs on": (
        "The sides give such accounts that monitors say two raids took place.",
        [(0, 2, "source", "1"), (2, 3, "cue", "1"), (8, 12, "content", "1"), (7, 8, "cue", "2")],
        [("monitors", "say", "two raids took place")],
    ),
    "what somebody was told is said as a whole": (
        "The mayor said they had been told to leave.",
        [(0, 2, "source", "1"), (2, 3, "cue", "1"), (3, 6, "content", "1"), (6, 7, "cue", "2"), (7, 9, "content", "2")],
        [("The mayor", "said", "they had been told to leave"), (None, "told", "to leave")],
    ),
    "a semicolon ends what is said": (
        "Brekke says 231 drowned; she calls the toll invented.",
        [(0, 1, "source", "1"), (1, 2, "cue", "1"), (2, 10, "content", "1")],
        [("Brekke", "says", "231 drowned")],
    ),
    "as saying is no part of what is said": (
        "The agency quoted a guard as saying that the gate was shut.",
        [(3, 5, "source", "1"), (2, 3, "cue", "1"), (5, 12, "content", "1")],
        [("a guard", "quoted", "the gate was shut")],
    ),
}


@pytest.mark.parametrize(("sentence", "read", "expected"), READ.values(), ids=READ)
def test_contents_of_the_engine_are_mended(sentence, read, expected):
    doc = parsed(parses()[sentence])
    doc.spans["attributions"] = [Span(doc, start, end, label=role, span_id=n) for start, end, role, n in read]
    found = [
        (
            doc[slice(*c.source)].text if c.source else None,
            doc[slice(*c.cue)].text,
            "|".join(doc.text[s:e] for s, e in spans_of(c.content, doc)),
        )
        for c in find_attributions(doc)
    ]
    assert found == expected


def test_thought_is_not_speech():
    doc = parsed(parses()["Residents believe that he lied."])
    assert [c.mode for c in find_attributions(doc)] == ["thought"]


@pytest.mark.parametrize(
    ("stretch", "giver"),
    [((25, 27), "inner"), ((5, 8), "outer"), ((15, 25), "outer"), ((60, 61), None), ((48, 55), None)],
    ids=["inside both", "inside outer only", "across the inner edge", "outside", "across the outer edge"],
)
def test_the_innermost_giver_of_a_stretch(stretch, giver):
    quotes = [SimpleNamespace(name="outer", parts=[(0, 50)]), SimpleNamespace(name="inner", parts=[(20, 40)])]
    found = attribute(*stretch, quotes)
    assert (found.name if found else None) == giver


def test_the_frames_of_cues_are_those_that_rules_read():
    assert {frame for cue in read_cues().values() for frame in cue.frames} == {"clause", "infinitive", "at"}
