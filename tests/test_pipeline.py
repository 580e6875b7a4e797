"""Other pipelines' labels become ours, text that would stall the tokenizer is blanked, paragraphs end sentences."""

import pytest
import spacy
from conftest import parsed
from hypothesis import given
from hypothesis import strategies as st

from analysis.pipeline import PipelineError, load_pipeline, paragraphs, parseable, universal

# a ClearNLP parse, then the Universal Dependencies that the rules see, as word: label -> head
CLEAR = [
    (
        "a preposition becomes the case of what it governs",
        """
        Police police NOUN NNS 1 nsubj
        fired fire VERB VBD 1 ROOT
        into into ADP IN 1 prep
        crowds crowd NOUN NNS 2 pobj
        of of ADP IN 3 prep
        men man NOUN NNS 4 pobj
        """,
        ["Police: nsubj -> fired", "fired: ROOT -> fired", "into: case -> crowds", "crowds: obl -> fired",
         "of: case -> men", "men: nmod -> crowds"],
    ),
    (
        "a copula hangs on its predicate",
        """
        Twelve twelve NUM CD 1 nsubj
        are be AUX VBP 1 ROOT
        dead dead ADJ JJ 1 acomp
        """,
        ["Twelve: nsubj -> dead", "are: cop -> dead", "dead: ROOT -> dead"],
    ),
    (
        "passives and objects",
        """
        Two two NUM CD 1 nummod
        men man NOUN NNS 3 nsubjpass
        were be AUX VBD 3 auxpass
        killed kill VERB VBN 3 ROOT
        """,
        ["Two: nummod -> men", "men: nsubj:pass -> killed", "were: aux:pass -> killed", "killed: ROOT -> killed"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CLEAR], ids=[case[0] for case in CLEAR])
def test_clear_labels_and_structure_become_universal(rows, expected):
    doc = universal(parsed(rows))
    assert [f"{t.text}: {t.dep_} -> {t.head.text}" for t in doc] == expected


def test_entity_labels_of_other_pipelines_become_ours():
    rows = "Gaza Gaza PROPN NNP 1 nsubj\nlost lose VERB VBD 1 ROOT\nthree three NUM CD 1 obj"
    doc = universal(parsed(rows, ents=[(0, 1, "GPE"), (2, 3, "CARDINAL")]))
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Gaza", "LOC")]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("One\n\ntwo", ["One", "two"]),
        ("One\ntwo", ["One"]),
        ("One\n- two\n- three", ["One", "-", "-"]),
        ("One\n> two", ["One", ">"]),
        ("It was “one.” Two", ["It", "Two"]),
        ('It was "one." Two', ["It", "Two"]),
        ("“One!” Ana said", ["“"]),
        ("The “U.S.” Army", ["The"]),
    ],
    ids=[
        "empty line",
        "wrapped line",
        "list",
        "quoted lines",
        "full stop in marks",
        "straight marks",
        "who shouted",
        "an abbreviation in marks",
    ],
)
def test_where_a_sentence_must_begin(text, starts):
    doc = paragraphs(spacy.blank("en")(text))
    assert [token.text for token in doc if token.is_sent_start or token.i == 0] == starts


def test_no_sentence_ends_after_a_rank(nlp):
    doc = nlp("The depot was raided, said army spokesman Brig. Gen. Daro Lenk on Friday.")
    assert len(list(doc.sents)) == 1


@given(st.text(max_size=500))
def test_blanking_keeps_the_length_and_every_ordinary_text(text):
    assert len(parseable(text)) == len(text)
    assert parseable(text) == text or any(len(chunk) >= 200 for chunk in text.split())


@pytest.mark.parametrize(
    "bomb", ["(" * 20_000, ").” " + ").!?" * 5_000, "a" * 50_000], ids=["one mark", "marks", "letters"]
)
def test_bombs_for_the_tokenizer_are_blanked(nlp, bomb):
    doc = nlp(parseable(f"Police said two men died. {bomb} Then it was quiet."))
    assert len(doc) < 100


@pytest.mark.parametrize(
    ("pipes", "message"),
    [((), "has no parser and no tagger and no ner"), (("tagger", "ner"), "has no parser")],
    ids=["blank", "no parser"],
)
def test_a_pipeline_without_what_the_rules_need_is_refused(tmp_path, pipes, message):
    nlp = spacy.blank("en")
    for pipe in pipes:
        nlp.add_pipe(pipe).add_label("X")
    if pipes:
        nlp.initialize()
    nlp.to_disk(tmp_path / "other")
    with pytest.raises(PipelineError, match=message):
        load_pipeline(str(tmp_path / "other"))
