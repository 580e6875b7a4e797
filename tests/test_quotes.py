"""Quotation marks in wild text; block quotes, posts and floating quotes; offsets; nothing raises."""

import pytest
import spacy
from conftest import parsed
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.marks import find_quotations
from analysis.mentions import find_mentions
from analysis.quotes import find_quotes

# text with the expected quotations between ⟦ and ⟧; a quotation of several parts is numbered: ⟦1 … ⟧
MARKS = [
    ("curly", "He said ⟦“yes”⟧ and left."),
    ("straight", 'He said ⟦"yes"⟧ and ⟦"no"⟧.'),
    ("single", "⟦‘I counted 46,’⟧ she said."),
    ("straight single", "She said ⟦'never again'⟧ twice."),
    ("apostrophes are not marks", "Hamas’s men and the dogs’ owners didn’t see the soldiers’ camp."),
    ("apostrophe inside single marks", "⟦‘They don’t know’⟧, he said."),
    ("nested marks belong to the outer", "⟦“He shouted: ‘Jump!’ and I did,”⟧ she said."),
    ("guillemets", "⟦«Nous partons»⟧, he said."),
    ("unmatched opening", "He said “yes and left.\n\nThen he slept."),
    ("unmatched closing", "He said yes” and left."),
    ("odd number of straight marks", 'He said ⟦"yes"⟧ and "no.'),
    ("inches and minutes", 'A 5" pipe and a 6" pipe.'),
    ("paragraphs, closed at the end only", "⟦1“One.⟧\n\n⟦1“Two.⟧\n\n⟦1“Three.”⟧ he said."),
    ("opened in mid-paragraph", "⟦“No,”⟧ he said. ⟦1“One.⟧\n\n⟦1“Two.”⟧"),
    ("straight over paragraphs", '⟦"No,"⟧ he said. ⟦1"One.⟧\n\n⟦1"Two."⟧'),
    ("paragraphs with single line breaks", "He said: ⟦1“One.⟧\n⟦1“Two.”⟧\nHe left."),
    ("straight single over paragraphs", "He said: ⟦1'One.⟧\n\n⟦1'Two.'⟧ They left."),
    ("a wrapped line is no paragraph", "He said ⟦\"the man called\n'Rust' left,\"⟧ twice."),
    ("a possessive inside single marks", "⟦'The migrants' claims failed,'⟧ he said."),
    ("grave and acute", "It was ⟦`very much part´⟧ of it; he isn´t."),
    ("a new quote does not continue a closed one", "⟦“One.”⟧\n\n⟦“Two.”⟧"),
    ("a quote that nobody closed ends with its paragraph", "⟦“One.⟧\n\nTwo.\n\n⟦“Three.”⟧"),
    ("several paragraphs that nobody closed", "He said: ⟦1“One.⟧\n\n⟦1“Two.⟧\n\nHe left."),
]


def _expected(marked: str) -> tuple[str, list[list[str]]]:
    quotations: list[list[str]] = []
    previous = None
    for piece in marked.split("⟦")[1:]:
        inside = piece.split("⟧")[0]
        number = inside[0] if inside[0].isdigit() else None
        words = inside[1:] if number else inside
        if number and number == previous:
            quotations[-1].append(words)
        else:
            quotations.append([words])
        previous = number
    return marked.replace("⟦1", "").replace("⟦", "").replace("⟧", ""), quotations


@pytest.mark.parametrize("marked", [marked for _, marked in MARKS], ids=[name for name, _ in MARKS])
def test_quotation_marks(marked):
    text, expected = _expected(marked)
    assert [[text[s:e] for s, e in q.parts] for q in find_quotations(text)] == expected


@given(st.text(alphabet="ab “”‘’\"'.\n,>«»", max_size=120))
@settings(max_examples=300, deadline=None)
def test_quotations_never_overlap_and_never_raise(text):
    spans = [part for quotation in find_quotations(text) for part in quotation.parts]
    assert all(0 <= s < e <= len(text) for s, e in spans)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_text_raises_without_a_parse(text):
    doc = spacy.blank("en")(text)
    for quote in find_quotes(doc, find_mentions(doc)):
        assert text[quote.start_char : quote.end_char] == quote.text


SAYS = """
Lenk Lenk PROPN NNP 1 dep
says say VERB VBZ 1 ROOT
_: : PUNCT : 1 punct
“ “ PUNCT `` 4 punct
_No no INTJ UH 1 discourse
_. . PUNCT . 4 punct
_” ” PUNCT '' 4 punct
"""


def test_a_cue_at_the_very_beginning_finds_the_name_before_it():
    doc = parsed(SAYS, ents=[(0, 1, "PERSON")])
    [quote] = find_quotes(doc, find_mentions(doc))
    assert (quote.text, quote.speaker, quote.rule) == ("“No.”", "Lenk", "adjacent")


# ------------------------------------------------------------------ with the bundled pipeline
ARTICLE = """\
“The troops raided a depot,” said army spokesman Brig. Gen. Daro Lenk. “They came back with one man.”

Lenk said that three soldiers were wounded. The general called the raid “a success.”

The Lantern:

“Nine of them are dead. We counted.

“One captive is dead too.”

> We did not fire first.

Our medics have counted 31 bodies. pic.twitter.com/a1B2c3D4 — Signe Aker (@signe_aker) March 19, 2031

A road sign reading “Dorn” stood there.
"""


@pytest.fixture(scope="module")
def quotes(nlp):
    doc = nlp(ARTICLE)
    return find_quotes(doc, find_mentions(doc))


def _found(quotes, beginning: str):
    return next(q for q in quotes if q.text.startswith(beginning))


@pytest.mark.parametrize(
    ("beginning", "kind", "speaker", "floating"),
    [
        ("“The troops", "direct", "Daro Lenk", False),
        ("“They came", "direct", "Daro Lenk", True),
        ("three soldiers", "indirect", "Daro Lenk", False),
        ("the raid “a", "mixed", "Daro Lenk", False),
        ("“Nine of them", "direct", "The Lantern", False),
        ("We did not fire", "direct", None, False),
        ("Our medics", "direct", "Signe Aker", False),
    ],
)
def test_kinds_and_speakers_in_an_article(quotes, beginning, kind, speaker, floating):
    quote = _found(quotes, beginning)
    assert (quote.kind, quote.speaker, quote.floating) == (kind, speaker, floating)


def test_a_quote_over_paragraphs_has_a_part_for_each(quotes):
    assert [ARTICLE[s:e] for s, e in _found(quotes, "“Nine").parts] == [
        "“Nine of them are dead. We counted.",
        "“One captive is dead too.”",
    ]


def test_a_sign_is_not_a_quote(quotes):
    assert not any("Dorn" in quote.text for quote in quotes)


def test_offsets_point_into_the_text(quotes):
    for quote in quotes:
        assert ARTICLE[quote.start_char : quote.end_char] == quote.text
        assert quote.source is None or ARTICLE[quote.source_start : quote.source_end] == quote.source
        assert quote.cue is None or ARTICLE[quote.cue_start : quote.cue_end] == quote.cue


def test_nested_speech_points_to_its_outer_quote(nlp):
    doc = nlp("Brekke said that the army had denied that 30 people were killed.")
    outer, inner = find_quotes(doc, find_mentions(doc))
    assert (outer.parent, inner.parent) == (None, 0)
    assert inner.text == "30 people were killed"


CONTINUED = """\
“Ministers have said for years that the dam is safe,” said Jo Moor, who heads the farmers' union.

“The ministry has known that the wall leaks.

“We will sue.”

Ana Reyes highlighted the cost of the repair: “It will take all we have.”
"""


def test_what_is_said_inside_marks_ends_with_its_paragraph(nlp):
    doc = nlp(CONTINUED)
    inner = {"source": "The ministry", "cue": "known", "content": "that the wall leaks.\n\n“We will sue.”"}
    for label, words in inner.items():  # the engine read on into the next paragraph
        start = CONTINUED.index(words)
        doc.spans["attributions"].append(doc.char_span(start, start + len(words), label=label, span_id="inner"))
    found = find_quotes(doc, find_mentions(doc))
    assert [quote.speaker for quote in found if "We will sue" in quote.text] == ["Jo Moor"]
    assert "the wall leaks" in [quote.text for quote in found]


def test_what_the_quoted_words_are_about_is_not_said(nlp):
    doc = nlp(CONTINUED)
    last = find_quotes(doc, find_mentions(doc))[-1]
    assert (last.kind, last.speaker, last.text) == ("direct", "Ana Reyes", "“It will take all we have.”")


ODD = {
    "blanks where a place should stand": ("In    , the army said that 12 people had died.", ["army"]),
    "a heading is nobody": ("Background:\n\nThe war began in March, after a vote.", []),
    "a verb beside a title": ("The film, titled “Red Dawn,” attacked the village elders.", []),
    "an article in a signature": ("“We are lost here and nobody comes.”\n— A resident of Kell", ["A resident of Kell"]),
    "nothing but a pronoun is denied": ("The navy denied that.", []),
}


@pytest.mark.parametrize(("text", "speakers"), ODD.values(), ids=ODD)
def test_who_speaks_in_odd_text(nlp, text, speakers):
    doc = nlp(text)
    assert [quote.speaker for quote in find_quotes(doc, find_mentions(doc))] == speakers


LIVE = """\
14:05 The army says its troops are in Dorn. “It has begun,” says its spokesman, Col. Bertran Hale.

14:32 “There is smoke over the bridge.”

2:40 p.m. Shelling has stopped, residents say.
"""


def test_nobody_speaks_on_in_the_next_entry_of_a_live_blog(nlp):
    doc = nlp(LIVE)
    found = {quote.text: quote.speaker for quote in find_quotes(doc, find_mentions(doc))}
    assert found["“It has begun,”"] == "Bertran Hale"
    assert found["“There is smoke over the bridge.”"] is None
    assert "Shelling has stopped" in found, "the time is not part of what was said"
