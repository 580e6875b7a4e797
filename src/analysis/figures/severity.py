"""How badly the injured were hurt: "two of them seriously", "six with minor injuries"; words of severity.csv."""

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Token

from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.triggers import match_any
from analysis.lexicon import choose, read_lexicon

INJURED = "injured"
SEVERITIES = ("critical", "serious", "light")
BORROWED = frozenset({"part", "ellipsis", "coordinated"})  # rules whose trigger belongs to another figure
_REACH = 12  # tokens behind the people counted


def find_severity(count: Count, told: Measured) -> str | None:
    """Critical, serious or light; None where the sentence does not say, and for what is no injury."""
    if told.measure != INJURED:
        return None
    stretches = [_own_words(count)]
    if told.trigger is not None and told.rule not in BORROWED:
        stretches.append(_beside(told.trigger))
    text = " | ".join(" ".join(t.lower_ for t in words).replace(" - ", "-") for words in stretches)
    return next((severity for words, severity in read_severities() if f" {words} " in f" {text} "), None)


def _own_words(count: Count) -> list[Token]:
    """The words from the number to the end of its part of the sentence, without what describes something else."""
    words = _until_break(count.span.doc[count.span.end : count.end + _REACH], count.end)
    return [token for token in words if not _describes_another(token, count)]


def _describes_another(token: Token, count: Count) -> bool:
    """Whether a word belongs to a noun that is no injury: "hurt in a *severe* storm", in a *heavily* guarded city."""
    noun = token.head.head if token.dep_ == "advmod" and token.head.dep_ == "amod" else token.head
    if noun == token or noun.pos_ not in ("NOUN", "PROPN") or token.dep_ not in ("amod", "advmod"):
        return False
    return noun != count.noun and not any(match_any(role, noun) == INJURED for role in ("in", "self"))


def _beside(trigger: Token) -> list[Token]:
    """The two words on either side of the one that tells the injury: "were *seriously* wounded"."""
    doc, i = trigger.doc, trigger.i
    before = list(_until_break(reversed(list(doc[max(0, i - 2) : i])), 0))
    return [*reversed(before), *_until_break(doc[i : i + 3], 0)]


def _until_break(words: Iterable[Token], phrase_end: int) -> Iterator[Token]:
    """The words up to a comma or an "and"."""
    for token in words:
        joined = token.pos_ == "CCONJ" and token.i >= phrase_end
        if token.text in ",;:.—–()" or joined or token.is_space:
            return
        yield token


@cache
def read_severities() -> tuple[tuple[str, str], ...]:
    """The rows of severity.csv: words and what they tell, the gravest first."""
    rows = read_lexicon("severity", ("words", "severity"))
    return tuple((row["words"].lower(), choose(row, "severity", SEVERITIES, name="severity")) for row in rows)
