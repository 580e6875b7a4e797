"""Finds people, organisations and places in a `Doc`, and says which actor of `data/lexicon/actors.csv` each stands for.

Find first, resolve later, never guess: a mention that could be two actors, or two people of one surname, is neither.
"""

from dataclasses import dataclass

from spacy.tokens import Doc, Span

from analysis.actors import POSSESSIVE, Actors, bare_name, read_actors
from analysis.names import Names

LABELS = ("PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY", "PRODUCT", "MISC")
NAMES = ("PERSON", "ORG", "LOC", "FAC", "NORP")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as printed, and whom it stands for."""

    start_char: int
    end_char: int
    text: str
    label: str  # one of LABELS
    actor: str | None  # canonical name in actors.csv
    side: str | None  # the actor's party; None when neutral or unknown
    name: str  # the fullest form of the name in this article, without titles


def find_mentions(doc: Doc, *, actors: Actors | None = None) -> list[Mention]:
    """All names, dates, sums of money and products of a parsed `Doc`, in order of the text.

    `actor` and `side` are None unless exactly one actor fits; `name` is the fullest form in the article.
    """
    names = Names(doc, actors or read_actors())
    return [_mention(ent, names) for ent in names.entities if ent.label_ in LABELS]


def _mention(ent: Span, names: Names) -> Mention:
    name = POSSESSIVE.sub("", ent.text)
    if ent.label_ == "PERSON":
        name = names.full(bare_name(ent.text))
    elif ent.label_ == "ORG":
        name = names.spelled_out(name)
    actor = None
    if ent.label_ in NAMES and not (ent.label_ == "PERSON" and names.ambiguous(name)):
        actor = names.actor(ent.text) or names.actor(name)
    return Mention(
        ent.start_char,
        ent.end_char,
        ent.text,
        ent.label_,
        actor.name if actor else None,
        actor.side if actor else None,
        actor.name if actor else name,
    )
