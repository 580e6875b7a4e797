"""The words that tell what a number of people measures, and whether one of them stands in the right place.

They are data in `data/lexicon/measures.csv`: a lemma, where the counted people stand, what must stand with it.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Token

from analysis.cues import SUBJECTS, read_cues
from analysis.figures.count import Count
from analysis.lexicon import choose, read_lexicon

ROLES = ("object", "subject", "report", "self", "of", "toll", "kind", "in", "state", "behind", "unreal", "give", "own")
NEEDS = ("people", "")  # what must be counted for the word to be a measure
OTHER = "other"  # the measure of what no trigger tells
PLACE, NOTHING = "PLACE", "NOTHING"  # in the column `with`: a place behind, nothing behind
AS_BEFORE = "?"  # a measure that only the words around, or the figure before, can tell
NOT = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor"})
QUOTES = "“”\"'‘’«»"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A row of measures.csv."""

    measure: str
    beside: frozenset[str]  # one of these must stand with it, none of those with "!"; empty: nothing needed
    needs_people: bool


@cache
def triggers() -> dict[tuple[str, str], tuple[Trigger, ...]]:
    """The rows of measures.csv by (role, lemma)."""
    found: dict[tuple[str, str], list[Trigger]] = defaultdict(list)
    for row in read_lexicon("measures", ("measure", "lemma", "role", "with", "needs")):
        role = choose(row, "role", ROLES, name="measures")
        needs = choose(row, "needs", NEEDS, name="measures")
        words = filter(None, row["with"].split("|"))
        beside = frozenset(word if word in (PLACE, NOTHING) else word.lower() for word in words)
        found[role, row["lemma"].lower()].append(Trigger(row["measure"], beside, needs == "people"))
    # "held in custody" before "held": the row that asks for more is tried first
    return {key: tuple(sorted(rows, key=lambda row: not _wanted(row.beside))) for key, rows in found.items()}


def _wanted(beside: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in beside if not word.startswith("!"))


def match(role: str, token: Token, count: Count) -> str | None:
    """The measure that a word in a role tells for a count."""
    for lemma in dict.fromkeys((token.lemma_.lower(), token.lower_)):
        for trigger in triggers().get((role, lemma), ()):
            if trigger.needs_people and (count.of_things or count.named):
                continue
            if _has_beside(trigger.beside, token) or ("not" in trigger.beside and is_exception(count)):
                return trigger.measure
    return None


def match_any(role: str, token: Token) -> str | None:
    """The measure that a word itself tells, whoever is counted."""
    found = triggers().get((role, token.lemma_.lower())) or triggers().get((role, token.lower_)) or ()
    return next((trigger.measure for trigger in found if _has_beside(trigger.beside, token)), None)


def is_unreal(verb: Token) -> bool:
    """Whether what this verb leads in need not have happened: "tried to free 12", "ordered them to release 12"."""
    cue = read_cues().get(verb.lemma_.lower())
    willed = cue is not None and cue.stance in ("order", "promise", "warn", "thought")
    return willed or ("unreal", verb.lemma_.lower()) in triggers()


def needs_negation(verb: Token) -> bool:
    """Whether a verb tells a measure only when it is negated: "two did not survive"."""
    rows = (row for role in ("subject", "object") for row in triggers().get((role, verb.lemma_.lower()), ()))
    return any("not" in row.beside for row in rows)


def is_exception(count: Count) -> bool:
    """Whether what the verb says does not hold of the people counted: "*all but* 26 are safe", "*none of the* 12"."""
    before = [token.lower_ for token in count.span.doc[max(0, count.span.start - 3) : count.span.start]]
    return before[-2:] == ["all", "but"] or before[:2] == ["none", "of"]


def _has_beside(words: frozenset[str], token: Token) -> bool:
    """Whether one of the words stands with the trigger: below it or next to it, in the same clause."""
    if not words:
        return True
    doc = token.doc
    start, end = token.i, token.i + 1  # the clause around the trigger, up to the next comma or dash
    while start > max(0, token.i - 12) and not _ends_clause(doc[start - 1]):
        start -= 1
    while end < min(len(doc), token.i + 13) and not _ends_clause(doc[end]):
        end += 1
    near = [t for t in doc[start:end] if token.i - 2 <= t.i < token.i + 6 or token.is_ancestor(t)]
    near = [t for t in near if t.sent == token.sent and not _is_of_another(t, token)]
    if any(f"!{t.lemma_.lower()}" in words for t in near):
        return False
    near = [t for t in near if t.dep_ != "advmod" or t.i < token.i or t.head == token or t.lower_ not in NOT]
    if not _wanted(words) or any(t.lemma_.lower() in words or t.lower_ in words for t in near):
        return True
    if PLACE in words and any(t.i > token.i and _is_place(t) for t in near):
        return True
    rest = next((t for t in token.doc[token.i + 1 : token.i + 4] if t.text not in QUOTES), None)
    return NOTHING in words and (rest is None or rest.is_punct or rest.is_space or rest.pos_ == "CCONJ")


def _is_of_another(word: Token, verb: Token) -> bool:
    """Whether a word belongs to a joined clause of its own: "two were beaten and one was stabbed *to death*"."""
    above = (t for t in (word, *word.ancestors) if t.head == verb and t.dep_ == "conj" and t.i > verb.i)
    joined = next(above, None)
    return joined is not None and any(c.dep_ in SUBJECTS and c.i > verb.i for c in joined.children)


def _ends_clause(token: Token) -> bool:
    return token.text in ",;:—–()"


def _is_place(token: Token) -> bool:
    return token.ent_type_ in ("LOC", "FAC") or (token.pos_ == "PROPN" and token.dep_ == "obj")
