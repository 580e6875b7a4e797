"""Rules for what a count measures when only the figure before tells: parts, ellipsis, "they are", "the victims"."""

from spacy.tokens import Token

from analysis.cues import SUBJECTS, read_cues
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.tolls import Before
from analysis.figures.triggers import AS_BEFORE, OTHER, match, triggers

INCLUDING = frozenset({"including", "includes", "include", "included"})
TOGETHER = frozenset({"among them", "along with", "together with", "well as"})
LEADS = frozenset({":", "–", "—", "("})
THEY = frozenset({"they", "these", "those"})
HARM = frozenset({"killed", "injured"})


def by_included(count: Count, before: Before) -> Measured | None:
    """35 people, including 12 children and a guard; along with two guards; the dead include a woman."""
    doc, start = count.span.doc, count.span.start
    own = doc[count.end : count.end + 1]
    if (
        count.top.dep_ == "conj" and count.top.head.i < start and own and own[0].pos_ != "AUX"
    ):  # "a girl and two guards"
        start = count.top.head.left_edge.i
        start += doc[start].lower_ in INCLUDING
    start -= 2 * (doc[max(0, start - 2) : start].text.lower() == "those of")  # "19 bodies, including those of six boys"
    ahead = doc[max(0, start - 2) : start].text.lower().split()
    if not ahead or not (ahead[-1] in INCLUDING or " ".join(ahead) in TOGETHER):
        return None
    return _of_list(count, doc[start - 1]) or _part_of(count, before)


def _of_list(count: Count, word: Token) -> Measured | None:
    """What the words of the list itself tell: "the dead include", "was detained along with"."""
    if word.lower_ in INCLUDING:
        subject = next((c for c in word.children if c.dep_ in SUBJECTS), None)
        told = [subject, *(c for c in subject.children if c.dep_ == "acl")] if subject is not None else []
        hits = (match(role, token, count) for token in told for role in ("self", "object"))
        measure, host = next((m for m in hits if m), None), subject
    else:
        host = count.top.head
        role = "object" if any(c.dep_ in ("nsubj:pass", "aux:pass") for c in host.children) else "subject"
        measure = match(role, host, count) if host.pos_ == "VERB" and host.i < word.i else None
    return Measured(measure, "part", host) if measure not in (None, AS_BEFORE) else None


def by_breakdown(count: Count, before: Before) -> Measured | None:
    """Put its losses at four: *two pilots*, *a steward* and *a loader*; 17 dead – *11 passengers* and six guards."""
    last = before[-1] if before else None
    if last is None or last.told.measure == OTHER or not count.of_people or last.count.of_things:
        return None
    gap = count.span.doc[last.count.end : count.span.start].text.strip()
    opens = gap in LEADS and (last.count.number.low or 0) > (count.number.high or 0)
    goes_on = gap in (",", "and", ", and") and last.told.rule == "breakdown"
    return Measured(last.told.measure, "breakdown", None, None, last.root) if opens or goes_on else None


def by_partitive(count: Count, before: Before) -> Measured | None:
    """Two of them seriously, 12 of whom needed surgery; the wounded, 14 of them women."""
    if not count.partitive:
        return None
    behind = count.span.doc[count.end : count.end + 1]
    if (
        behind
        and behind[0].tag_ == "VBN"
        and (measure := match("object", behind[0], count) or match("state", behind[0], count))
    ):  # "of those abducted"
        return Measured(measure, "part", behind[0])
    last = before[-1] if before else None
    if last is None or last.count.anchor.sent != count.anchor.sent:
        fronted = _of_fronted(count)
        if fronted:
            return fronted
    return _part_of(count, before, noun=last.noun if last is not None else None)


def _part_of(count: Count, before: Before, *, noun: Token | None = None) -> Measured | None:
    last = before[-1] if before else None
    if last is None or (count.implicit and last.count.anchor.sent != count.anchor.sent):
        return None
    if not _near(last.count, count) or (count.noun is not None and last.told.measure != OTHER and count.of_things):
        return None
    return Measured(last.told.measure, "part", last.told.trigger, noun, last.root)


def by_copula(count: Count, before: Before) -> Measured | None:
    """31 bodies. *Nine are children*; five were arrested. *They are three students* and a nurse."""
    said_of = count.is_subject_of_noun
    if said_of and count.span.doc[count.anchor.sent.start].lower_ == "of":
        fronted = _of_fronted(count)
        if fronted:
            return fronted
    if not said_of and not _is_predicate_of_them(count.top):
        return None
    several = (e for e in reversed(before[-3:]) if e.count.number.high != 1 and _near(e.count, count))
    last = next(several, None)
    return Measured(last.told.measure, "part", None, count.noun, last.root) if last is not None else None


def _of_fronted(count: Count) -> Measured | None:
    """*Of the wounded*, eleven were civilians."""
    for token in count.span.doc[count.anchor.sent.start : count.span.start]:
        measure = match("self", token, count) if token.pos_ != "VERB" or token.tag_ == "VBN" else None
        if measure and measure != AS_BEFORE:
            return Measured(measure, "part", None, count.noun)
    return None


def _is_predicate_of_them(noun: Token) -> bool:
    """The *students* of "they are three students and a nurse"."""
    while noun.dep_ == "conj" and noun.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head
    copula = any(child.dep_ == "cop" for child in noun.children)
    return copula and any(child.dep_ == "nsubj" and child.lower_ in THEY for child in noun.children)


def by_anaphor(count: Count, before: Before) -> Measured | None:
    """Fourteen deaths … *nine of the victims* were shot at close range: as the people harmed before."""
    if count.noun is None or match("self", count.noun, count) != AS_BEFORE:
        return None
    harmed = (earlier for earlier in reversed(before) if earlier.told.measure in HARM)
    last = next(harmed, None)
    return Measured(last.told.measure, "part", None, None, last.root) if last is not None else None


def by_ellipsis(count: Count, before: Before) -> Measured | None:
    """At noon it had reported five; there are four; seventeen more in one day; 57, and not 61."""
    if count.noun is not None or count.number.unit or count.implicit or not before:
        return None
    people = (e for e in reversed(before[-6:]) if not e.count.of_things and _near(e.count, count))
    beside = before[-1].count.anchor.sent == count.anchor.sent  # "offered 90,000 crowns, *15,000 more* than before"
    last = before[-1] if beside else next(people, before[-1])
    alone = count.top.head.pos_ == "ADJ" and count.top.dep_ != "conj"
    alone = alone or any(child.lower_ == "we" for child in count.anchor.children)  # "we are 400"
    alone = alone or (_has_own_verb(count) and count.top.head != last.count.top.head)  # "61 died, up from 38"
    if alone or not _near(last.count, count) or last.count.number.unit is not None:
        return None
    return Measured(last.told.measure, "ellipsis", None, last.noun, last.root)


def by_bare(count: Count, before: Before) -> Measured | None:
    """Three fighters surrendered, and fewer than ten could still hold a rifle: ten fighters."""
    if count.noun is not None or count.number.unit or count.implicit or not before:
        return None
    last = before[-1]
    same = last.count.anchor.sent == count.anchor.sent
    return Measured(OTHER, "bare", None, last.noun, last.root) if same and not last.count.of_things else None


def _has_own_verb(count: Count) -> bool:
    """Whether the count hangs on a verb of its own story: "64 have been identified", "sent dozens home"."""
    head, dep = count.top.head, count.top.dep_
    ahead = count.span.doc[count.span.start - 1] if count.span.start else head
    if ahead.tag_ == "VBD" and ahead.lemma_.lower() not in read_cues() and not _reports(ahead):
        return True  # "killed 300 and *sickened 4,000*", whatever the parse joins
    if head.pos_ != "VERB" or _reports(head):
        return False
    if dep in SUBJECTS:
        return head.i > count.top.i
    if len(count.span) > 1 and count.span[1].lower_ == "as":  # "twice as many" leans on the number before
        return False
    return dep in ("obj", "obl") and head.lemma_.lower() not in read_cues()


def _reports(verb: Token) -> bool:
    return ("report", verb.lemma_.lower()) in triggers()


def _near(last: Count, count: Count) -> bool:
    """In the same sentence or the one before it, of the same paragraph or the next."""
    between = count.span.doc[last.end : count.span.start]
    alone = count.anchor.head == count.anchor or count.anchor.dep_ in ("ccomp", "parataxis")  # "“Scores,” he said"
    sentences, paragraphs = (8, 4) if alone else (3, 1)
    starts = sum(token.is_sent_start is True for token in between)
    return starts <= sentences and between.text.count("\n\n") <= paragraphs
