"""Finds what each number of a parsed `Doc` counts, and leaves out the numbers that count nothing.

`numbers` reads the string; here the parse adds the noun ("two Ulvanian villagers", "dozens of them"), the single person
without a number ("a teacher"), and what only the sentence shows: durations, ages, labels, the pronoun "one".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span, Token

from analysis.figures.nouns import BEHIND, group_before, is_measurement, is_person, noun_above, noun_behind, people
from analysis.numbers import Number, find_numbers, parse_number
from analysis.numbers.amounts import read_words

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj"})
CORE = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "root", "ROOT", "ccomp", "conj", "parataxis"})
DATING = frozenset({"ago", "later", "earlier", "before", "after", "prior", "previously", "old", "hence"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "ADJ"})


@dataclass(frozen=True, slots=True)
class Count:
    """A number and what it counts."""

    number: Number  # offsets into the text of the Doc
    span: Span
    anchor: Token  # the word of the number that hangs highest in the tree
    noun: Token | None  # what is counted; None when the sentence leaves it out
    top: Token  # the number or its noun, whichever the rest of the sentence hangs on
    end: int  # token behind number and noun
    partitive: bool  # "of them": a part of what was counted before
    implicit: bool  # "a teacher"

    @property
    def lemma(self) -> str:
        """The noun in the singular, lower case; "" without a noun."""
        return self.noun.lemma_.lower() if self.noun is not None else ""

    @property
    def named(self) -> bool:
        """Whether it is one person by name."""
        return self.implicit and self.noun is None and self.anchor.pos_ == "PROPN"

    @property
    def of_people(self) -> bool:
        """Whether what is counted is known to be people."""
        return self.noun is not None and is_person(self.noun) and self.number.unit is None

    @property
    def of_things(self) -> bool:
        """Whether what is counted is known not to be people: a noun that is not listed, a sum of money, a share."""
        return self.number.unit is not None or (self.noun is not None and not is_person(self.noun))

    @property
    def of_time(self) -> bool:
        """Whether it counts hours, days, times."""
        if self.noun is None or self.number.unit is not None or self.noun.i < self.span.end:
            return False
        after = self.span.doc[self.span.end : self.noun.i + 1]
        return any((token.lower_,) in read_words().rows["duration"] for token in after) or self.lemma == "time"


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
    noun, end, partitive = noun_behind(doc, span.end)
    if noun is None:
        noun, end = noun_above(anchor, end)
    if noun is None:
        noun = group_before(span) or _predicate(anchor, end)
    if number.unit == "percent" and not noun:
        noun = next((token for token in doc[span.end : span.end + 2] if token.lower_.startswith(("per", "pc"))), None)
    return Count(number, span, anchor, noun, _top(anchor, noun), end, partitive, implicit=False)


def _predicate(anchor: Token, end: int) -> Token | None:
    """The *children* of "nine are children"."""
    head = anchor.head
    copula = any(child.dep_ == "cop" and child.i >= end for child in head.children)
    said_of = anchor.dep_ == "nsubj" and head.i > anchor.i and head.tag_ == "NNS" and is_person(head)
    return head if said_of and copula else None


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
    anchor = outside[0] if outside else numerals[-1]
    more = anchor.head  # "two more of its soldiers", "25 others": the sentence hangs on that word
    return more if more.lower_ in BEHIND and more.i - anchor.i in (1, 2, 3) and more.i >= span.end else anchor


def _top(anchor: Token, noun: Token | None) -> Token:
    """The word that the sentence hangs on: "seven" of seven of its soldiers, "soldiers" of seven soldiers."""
    if noun is None or noun == anchor or anchor.is_ancestor(noun):
        return anchor
    while noun.dep_ in ("compound", "nmod:poss") and noun.head.i > noun.i and noun.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head
    return noun


def _single(token: Token) -> Count | None:
    """A person without a number: "a teacher", "his elderly aunt". What happened to them decides whether it counts."""
    article = token.lower_ in ("a", "an", "another") or token.tag_ == "PRP$"
    if not article or token.i + 1 >= len(token.doc):
        return None
    if token.lower_ == "another" and token.dep_ in CORE - {"conj"} | {"nsubj:pass"}:
        return _another(token)
    noun, end, _ = noun_behind(token.doc, token.i + 1)
    if noun is None or noun.tag_ not in ("NN", "NNP") or not _is_somebody(noun):
        return None
    span = token.doc[token.i : end]
    number = Number(span.start_char, span.end_char, span.text, 1.0, 1.0, "exact", None)
    return Count(number, span, noun, noun, _top(noun, noun), end, partitive=False, implicit=True)


def _is_somebody(noun: Token) -> bool:
    """A listed noun, or one that a name stands beside: "an oiler, Ilko Stane, died"; not one beside a name itself."""
    listed = people().get(noun.lemma_.lower()) in ("person", "body", "plain", "parent")
    if noun.dep_ == "appos" and noun.head.pos_ == "PROPN":
        return False
    return listed or any(child.dep_ == "appos" and child.ent_type_ == "PERSON" for child in noun.children)


def _another(token: Token) -> Count:
    """A blast killed one man and injured *another*."""
    number = Number(token.idx, token.idx + len(token), token.text, 1.0, 1.0, "exact", None)
    span = token.doc[token.i : token.i + 1]
    return Count(number, span, token, None, token, token.i + 1, partitive=False, implicit=True)


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


# ---------------------------------------------------------------- what counts nothing
def _is_moment(count: Count) -> bool:
    """Two hours later, within three days, one night, several times: they date something or are no number."""
    if not count.of_time:
        return False
    if count.number.qualifier == "vague" or count.span.text.lower() == "one":
        return True
    doc = count.span.doc
    behind, before = doc[count.end : count.end + 1].text.lower(), doc[max(0, count.span.start - 1) : count.span.start]
    ahead = doc[count.noun.i + 1 : count.noun.i + 2].text.lower() if count.noun is not None else ""
    return behind in DATING or before.text.lower() in ("within", "for") or ahead == "of"


def _is_age(count: Count) -> bool:
    """Marta Quill, 43, …; two men, 34 and 61; she is 71; a boy of ten."""
    number, doc, start = count.number, count.span.doc, count.span.start
    if count.noun is not None or number.unit or not 0 < (number.low or number.high or 0) < 120:
        return False
    if number.qualifier in ("less_than", "more_than") and len(count.span) == 2:
        return _is_age_group(count)
    if number.qualifier != "exact":
        return False
    behind = doc[count.span.end : count.span.end + 1]
    i = start - 1
    while i > 0 and (doc[i].pos_ in ("NUM", "CCONJ") or doc[i].lower_ in (",", "(", "both", "each")):
        i -= 1
    if i >= 0 and (doc[i].lower_,) in read_words().rows["label"]:
        return True  # "aged six and nine"
    if count.anchor.head.lemma_.lower() == "turn" and i == start - 1 and doc[i] == count.anchor.head:
        return True  # "turned 17"
    person = i >= 0 and doc[i].tag_ in ("NN", "NNS") and is_person(doc[i])
    named = i >= 0 and (doc[i].pos_ == "PROPN" or doc[i].ent_type_ == "PERSON" or person)
    if (
        named
        and i + 1 < start
        and doc[i + 1].text in ",("
        and (not behind or behind[0].pos_ in ("PUNCT", "CCONJ", "SPACE"))
    ):
        return True
    if i > 0 and doc[i].lower_ == "of" and doc[i - 1].tag_ == "NN" and is_person(doc[i - 1]):
        kind = people().get(doc[i - 1].lemma_.lower())
        return kind not in ("group", "parent")  # "a family of seven", "a father of three"
    subjects = [child for child in count.anchor.children if child.dep_ == "nsubj"]
    copula = any(child.dep_ == "cop" for child in count.anchor.children)
    return copula and any(s.ent_type_ == "PERSON" or s.lower_ in ("he", "she", "who", "i") for s in subjects)


def _is_age_group(count: Count) -> bool:
    """Children *under 10*; 26 are *under 18*; but "the toll is under 18"."""
    doc, start = count.span.doc, count.span.start
    before = doc[start - 1] if start else None
    if before is None or count.span[0].lower_ not in ("under", "over", "above", "below"):
        return False
    if before.pos_ == "NOUN":
        return is_person(before)
    subjects = [c for c in before.children if c.dep_ in SUBJECTS] + [
        c for c in before.head.children if c.dep_ in SUBJECTS
    ]
    return before.pos_ == "AUX" and any(s.pos_ == "NUM" or is_person(s) for s in subjects)


def _is_label(count: Count) -> bool:
    """Falcon 9, the S&P 500, BBC One: a number that belongs to the name before it."""
    anchor, doc, start = count.anchor, count.span.doc, count.span.start
    if count.implicit or count.number.unit or count.number.qualifier != "exact" or start == 0:
        return False
    before = doc[start - 1]
    if anchor.is_alpha and anchor.is_title and anchor.pos_ == "PROPN" and not anchor.is_sent_start:
        return before.is_alpha and before.text[0].isupper()
    tied = before in (anchor.head, anchor.nbor(-1)) and (anchor.head == before or before.head == anchor)
    tied = tied or (anchor.dep_ in ("flat", "compound", "dep") and anchor.head.i < anchor.i)
    named = before.pos_ == "PROPN" and before.text[0].isupper() and (tied or not before.is_sent_start)
    named = named or (anchor.dep_ == "flat" and anchor.head == before)  # "patrol ship 5203"
    alone = count.noun is None or (count.noun.tag_ in ("NN", "NNP") and not count.of_people)
    if count.noun is not None and is_measurement(count.noun):
        return False  # "the Falcon 16 inch"
    return named and alone and (tied or anchor.dep_ not in CORE or _ends_name(count, before))


def _ends_name(count: Count, before: Token) -> bool:
    """The ASX 200 gained; but "in Port Ramle 200 were killed"."""
    doc, i, behind = before.doc, before.i, count.span.doc[count.span.end : count.span.end + 1]
    verb = len(behind) > 0 and behind[0].pos_ == "VERB"
    if count.noun is not None or not count.span.text.isdigit() or before.ent_type_ == "DATE" or not verb:
        return False
    while i > 0 and (doc[i].pos_ in ("PROPN", "DET") or doc[i].text in "/&"):
        i -= 1
    return doc[i].pos_ != "ADP"


def _is_pronoun(count: Count) -> bool:
    """The one, "who have never carried one"; but "only one", "one of them", "a toll of one"."""
    anchor, doc = count.anchor, count.span.doc
    behind = doc[count.span.end : count.span.end + 1]
    if count.noun is None and behind and behind[0].tag_ == "POS":
        return True  # "one's own", "the Orbit 14's screen"
    if count.span.text.lower() != "one" or count.noun is not None or count.partitive:
        return False
    if any(child.dep_ in ("det", "amod", "nmod:poss", "acl:relcl") for child in anchor.children):
        return True
    if anchor.dep_ in SUBJECTS and any(token.pos_ == "NUM" for token in doc[anchor.sent.start : count.span.start]):
        return False  # "two soldiers died and one lost a leg"
    limited = any(child.lower_ in ("only", "just") for child in anchor.children)
    negated = any(child.lemma_.lower() in ("not", "n't", "never", "n’t") for child in anchor.head.children)
    beside = anchor.dep_ == "obl" and not any(child.lower_ in ("to", "at", "from") for child in anchor.children)
    return negated or ((beside or anchor.dep_ in ("obj", "iobj", "nsubj", "advmod")) and not limited)


def _is_date(count: Count) -> bool:
    """On the 9 and 10: what the entities say is a date and could be a day or a year."""
    high = count.number.high or 0
    return count.anchor.ent_type_ == "DATE" and count.noun is None and (high <= 31 or 1500 <= high <= 2100)


def _is_part_of_word(count: Count) -> bool:
    """A 12-member team, a two-storey house: a trait, not a number of members."""
    doc, end = count.span.doc, count.span.end
    low = count.number.low or 0
    if end + 1 >= len(doc) or doc[end].text not in ("-", "‑") or count.number.unit or low % 1 or low >= 1000:
        return False  # "a 2.5-litre can" is a quantity
    return not doc[end].whitespace_ and not doc[end - 1].whitespace_


COUNTS_NOTHING: tuple[Callable[[Count], bool], ...] = (
    _is_moment, _is_age, _is_label, _is_pronoun, _is_date, _is_part_of_word,
)  # fmt: skip
