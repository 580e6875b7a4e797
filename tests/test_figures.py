"""Reported figures: what is counted, what befell them, on whose word, over which window.

`examples/figures.jsonl` holds parsed sentences (one row a word: word lemma pos tag head dep; heads from 0, `_`: no
blank before) and their figures: span | low..high | qualifier | unit | measure [not asserted] | rule. Add cases there.
"""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from analysis.figures import Figure, find_figures
from analysis.figures.learned import TRUSTED
from analysis.figures.measures import RULES
from analysis.figures.triggers import triggers
from analysis.lexicon import LexiconError
from analysis.mentions import Mention

from conftest import parsed  # isort: skip

EXAMPLES = [json.loads(line) for line in (Path(__file__).parent / "examples" / "figures.jsonl").open(encoding="utf-8")]
DATE = datetime.date(2030, 9, 18)


@dataclass(frozen=True)
class Said:
    """As much of a quote as figures need."""

    parts: tuple[tuple[int, int], ...]
    speaker: str | None = "Ana Reyes"
    speaker_kind: str = "person"
    side: str | None = None
    stance: str = "report"
    kind: str = "indirect"
    parent: int | None = None
    source: str | None = None
    source_start: int | None = None
    source_end: int | None = None
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    affiliation: str | None = None


def build(text: str) -> Doc:
    """The parsed example that reads `text`."""
    return parsed("\n".join(next(e["rows"] for e in EXAMPLES if e["text"] == text)))


def said(doc: Doc, **fields) -> Said:
    return Said(((0, len(doc.text)),), **fields)


def shown(figure: Figure) -> str:
    low, high = ("" if bound is None else f"{bound:.10g}" for bound in (figure.low, figure.high))
    measure = figure.measure + ("" if figure.asserted else " not asserted")
    return f"{figure.text} | {low}..{high} | {figure.qualifier} | {figure.unit} | {measure} | {figure.rule}"


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["text"] for e in EXAMPLES])
def test_figures_of_a_sentence(example):
    doc = parsed("\n".join(example["rows"]))
    assert doc.text == example["text"]
    figures = find_figures(doc, [], [], date=None)
    assert [shown(figure) for figure in figures] == example["figures"]
    assert all(doc.text[f.start_char : f.end_char] == f.text for f in figures)
    if "wholes" in example:
        assert [(f.scope, f.subset_of) for f in figures] == list(zip(example["scopes"], example["wholes"], strict=True))


# sentences of the same file that are read wrongly: what should stand there
KNOWN_FAILURES = {
    "The rest died, and another six were hurt.": ("rest", "“the rest” is counted only by a reader who subtracts"),
    "Two soldiers, along with two guards, were killed.": ("four", "numbers joined by “along with” are not added up"),
    "A man was arrested after he shot himself in the foot.": ("injured", "one event of one person makes a row"),
    "He fired four minutes before the truce.": ("four", "a distance in time is taken for a date, as gold has it"),
}


@pytest.mark.parametrize(("text", "wanted"), KNOWN_FAILURES.items(), ids=list(KNOWN_FAILURES))
def test_known_failures(request, text, wanted):
    request.applymarker(pytest.mark.xfail(strict=True, reason=wanted[1]))
    figures = find_figures(build(text), [], [], date=None)
    assert wanted[0] in {told for figure in figures for told in (figure.text, figure.measure)}


def test_a_person_by_name_is_counted_with_an_age():
    rows = ["Ana Ana PROPN NNP 6 nsubj:pass", "Reyes Reyes PROPN NNP 0 flat", "_, , PUNCT , 3 punct",
            "31 31 NUM CD 0 appos", "_, , PUNCT , 0 punct", "was be AUX VBD 6 aux:pass", "killed kill VERB VBN 6 ROOT"]  # fmt: skip
    aged = parsed("\n".join(rows), ents=[(0, 2, "PERSON")])
    assert [(f.text, f.unit, f.measure) for f in find_figures(aged, [], [], date=None)] == [
        ("Ana Reyes", "person", "killed")
    ]
    plain = ["Ana Ana PROPN NNP 3 nsubj:pass", "Reyes Reyes PROPN NNP 0 flat", "was be AUX VBD 3 aux:pass",
             "killed kill VERB VBN 3 ROOT"]  # fmt: skip
    assert find_figures(parsed("\n".join(plain), ents=[(0, 2, "PERSON")]), [], [], date=None) == []


def test_every_rule_has_a_confidence():
    fired = {figure.rsplit(" | ", 1)[1] for example in EXAMPLES for figure in example["figures"]}
    assert fired <= set(TRUSTED)
    assert len(RULES) + 1 == len(TRUSTED)  # coordinated, fate, learned, none come from no single rule, part from four


# ---------------------------------------------------------------- on whose word
def test_the_reporter_is_the_innermost_speaker():
    doc = build("He says one patient was killed and 14 were injured, two of them seriously.")
    outer = said(doc, speaker="State Radio", speaker_kind="organisation")
    inner = Said(((8, len(doc.text) - 1),), speaker="Ilko Stane", side="Zhemera")
    figures = find_figures(doc, [outer, inner], [], date=None)
    assert {(f.reporter, f.reporter_kind, f.reporter_side, f.quote) for f in figures} == {
        ("Ilko Stane", "person", "Zhemera", 1)
    }


SEVERITIES = {
    "Fourteen were injured, two of them seriously and one critically.": [None, "serious", "critical"],
    "Six passengers suffered minor injuries.": ["light"],
    "The blast seriously injured three guards and lightly wounded five others.": ["serious", "light"],
    "A driver is in hospital in critical condition.": ["critical"],
    "Nine had injuries that were not life-threatening.": ["light"],
    "A car bomb killed at least 31 people and wounded 78 in the market.": [None, None],
    "Three people were injured when a light aircraft crashed.": [None],
    "Three people were taken to hospital with minor cuts.": ["light"],
}


@pytest.mark.parametrize(("text", "wanted"), SEVERITIES.items(), ids=list(SEVERITIES))
def test_how_badly_they_were_hurt(text, wanted):
    assert [figure.severity for figure in find_figures(build(text), [], [], date=None)] == wanted


GIVERS = {
    "Claims that more than 30 people had died were described by Ulvania as irresponsible.": (
        {"speaker": "Ulvania", "cue": "described", "cue_start": 46},
        [None],
    ),
    "The guard said six guns were seen, not the 20 alleged by Ulvania.": ({}, ["Ana Reyes", "Ulvania"]),
    "Ulvania denied a claim by Zhemera that 35 soldiers were killed.": (
        {"stance": "deny", "cue": "denied", "cue_start": 8},
        ["Zhemera"],
    ),
    "By Zhemera's account, six cooks are still held.": (None, ["Zhemera"]),
    "The clinic said it had received 26 wounded people, eight of whom had been shot.": (
        {"parts": ((16, 49),)},
        ["Ana Reyes", "Ana Reyes"],
    ),
    "Nine bodies were found, the army said in a statement, and 40 people are missing.": (
        {"parts": ((0, 22),), "cue": "said", "cue_start": 33},
        ["Ana Reyes", "Ana Reyes"],
    ),
    "The toll was nine, not eleven, as Ulvania had said.": (None, [None, "Ulvania"]),
    "The minister accused Ulvania of claiming that more than 50 people had died.": ({}, ["Ulvania"]),
    "Asked whether two fighters had drowned, he laughed.": ({"cue": "Asked", "cue_start": 0}, [None]),
}


@pytest.mark.parametrize(("text", "given"), GIVERS.items(), ids=list(GIVERS))
def test_the_giver_nearest_to_a_figure_is_its_reporter(text, given):
    doc, (fields, wanted) = build(text), given
    quotes = [Said(**{"parts": ((0, len(text)),), **fields})] if fields is not None else []
    parties = [(text.find(name), name) for name in ("Ulvania", "Zhemera") if name in text]
    mentions = [Mention(at, at + 7, name, "LOC", name, name, name) for at, name in sorted(parties)]
    assert [figure.reporter for figure in find_figures(doc, quotes, mentions, date=None)] == wanted


def test_an_i_inside_a_quote_is_its_speaker():
    doc = build("Twelve villagers died in the flood.")
    outer, inner = said(doc), Said(((0, len(doc.text) - 1),), speaker=None, source="I", parent=0)
    (figure,) = find_figures(doc, [outer, inner], [], date=None)
    assert figure.reporter == "Ana Reyes"


def test_the_outlets_own_voice_has_no_reporter():
    (figure,) = find_figures(build("Twelve villagers died in the flood."), [], [], date=None)
    assert (figure.reporter, figure.reporter_kind, figure.quote) == (None, None, None)


def test_an_unnamed_reporter_leaves_the_name_missing_and_the_quote_filled():
    doc = build("Twelve villagers died in the flood.")
    (figure,) = find_figures(doc, [said(doc, speaker=None, speaker_kind="anonymous")], [], date=None)
    assert (figure.reporter, figure.reporter_kind, figure.quote) == (None, "anonymous", 0)


def test_things_in_the_outlets_own_voice_are_kept_with_low_confidence():
    doc = build("Troops destroyed four armoured vehicles.")
    (own,), (reported,) = (find_figures(doc, quotes, [], date=None) for quotes in ([], [said(doc)]))
    assert own.measure == reported.measure == "other"
    assert own.confidence < 0.5 < reported.confidence


RECKONED = """
Zhemera Zhemera PROPN NNP 1 nsubj
put put VERB VBD 1 ROOT
the the DET DT 3 det
toll toll NOUN NN 1 obj
at at ADP IN 5 case
nine nine NUM CD 1 obl
"""
INFLICTED = """
Ulvania Ulvania PROPN NNP 1 nsubj
put put VERB VBD 1 ROOT
Zhemera Zhemera PROPN NNP 4 nmod:poss
_'s 's PART POS 2 case
losses loss NOUN NNS 1 obj
at at ADP IN 6 case
nine nine NUM CD 1 obl
"""
ADMITTED = """
Zhemera Zhemera PROPN NNP 1 nsubj
admits admit VERB VBZ 1 ROOT
nine nine NUM CD 1 obj
dead dead ADJ JJ 2 amod
"""


@pytest.mark.parametrize(
    ("rows", "reporter", "group_side"),
    [(RECKONED, "Zhemera", None), (INFLICTED, "Ulvania", "Zhemera"), (ADMITTED, None, "Zhemera")],
    ids=["put", "put the other's losses", "admits"],
)
def test_a_verb_of_reckoning_has_a_giver_and_one_of_loss_an_owner(rows, reporter, group_side):
    doc = parsed(rows)
    named = [t for t in doc if t.text in ("Zhemera", "Ulvania")]
    mentions = [Mention(t.idx, t.idx + 7, t.text, "LOC", t.text, t.text, t.text) for t in named]
    (figure,) = find_figures(doc, [], mentions, date=None)
    assert (figure.measure, figure.reporter, figure.group_side) == ("killed", reporter, group_side)


# ---------------------------------------------------------------- asserted or not
DENIALS = [
    ("indirect denial", {"stance": "deny"}, False),
    ("mixed denial", {"stance": "deny", "kind": "mixed"}, False),
    ("what a denier holds true", {"stance": "deny", "kind": "direct"}, True),
    ("claim", {"stance": "claim"}, True),
]


@pytest.mark.parametrize(("fields", "asserted"), [c[1:] for c in DENIALS], ids=[c[0] for c in DENIALS])
def test_denied_figures_are_not_asserted(fields, asserted):
    doc = build("Twelve villagers died in the flood.")
    (figure,) = find_figures(doc, [said(doc, **fields)], [], date=None)
    assert figure.asserted is asserted


def test_a_claim_inside_a_denial_is_not_asserted():
    doc = build("Twelve villagers died in the flood.")
    quotes = [said(doc, stance="deny"), Said(((0, 22),), speaker="Viktor Amsel", stance="claim", parent=0)]
    (figure,) = find_figures(doc, quotes, [], date=None)
    assert (figure.reporter, figure.asserted) == ("Viktor Amsel", False)


def test_quotes_that_are_each_others_parents_end():
    doc = build("Twelve villagers died in the flood.")
    quotes = [said(doc, parent=1), Said(((0, 22),), parent=0)]
    assert [f.asserted for f in find_figures(doc, quotes, [], date=None)] == [True]


# ---------------------------------------------------------------- who, when, where
WINDOWED = """
At at ADP IN 1 case
least least ADJ JJS 2 nmod
150 150 NUM CD 3 nummod
people people NOUN NNS 5 nsubj
have have AUX VBP 5 aux
died die VERB VBN 5 ROOT
in in ADP IN 7 case
Oldra Oldra PROPN NNP 5 obl
in in ADP IN 12 case
the the DET DT 12 det
last last ADJ JJ 12 amod
48 48 NUM CD 12 nummod
hours hour NOUN NNS 5 obl
_, , PUNCT , 14 punct
eleven eleven NUM CD 5 parataxis
of of ADP IN 16 case
them they PRON PRP 14 nmod
children child NOUN NNS 14 nmod
_. . PUNCT . 5 punct
"""


def test_windows_get_dates_and_pass_to_subsets():
    doc = parsed(WINDOWED)
    whole, part = find_figures(doc, [], [], date=DATE)
    for figure in (whole, part):
        assert figure.period == "in the last 48 hours"
        assert (figure.period_start, figure.period_end) == (datetime.date(2030, 9, 16), DATE)
        assert figure.scope == "cumulative"
    assert (part.measure, part.unit, part.group) == ("killed", "child", "children")


def test_the_place_is_led_in_by_a_preposition():
    doc = parsed(WINDOWED)
    at = doc.text.index("Oldra")
    oldra = Mention(at, at + 5, "Oldra", "LOC", None, None, "Oldra")
    assert find_figures(doc, [], [oldra], date=None)[0].place == "Oldra"
    assert find_figures(doc, [], [], date=None)[0].place is None


OURS = """
Zhemera Zhemera PROPN NNP 1 nsubj
lost lose VERB VBD 1 ROOT
two two NUM CD 4 nummod
Ulvanian Ulvanian ADJ JJ 4 amod
gunners gunner NOUN NNS 1 obj
and and CCONJ CC 9 cc
three three NUM CD 1 conj
of of ADP IN 9 case
its its PRON PRP$ 9 nmod:poss
villagers villager NOUN NNS 6 nmod
_. . PUNCT . 1 punct
"""


def test_the_side_of_the_counted_is_the_party_named_beside_them_or_the_speakers_own():
    doc = parsed(OURS)
    at = doc.text.index("Ulvanian")
    ulvanian = Mention(at, at + 8, "Ulvanian", "NORP", "Ulvania", "Ulvania", "Ulvania")
    figures = find_figures(doc, [said(doc, side="Zhemera")], [ulvanian], date=None)
    assert [(f.unit, f.group_side) for f in figures] == [("gunner", "Ulvania"), ("villager", "Zhemera")]


def test_unit_is_the_singular_and_group_as_printed():
    doc = build("Two gunmen were shot dead.")
    assert [(f.unit, f.group) for f in find_figures(doc, [], [], date=None)] == [("gunman", "gunmen")]
    doc = build("The group handed over 12 bodies.")
    assert [(f.unit, f.group) for f in find_figures(doc, [], [], date=None)] == [("body", None)]


# ---------------------------------------------------------------- robustness
@pytest.mark.parametrize(
    "words", [[], ["\n\n"], ["12"], ["a"], ["one"], ["twice"], ["A", "soldier"], ["$", "5"], ["of", "12"]]
)
def test_fragments_do_not_raise(words):
    roots = {"heads": list(range(len(words))), "deps": ["ROOT"] * len(words)}
    find_figures(Doc(Vocab(), words=words, **roots), [], [], date=DATE)


def test_a_long_chain_of_subsets_does_not_raise():
    rows = ["Twelve twelve NUM CD 1 nsubj", "died die VERB VBD 1 ROOT"]
    for n in range(1500):
        at = 2 + 4 * n
        rows += [", , PUNCT , 1 punct", f"two two NUM CD {at} appos", f"of of ADP IN {at + 3} case",
                 f"them they PRON PRP {at + 1} nmod"]  # fmt: skip
    figures = find_figures(parsed("\n".join(rows)), [], [], date=DATE)
    assert len(figures) == 1501
    assert {f.measure for f in figures} == {"killed"}


def test_a_wrong_role_in_the_table_names_the_line_and_the_choices(monkeypatch):
    row = {"measure": "killed", "lemma": "kill", "role": "victim", "with": "", "needs": "", "line": "9"}
    monkeypatch.setattr("analysis.figures.triggers.read_lexicon", lambda *args: (row,))
    triggers.cache_clear()
    with pytest.raises(LexiconError, match="line 9: role is 'victim'; use one of object, subject"):
        triggers()
    triggers.cache_clear()


# ---------------------------------------------------------------- the bundled pipeline
def test_the_bundled_pipeline_finds_figures(nlp):
    doc = nlp("At least 31 people were killed and 78 injured when a shell hit Unit 504 on Route 6 in 2011.")
    assert [(f.text, f.measure) for f in find_figures(doc, [], [], date=None)] == [
        ("At least 31", "killed"),
        ("78", "injured"),
    ]
