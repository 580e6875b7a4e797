"""Whether a number says how many in all: "another six" adds to a count, "up from 38" has been replaced.

Neither disputes anybody's total.
"""

from collections.abc import Iterable

from analysis.cues import SUBJECTS
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.subsets import DETERMINERS
from analysis.numbers.words import read_words

WHOLE, PART, FORMER = "whole", "part", "former"
_REACH = 8  # words from "rose" to "from"


def find_standing(count: Count, told: Measured, before: Iterable[Measured]) -> str:
    """How the words around a count let it stand: whole, part or former; `before` is what the counts before measure."""
    adds = _is_added(count) and any(one.measure == told.measure for one in before)
    if adds or _is_remainder(count) or _is_difference(count):
        return PART
    return FORMER if _is_replaced(count) or _was_told(count) else WHOLE


def _is_remainder(count: Count) -> bool:
    """The *other* two, the *remaining* eight."""
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return len(before) == 2 and before[0].lower_ in DETERMINERS and (before[1].lower_,) in read_words().rows["added"]


def _is_difference(count: Count) -> bool:
    """*Two* fewer than thought, *12* more than on Sunday."""
    doc = count.span.doc
    behind = {" ".join(t.lower_ for t in doc[at : at + 2]) for at in (count.span.end, count.end)}
    return not behind.isdisjoint({"fewer than", "less than", "more than"})


def _is_added(count: Count) -> bool:
    """*Another* six, 17 *more*, 12 *others*, a *further* three; not "no more than six".

    They add to what was counted before; where nothing of the kind was ("34 were hurt and another six are missing"),
    they are all there is.
    """
    rows, doc = read_words().rows["added"], count.span.doc
    behind = [token.lower_ for token in doc[count.span.end : count.span.end + 2]]
    ahead = doc[max(0, count.span.start - 1) : count.span.start].text.lower()
    return (ahead,) in rows or (bool(behind) and (behind[0],) in rows and behind[-1] != "than")


def _is_replaced(count: Count) -> bool:
    """Up *from* 38; raised *from* 40 to 47; lowered it to 17 *from* 19."""
    doc, start = count.span.doc, count.span.start
    ahead = [token.lower_ for token in doc[max(count.anchor.sent.start, start - _REACH) : start]]
    return ahead[-1:] == ["from"] and any((word,) in read_words().rows["change"] for word in ahead)


def _was_told(count: Count) -> bool:
    """It *had said* 14; on Thursday it *had put* the toll at 12; *initial reports* said that 40 had died."""
    rows = read_words().rows
    verbs = [token for token in count.top.ancestors if token.pos_ in ("VERB", "AUX")][:2]
    for verb in verbs:
        if (verb.lemma_.lower(),) not in rows["telling"]:
            continue
        tellers = [child for child in verb.children if child.dep_ in SUBJECTS]
        if any((word.lower_,) in rows["earlier"] for teller in tellers for word in teller.children):
            return True
        had = any(child.lower_ == "had" and child.dep_ == "aux" for child in verb.children)
        if had and verb == verbs[0] and count.top.dep_ in ("obj", "obl"):
            return True
    return False
