"""Loads the spaCy `Language` that everything runs on: the bundled one, or any English pipeline the user names.

Whatever is loaded, the rules see one inventory: Universal Dependencies labels and structure, Penn tags, our nine entity
labels. This module is the only one that knows other inventories.
"""

import re
from functools import cache

import numpy as np
import spacy
from spacy.attrs import DEP, HEAD, ORTH
from spacy.language import Language
from spacy.tokens import Doc, Span

from analysis.engine import MODEL as BUNDLED
from analysis.lexicon import read_lexicon

# OntoNotes (spaCy's own English pipelines) -> our nine labels; labels of counts and times have no counterpart
ENTITIES = {"GPE": "LOC", "PER": "PERSON", "ORGANIZATION": "ORG", "LOCATION": "LOC", "EVENT": "MISC",
            "WORK_OF_ART": "MISC", "LAW": "MISC", "LANGUAGE": "MISC"}  # fmt: skip
NOT_ENTITIES = {"CARDINAL", "ORDINAL", "QUANTITY", "PERCENT", "TIME"}
# ClearNLP dependency labels -> Universal Dependencies; prepositions and copulas are also turned round, see `universal`
CLEAR = {"nsubjpass": "nsubj:pass", "csubjpass": "csubj:pass", "auxpass": "aux:pass", "dobj": "obj", "dative": "iobj",
         "neg": "advmod", "poss": "nmod:poss", "relcl": "acl:relcl", "quantmod": "advmod", "npadvmod": "obl:unmarked",
         "nmod": "compound", "prt": "compound:prt", "intj": "discourse", "preconj": "cc:preconj",
         "predet": "det:predet", "oprd": "xcomp", "acomp": "xcomp", "attr": "xcomp", "pcomp": "advcl",
         "agent": "case", "prep": "case", "pobj": "obl", "meta": "dep"}  # fmt: skip

# spaCy's tokenizer takes quadratic time on unspaced punctuation: "(" * 8000 takes five seconds
_SOLID = re.compile(r"\S{200,}")
_MAX_MARKS, _MAX_CHUNK = 200, 2_000

CLOSING = frozenset("\"'”’»")
LIST_MARKS = frozenset(">-–—•*")


class PipelineError(ValueError):
    """The named pipeline cannot be used; the message says why and how to mend it."""


def load_pipeline(name: str | None = None) -> Language:
    """The bundled pipeline, or the installed English spaCy pipeline `name` (a package name or a path).

    The bundled engine finds the attributions in either; a named pipeline gives syntax and entities.

    Raises `PipelineError` when it is not installed, is not English, or lacks a parser, a tagger or entities.

    >>> load_pipeline("no_such_pipeline")
    Traceback (most recent call last):
    analysis.pipeline.PipelineError: no spaCy pipeline 'no_such_pipeline'; install it with: \
python -m spacy download no_such_pipeline, or leave --model out to use the bundled one
    """
    if name is None and not (BUNDLED / "config.cfg").is_file():
        raise PipelineError(f"the bundled pipeline is missing at {BUNDLED}; restore it from the repository")
    try:
        nlp = spacy.load(name or BUNDLED)
    except OSError as error:
        raise PipelineError(
            f"no spaCy pipeline {name!r}; install it with: python -m spacy download {name}, "
            "or leave --model out to use the bundled one"
        ) from error
    bundled = "engine" in nlp.pipe_names
    lacking = [pipe for pipe in ("parser", "tagger", "ner") if not bundled and pipe not in nlp.pipe_names]
    if nlp.lang != "en" or lacking:
        raise PipelineError(f"{name!r} ({nlp.lang}) has no {' and no '.join(lacking) or 'English'}; use an English one")
    for title in _abbreviations():  # "Brig. Gen. Lenk" is one sentence
        nlp.tokenizer.add_special_case(title, [{ORTH: title}])
    nlp.add_pipe("paragraphs", first=True)
    if not bundled:
        if "pobj" in nlp.get_pipe("parser").labels:
            nlp.add_pipe("universal")
        nlp.add_pipe("engine", config={"layers": ["attributions", "figures"]})
    return nlp


@cache
def _abbreviations() -> frozenset[str]:
    rows = read_lexicon("titles", ("title", "kind", "gender", "noun"))
    return frozenset(row["title"] for row in rows if row["title"].endswith("."))


def parseable(text: str) -> str:
    """`text` with stretches that would stall the tokenizer blanked out: same length, so offsets stay.

    A stretch without a blank is blanked when it has over 200 punctuation marks or over 2,000 characters.

    >>> parseable("a " + "(" * 300) == "a " + " " * 300
    True
    """

    def blank(match: re.Match[str]) -> str:
        chunk = match[0]
        marks = sum(not c.isalnum() for c in chunk)
        return " " * len(chunk) if marks > _MAX_MARKS or len(chunk) > _MAX_CHUNK else chunk

    return _SOLID.sub(blank, text)


@Language.component("paragraphs")
def paragraphs(doc: Doc) -> Doc:
    """Sentences end at an empty line and at a line that begins a list item or a `>` quote, never after "Gen.".

    They also end behind a full stop inside quotation marks before a capital: “… the sky.” Then the ceiling fell.
    """
    abbreviations = _abbreviations()
    for before, token in zip(doc, doc[1:], strict=False):
        stop = doc[before.i - 1].text_with_ws if before.i and before.text in CLOSING else ""
        if stop == "." and token.text[0].isupper():
            token.is_sent_start = True
        breaks = before.text.count("\n") if before.is_space else 0
        if before.text in abbreviations:
            token.is_sent_start = False
        elif breaks and not token.is_space and (breaks > 1 or token.text in LIST_MARKS):
            token.is_sent_start = True
    return doc


@Language.component("universal")
def universal(doc: Doc) -> Doc:
    """Turn a ClearNLP parse into a Universal Dependencies one, and OntoNotes entities into our labels.

    Prepositions become `case` of what they govern; a copula becomes `cop` of its predicate.
    """
    heads = [token.head.i for token in doc]
    deps = [CLEAR.get(token.dep_, token.dep_) for token in doc]
    for token in doc:
        if token.dep_ in ("pobj", "pcomp") and token.head.dep_ in ("prep", "agent"):
            _promote(token.i, token.head.i, heads)
            nominal = doc[heads[token.i]].pos_ in ("NOUN", "PROPN", "PRON", "NUM")
            clause = "acl" if nominal else "advcl"
            deps[token.i] = clause if token.dep_ == "pcomp" else "nmod" if nominal else "obl"
            deps[token.head.i] = "case" if token.dep_ == "pobj" else "mark"
    for token in doc:
        if token.dep_ in ("attr", "acomp") and token.head.lemma_ == "be":
            copula = token.head.i
            dep = deps[copula]
            for child, head in enumerate(heads):
                if head == copula and child not in (copula, token.i):
                    heads[child] = token.i
            _promote(token.i, copula, heads)
            deps[token.i], deps[copula] = dep, "cop"
    strings = doc.vocab.strings
    rows = [[head - i, strings.add(dep)] for i, (head, dep) in enumerate(zip(heads, deps, strict=True))]
    if rows:
        doc.from_array([HEAD, DEP], np.array([[head % 2**64, dep] for head, dep in rows], dtype="uint64"))
    named = [(ent, ENTITIES.get(ent.label_, ent.label_)) for ent in doc.ents if ent.label_ not in NOT_ENTITIES]
    doc.ents = [Span(doc, ent.start, ent.end, label=label) for ent, label in named]
    return doc


def _promote(child: int, head: int, heads: list[int]) -> None:
    """Exchange `child` and its `head` in the tree; a root stays a root."""
    heads[child] = child if heads[head] == head else heads[head]
    heads[head] = child
