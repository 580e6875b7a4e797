"""Finds the noun that a number counts, by the order of words and by the parse; knows which nouns are people.

The nouns are data in `data/lexicon/people.csv`.
"""

from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.lexicon import choose, read_lexicon
from analysis.numbers.words import HYPHENS, read_words

ANIMAL = "animal"
PERSON_KINDS = ("person", "plain", "body", "group", "parent", ANIMAL)
BEHIND = frozenset({"more", "other", "further", "additional", "such"})  # "two more of its soldiers"
THEM = frozenset({"them", "whom", "us", "you", "those", "these", "which", "that"})
DAYS = frozenset({"today", "tonight", "yesterday", "tomorrow"})  # "that makes 13 today"
_REACH = 9  # tokens from the number to its noun


def people_kind(noun: Token) -> str | None:
    """The kind of people that a noun is listed as; None for things."""
    return people().get(noun.lower_) or people().get(noun.lemma_.lower())


@cache
def people() -> dict[str, str]:
    """The nouns of people.csv with their kind."""
    rows = read_lexicon("people", ("noun", "kind"))
    return {row["noun"].lower(): choose(row, "kind", PERSON_KINDS, name="people") for row in rows}


def is_person(noun: Token) -> bool:
    """Whether a noun names people: it is listed, or it is a nationality in the plural ("12 Palestinians")."""
    kind = people_kind(noun)
    if kind is not None:
        return kind != ANIMAL
    if noun.lemma_.lower().endswith(("man", "woman")) and noun.pos_ == "NOUN":
        return True
    return noun.tag_ == "NNPS" or (noun.ent_type_ == "NORP" and noun.lower_.endswith("s"))


def is_measurement(token: Token) -> bool:
    """Whether a word is a unit even before another noun: a 12.3 *inch* screen, 92 million *yuan*."""
    rows = read_words().rows["measurement"]
    return (token.lower_,) in rows or (token.lemma_.lower(),) in rows


def noun_behind(doc: Doc, start: int) -> tuple[Token | None, int, bool]:
    """The noun that follows a number, by the order of words: (noun, token behind it, whether "of them")."""
    i, partitive, noun = start + (doc[start : start + 1].text in HYPHENS), False, None
    if i < len(doc) and is_measurement(doc[i]):
        return doc[i], i + 1, False
    i = start
    while i < min(start + _REACH, len(doc)):
        token = doc[i]
        if noun is None and token.like_num and behind_age(doc, i) > i:
            i = behind_age(doc, i)
            continue
        if noun is None and (token.lower_,) in read_words().rows["mark"] and not token.nbor(-1).whitespace_:
            i += 1  # the M of "two thirds of the 4.3M sales"
            continue
        if token.lower_ == "of" and noun is None:
            partitive, i = True, i + 1
            continue
        if noun is None and partitive and token.lower_ in THEM and token.pos_ != "PROPN":
            own = doc[i + 1] if i + 1 < len(doc) and doc[i + 1].tag_ == "NNS" and is_person(doc[i + 1]) else None
            return own, i + (2 if own else 1), True  # "eleven of them teachers"
        if noun is None and (token.lower_ in DAYS or _is_when(token)):
            break
        named = token.pos_ in ("NOUN", "PROPN") or (token.tag_ == "$" and token.is_alpha)  # "crores of *rupees*"
        if named and not (noun is not None and _closed(noun, token)):
            noun = token
        elif noun is None and partitive and token.lower_ in people():
            noun = token  # "four of the dead"
        elif noun is not None or not _passable(token, partitive):
            break
        i += 1
    if noun is not None:
        return noun, noun.i + 1, False
    return None, start + (start < len(doc) and doc[start].lower_ in BEHIND), False


def _is_when(token: Token) -> bool:
    """The "last" of "2.1 last year"."""
    spans = read_words().rows["duration"]
    return (
        token.lower_ in ("last", "next", "this", "that")
        and (token.doc[token.i + 1 : token.i + 2].text.lower(),) in spans
    )


def behind_age(doc: Doc, i: int) -> int:
    """The token behind "three-year-old" when it stands at `i`, else `i`."""
    words = [token.lower_ for token in doc[i + 1 : i + 6] if token.text not in "-‑"]
    aged = len(words) > 1 and (words[0],) in read_words().rows["duration"] and words[1] == "old"
    return next(token.i for token in doc[i : i + 6] if token.lower_ == "old") + 1 if aged else i


def _closed(noun: Token, token: Token) -> bool:
    """Whether a noun phrase ends between the two: "30 people Monday"; but not in "a Madison County man"."""
    if noun.pos_ == "PROPN" and noun.dep_ == "compound" and noun.head.i >= token.i:
        return False
    return token.head != noun and (noun.tag_ in ("NNS", "NNPS") or token.pos_ == "PROPN" or noun.head != token)


def _passable(token: Token, partitive: bool) -> bool:
    """A word that may stand between a number and its noun."""
    if token.pos_ in ("ADJ", "PROPN") or token.lower_ in BEHIND or token.text in "“”\"'‘’-‑$%":
        return _leads_on(token)
    if token.pos_ == "CCONJ":
        return [t.pos_ for t in token.doc[token.i - 1 : token.i + 2]] == ["ADJ", "CCONJ", "ADJ"]
    if token.pos_ == "ADV":
        return token.i + 1 < len(token.doc) and token.nbor().pos_ in ("ADJ", "VERB") and _leads_on(token.nbor())
    if token.tag_ in ("VBN", "VBG"):
        return token.dep_ in ("amod", "compound", "acl") and token.head.i > token.i
    return partitive and (token.pos_ in ("DET", "NUM") or token.tag_ in ("PRP$", "POS"))


def _leads_on(token: Token) -> bool:
    """Not the "dead" of "six dead and 41 wounded": a noun has to follow before the phrase ends."""
    if token.pos_ != "ADJ":
        return True
    follow = token.i + 1 < len(token.doc) and token.nbor()
    return bool(follow) and (
        follow.pos_ in ("ADJ", "NOUN", "PROPN", "VERB", "CCONJ") or follow.text in "“”\"'‘’-‑," or follow.lower_ == "of"
    )


def noun_above(anchor: Token, end: int) -> tuple[Token | None, int]:
    """The noun that the parser hangs the number on, when the order of words does not show it."""
    head, near = anchor.head, 0 < anchor.head.i - anchor.i <= _REACH
    if near and anchor.dep_ in ("nummod", "amod", "det", "compound") and head.pos_ in ("NOUN", "PROPN"):
        between = anchor.doc[anchor.i + 1 : head.i]
        if not any(token.pos_ in ("VERB", "AUX", "ADP") or token.text in ",;:.–—" for token in between):
            return head, head.i + 1
    return None, end


def group_before(span: Span) -> Token | None:
    """A crew of nine."""
    before = span.doc[max(0, span.start - 2) : span.start]
    grouped = len(before) == 2 and before[1].lower_ == "of" and people().get(before[0].lemma_.lower()) == "group"
    return before[0] if grouped else None
