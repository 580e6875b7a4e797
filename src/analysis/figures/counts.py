"""Finds what each number of a parsed `Doc` counts, and leaves out the numbers that count nothing (`nothing`).

`numbers` reads the string; here the parse adds the noun ("two Ulvanian villagers", "dozens of them") and the single
person without a number ("a teacher").
"""

from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from analysis.figures.count import CORE, Count
from analysis.figures.nothing import COUNTS_NOTHING
from analysis.figures.nouns import BEHIND, behind_age, group_before, is_person, noun_above, noun_behind, people_kind
from analysis.numbers import Number, find_numbers, parse_number
from analysis.numbers.words import SHARE, read_words


def find_counts(doc: Doc) -> list[Count]:
    """All counts of a `Doc` in order of the text, those without a number ("a teacher") included."""
    numbers = [count for number in _numbers(doc) if (count := _count(doc, number)) is not None]
    taken = {token.i for count in numbers for token in doc[count.span.start : count.end]}
    singles = [single for token in doc if token.i not in taken and (single := _single(token)) is not None]
    singles += [_named(ent) for ent in doc.ents if ent.label_ == "PERSON" and _has_age(ent)]
    found = sorted([*numbers, *singles], key=lambda count: count.span.start)
    return [count for count in found if not any(rule(count) for rule in COUNTS_NOTHING)]


def _numbers(doc: Doc) -> list[Number]:
    """The numbers of the text, and those that only another number tells: "twice as many" as 212."""
    found = find_numbers(doc.text)
    times = read_words().rows["times"]
    for token in (token for token in doc[:-2] if (token.lower_,) in times):
        row, behind = times[(token.lower_,)], doc[token.i + 1 : token.i + 3]
        if behind.text.lower() in ("as many", "that number", "that figure", "that toll", "the number"):
            start, end = token.idx, behind.end_char
            found = [rest for n in found if (rest := _behind(doc.text, n, start, end)) is not None]
            found += _multiple(doc.text, start, end, float(row["factor"]), found)
    return sorted(found, key=lambda number: number.start)


def _behind(text: str, number: Number, start: int, end: int) -> Number | None:
    """What is left of a number that runs into a multiple: the 212 of "twice as many as 212"."""
    if number.end <= start or end <= number.start:
        return number
    rest = text[end : number.end]
    begin = end + len(rest) - len(rest.lstrip().removeprefix("as").lstrip())
    inner = parse_number(text[begin : number.end])
    return replace(inner, start=begin, end=number.end) if inner else None


def _multiple(text: str, start: int, end: int, factor: float, numbers: list[Number]) -> list[Number]:
    """The multiple of the number that follows "as", else of the one before in the paragraph or the one above it."""
    ahead = [n for n in numbers if end < n.start and len(text[end : n.start].split()) <= 3]
    before = [n for n in numbers if n.end <= start and text[n.end : start].count("\n\n") <= 1]
    base = next(iter(ahead), None) or (before[-1] if before else None)
    if base is None or base.unit is not None:
        return []
    low, high = (None if bound is None else bound * factor for bound in (base.low, base.high))
    return [Number(start, end, text[start:end], low, high, base.qualifier, None)]


# ---------------------------------------------------------------- what is counted
def _count(doc: Doc, number: Number) -> Count | None:
    span = doc.char_span(number.start, number.end, alignment_mode="expand")
    if span is not None and _is_preposition(span):
        number = _without_first(span, number)
        span = doc.char_span(number.start, number.end, alignment_mode="expand")
    if span is None or span[0].is_space:
        return None
    anchor = _anchor(span)
    share = number.unit == SHARE and doc[span.end : span.end + 1].text.lower() in ("the", "its", "their", "all")
    noun, end, partitive = noun_behind(doc, span.end + share)  # "half the houses"
    if noun is None:
        noun, end = noun_above(anchor, end)
    if noun is None:
        noun = group_before(span) or _predicate(anchor, end) or _heading(span)
    if number.unit == "percent" and not noun:
        noun = next((token for token in doc[span.end : span.end + 2] if token.lower_.startswith(("per", "pc"))), None)
    return Count(number, span, anchor, noun, _top(anchor, noun), end, partitive, implicit=False)


def _predicate(anchor: Token, end: int) -> Token | None:
    """The *children* of "nine are children"."""
    head = anchor.head
    copula = any(child.dep_ == "cop" and child.i >= end for child in head.children)
    said_of = anchor.dep_ == "nsubj" and head.i > anchor.i and head.tag_ == "NNS" and is_person(head)
    return head if said_of and copula else None


def _heading(span: Span) -> Token | None:
    """The *minors* of "Unaccompanied minors: eight."."""
    before, behind = span.doc[max(0, span.start - 2) : span.start], span.doc[span.end : span.end + 1]
    alone = not behind or behind[0].is_punct or behind[0].is_space
    return before[0] if alone and len(before) == 2 and before[1].text == ":" and before[0].tag_ == "NNS" else None


def _is_preposition(span: Span) -> bool:
    """Whether the bounding word bounds nothing: it lies *under* two meters of mud; they handed *over* 12 bodies."""
    first = span[0]
    particle = first.tag_ == "RP" and first.dep_ == "compound:prt"
    case = first.tag_ == "IN" and first.dep_ == "case" and first.head.pos_ in ("NOUN", "PROPN")
    return len(span) > 1 and (particle or case) and span[1].lower_ not in ("to", "than", "of")


def _without_first(span: Span, number: Number) -> Number:
    start = span[1].idx
    inner = parse_number(span.doc.text[start : number.end])
    return replace(inner, start=start, end=number.end, unit=number.unit) if inner else number


def _anchor(span: Span) -> Token:
    """The numeral that hangs highest; bounding words ("at least") may hang anywhere."""
    numerals = [token for token in span if token.pos_ in ("NUM", "SYM") or token.like_num] or list(span)
    outside = [token for token in numerals if token.head.i not in range(span.start, span.end) or token.head == token]
    glued = not outside and not numerals[-1].whitespace_  # the "M" of "4.3M"
    anchor = outside[0] if outside else span.root if glued else numerals[-1]
    more = anchor.head  # "two more of its soldiers", "25 others": the sentence hangs on that word
    return more if more.lower_ in BEHIND and more.i - anchor.i in (1, 2, 3) and more.i >= span.end else anchor


def _top(anchor: Token, noun: Token | None) -> Token:
    """The word that the sentence hangs on: "seven" of seven of its soldiers, "soldiers" of seven soldiers."""
    if noun is None or noun == anchor or anchor.is_ancestor(noun):
        return anchor
    if anchor.dep_ in CORE and anchor.i < noun.i and anchor.nbor().lower_ == "of":
        return anchor  # "*six* of the 19 people had burns", whatever the parse makes of the people
    while noun.dep_ in ("compound", "nmod:poss") and noun.head.i > noun.i and noun.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head
    return noun


def _single(token: Token) -> Count | None:
    """A person without a number: "a teacher", "his aunt", "the victim". What happened to them decides if it counts."""
    article = token.lower_ in ("a", "an", "another", "the") or token.tag_ == "PRP$"
    if not article or token.i + 1 >= len(token.doc):
        return None
    if token.lower_ == "another" and token.dep_ in CORE:
        return _lone(token.doc[token.i : token.i + 1], token)
    noun, end, _ = noun_behind(token.doc, token.i + 1)
    aged = behind_age(token.doc, token.i + 1)
    if noun is None and aged > token.i + 1:
        return _lone(token.doc[token.i : aged], token.doc[aged - 1])  # "a 15-year-old"
    if noun is None or noun.tag_ not in ("NN", "NNP") or not _is_somebody(noun):
        return None
    span = token.doc[token.i : end]
    number = Number(span.start_char, span.end_char, span.text, 1.0, 1.0, "exact", None)
    return Count(number, span, noun, noun, _top(noun, noun), end, partitive=False, implicit=True)


def _is_somebody(noun: Token) -> bool:
    """A listed noun, or one that a name stands beside: "an oiler, Ilko Stane, died"; not one beside a name itself."""
    listed = people_kind(noun) in ("person", "body", "plain", "parent")
    if noun.dep_ == "appos" and noun.head.pos_ == "PROPN":
        return False
    owned = any(child.tag_ == "PRP$" for child in noun.children)
    if owned and any(child.dep_ == "appos" and child.pos_ == "PROPN" for child in noun.children):
        return False  # "its treasurer, Goran Relu": somebody known, not one of a number
    return listed or any(child.dep_ == "appos" and child.ent_type_ == "PERSON" for child in noun.children)


def _lone(span: Span, anchor: Token) -> Count:
    """A person without a noun: "a blast killed one man and injured *another*"."""
    number = Number(span.start_char, span.end_char, span.text, 1.0, 1.0, "exact", None)
    return Count(number, span, anchor, None, anchor, span.end, partitive=False, implicit=True)


def _has_age(name: Span) -> bool:
    """Ana Reyes, 31, …: how news tells a victim from those it only speaks of."""
    behind = name.doc[name.end : name.end + 3]
    aged = len(behind) == 3 and behind[0].text in ",(" and behind[1].text.isdigit() and behind[2].text in ",)"
    return aged and name.root.dep_ != "appos"


def _named(name: Span) -> Count:
    """A person by name: "Ana Reyes, 31, and Ilko Stane died". What happened to them decides whether it counts."""
    number = Number(name.start_char, name.end_char, name.text, 1.0, 1.0, "exact", None)
    root = name.root
    return Count(number, name, root, None, root, name.end, partitive=False, implicit=True)
