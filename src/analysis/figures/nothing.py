"""Numbers that count nothing, as only the sentence shows: moments, ages, labels, dates, traits, the pronoun "one"."""

from collections.abc import Callable

from analysis.cues import SUBJECTS
from analysis.figures.count import CORE, Count
from analysis.figures.nouns import is_measurement, is_person, people_kind
from analysis.figures.triggers import triggers
from analysis.numbers.words import read_words

AGED = frozenset({"he", "she", "who", "i", "youngest", "oldest", "eldest"})
NAMES = frozenset({"MISC", "PRODUCT", "ORG", "FAC"})
DATING = frozenset({"ago", "later", "earlier", "before", "after", "prior", "previously", "old", "hence", "apart"})


def _is_moment(count: Count) -> bool:
    """Two hours later, within three days, one night, several times: they date something or are no number."""
    if not count.of_time:
        return False
    if count.number.qualifier == "vague" or count.span.text.lower() == "one":
        return True
    doc = count.span.doc
    behind, before = doc[count.end : count.end + 1].text.lower(), doc[max(0, count.span.start - 1) : count.span.start]
    ahead = doc[count.noun.i + 1 : count.noun.i + 2].text.lower() if count.noun is not None else ""
    return behind in DATING or before.text.lower() in ("within", "for", "took", "takes") or ahead == "of"


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
    while i > 0 and (doc[i].pos_ in ("NUM", "CCONJ") or doc[i].lower_ in (",", "(", "both", "each", "then", "now")):
        i -= 1
    if i >= 0 and (doc[i].lower_,) in read_words().rows["label"]:
        return True  # "aged six and nine"
    if start > 2 and doc[start - 3 : start].text.lower() in ("as young as", "as old as"):
        return True
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
        kind = people_kind(doc[i - 1])
        return kind not in ("group", "parent")  # "a family of seven", "a father of three"
    subjects = [child for child in count.anchor.children if child.dep_ == "nsubj"]
    copula = any(child.dep_ == "cop" for child in count.anchor.children)
    return copula and any(s.ent_type_ == "PERSON" or s.lower_ in AGED for s in subjects)


def _is_age_group(count: Count) -> bool:
    """Children *under 10*; 26 are *under 18*; but "the toll is under 18"."""
    doc, start = count.span.doc, count.span.start
    before = doc[start - 1] if start else None
    if before is None or count.span[0].lower_ not in ("under", "over", "above", "below"):
        return False
    if before.pos_ == "NOUN" or before.lower_ in ("them", "whom"):  # "four of them *under ten*"
        return before.pos_ == "PRON" or is_person(before)
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
    if anchor.dep_ == "flat" and anchor.head.i < start and anchor.head.text[0].isupper() and not count.of_people:
        return True  # "the S P 500"
    if anchor.is_alpha and anchor.is_title and anchor.pos_ == "PROPN" and not anchor.is_sent_start:
        return before.is_alpha and before.text[0].isupper()
    tied = before in (anchor.head, anchor.nbor(-1)) and (anchor.head == before or before.head == anchor)
    tied = tied or (anchor.dep_ in ("flat", "compound", "dep") and anchor.head.i < anchor.i)
    if _is_inside_name(count):
        return True
    named = before.tag_ in ("NNP", "NNPS") and before.text[0].isupper() and (tied or not before.is_sent_start)
    named = named or (anchor.dep_ == "flat" and anchor.head == before)  # "patrol ship 5203"
    alone = count.noun is None or (count.noun.tag_ in ("NN", "NNP") and not count.of_people)
    if count.noun is not None and is_measurement(count.noun):
        return False  # "the Falcon 16 inch"
    return named and alone and (tied or anchor.dep_ not in CORE)


def _is_inside_name(count: Count) -> bool:
    """The S&P 500, HIV 2, a 787 Dreamliner: a numeral within the entity that a capital word makes a name."""
    ent = next((e for e in count.span.doc.ents if e.start <= count.span.start and count.span.end <= e.end), None)
    if ent is None or ent.label_ not in NAMES or not count.span.text.isdigit() or count.of_people:
        return False
    if count.noun is not None and (
        is_measurement(count.noun) or count.noun.i >= ent.end and count.span.start == ent.start
    ):
        return False  # "the Orbit 16 inch", "16 Coalition aircraft"
    return any(t.text[0].isupper() for t in ent if t.i not in range(count.span.start, count.span.end))


def _is_pronoun(count: Count) -> bool:
    """The one, "who have never carried one"; but "only one", "one of them", "a toll of one"."""
    anchor, doc = count.anchor, count.span.doc
    behind = doc[count.span.end : count.span.end + 1]
    if count.partitive and count.span.text.lower() == "one" and any(c.dep_ == "case" for c in anchor.children):
        return True  # "a surgeon at one of them"
    if count.noun is None and behind and behind[0].tag_ == "POS":
        return True  # "one's own", "the Orbit 14's screen"
    if count.span.text.lower() == "one" and doc[max(0, count.span.start - 1)].lower_ == "not":
        return True  # "not one of them"
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


def _is_like_that(count: Count) -> bool:
    """The church was *one*: one of the kind told of before; but "the toll was one"."""
    anchor = count.anchor
    if count.span.text.lower() != "one" or count.noun is not None or count.partitive:
        return False
    subject = next((child for child in anchor.children if child.dep_ in SUBJECTS), None)
    copula = any(child.dep_ == "cop" for child in anchor.children)
    single = subject is not None and subject.tag_ in ("NN", "NNP") and copula
    return single and ("toll", subject.lemma_.lower()) not in triggers()


def _is_hour(count: Count) -> bool:
    """At 4.30, by about 9.20."""
    doc, text = count.span.doc, count.anchor.text
    before = doc[max(0, count.span.start - 1) : count.span.start].text.lower()
    hour = len(text) in (4, 5) and text[-3] == "." and text.replace(".", "").isdigit() and float(text) < 24
    return hour and before in ("at", "by", "until", "till", "since") and count.noun is None and not count.number.unit


def _is_part_of_word(count: Count) -> bool:
    """A 12-member team, a two-storey house: a trait, not a number of members."""
    doc, end = count.span.doc, count.span.end
    low = count.number.low or 0
    if end + 1 >= len(doc) or doc[end].text not in ("-", "‑") or count.number.unit or low % 1 or low >= 1000:
        return False  # "a 2.5-litre can" is a quantity
    return not doc[end].whitespace_ and not doc[end - 1].whitespace_


def _is_rank(count: Count) -> bool:
    """The bottom three, the top five, counted to ten: places in a row."""
    if count.noun is None and count.anchor.head.lemma_ == "count" and any(c.lower_ == "to" for c in count.anchor.lefts):
        return True
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start].text.lower()
    return count.noun is None and count.number.unit is None and before in ("the bottom", "the top")


COUNTS_NOTHING: tuple[Callable[[Count], bool], ...] = (
    _is_moment, _is_age, _is_label, _is_pronoun, _is_like_that, _is_hour, _is_part_of_word, _is_rank,
)  # fmt: skip
