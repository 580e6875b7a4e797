"""Decides what each count of people measures (killed, injured, missing …): by its own event, else by the words before.

Rules are tried in the order of `RULES`; the name of the one that fired is kept. `events` looks at the count's own
construction; here are subsets and ellipsis, which lean on the figure before, as `tolls` do, and coordination.

Source of the idea: the number and effect slots of MUC-4, whose systems had no ellipsis, subsets or tolls.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from analysis.cues import read_cues
from analysis.figures import events
from analysis.figures.count import Count
from analysis.figures.events import SUBJECTS, Measured, is_agent
from analysis.figures.fates import with_fate
from analysis.figures.nouns import ANIMAL, kind_of
from analysis.figures.tolls import Before, Earlier, by_toll
from analysis.figures.triggers import AS_BEFORE, OTHER, match, match_any, triggers

INCLUDING = frozenset({"including", "includes", "include", "included"})
TOGETHER = frozenset({"among them", "along with", "together with", "well as"})
THEY = frozenset({"they", "these", "those"})
HARM = frozenset({"killed", "injured"})
EVIDENCE = ("object", "kind", "self", "state", "in", "of")
OPEN = frozenset({"NOUN", "VERB", "ADJ"})


_OTHER_SHARE = Measured(OTHER, "none")


def find_measures(counts: Sequence[Count]) -> list[Measured]:
    """What each count measures, in the same order; `other` when nothing ties it to an event."""
    found: list[Measured] = []
    before: list[Earlier] = []
    for i, count in enumerate(counts):
        hits = (hit for rule in RULES if (hit := rule(count, before)) is not None)
        found.append(_as_a_part(count, next(hits, Measured(OTHER, "none")), before))
        if not (found[i].measure == OTHER and (count.implicit or count.of_time)):
            before.append(Earlier(i, count, found[i]))
    _share_backwards(counts, found)
    _share_forwards(counts, found)
    found = [with_fate(count, told) for count, told in zip(counts, found, strict=True)]
    found = [_settled(told, count.span.doc) for count, told in zip(counts, found, strict=True)]
    return [
        _OTHER_SHARE if any(rule(count) for rule in (_is_share, _is_difference, _is_of_parent, _is_of_others)) else told
        for count, told in zip(counts, found, strict=True)
    ]


def _as_a_part(count: Count, told: Measured, before: Before) -> Measured:
    """Three had died, *including a guard who was stabbed*: the guard is one of the dead, whatever the parse finds."""
    part = by_included(count, before) if told.rule not in ("part", "none") else None
    if part is None or part.measure == OTHER:
        return told
    below = told.trigger is not None and count.top.is_ancestor(told.trigger)
    return part if not below or (part.measure, told.measure) == ("killed", "injured") else told


def _settled(told: Measured, doc: Doc) -> Measured:
    """Whoever "was held" or "taken" is a captive or a detainee: as the other words of the article have it."""
    if "|" not in told.measure:
        return told
    options = told.measure.split("|")
    seen = [match_any(role, token) for token in doc for role in EVIDENCE if token.pos_ in OPEN]
    return replace(told, measure=max(options, key=seen.count))


def _is_share(count: Count) -> bool:
    """Whether the number is a part of a whole: "a third of the dead" counts no people."""
    return count.number.high is not None and 0 < count.number.high < 1


def _is_difference(count: Count) -> bool:
    """Two *fewer* than thought."""
    behind = count.span.doc[count.span.end : count.span.end + 2]
    return len(behind) == 2 and behind[0].lower_ in ("fewer", "less") and behind[1].lower_ == "than"


def _is_of_others(count: Count) -> bool:
    """Years, animals: nothing befell people."""
    return count.of_time or (count.noun is not None and kind_of(count.noun) == ANIMAL)


def _is_of_parent(count: Count) -> bool:
    """A father *of three* drowned."""
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return len(before) == 2 and before[1].lower_ == "of" and kind_of(before[0]) == "parent"


def _share_backwards(counts: Sequence[Count], found: list[Measured]) -> None:
    """*Three pupils* and a teacher were executed; *a nurse*, *a cook* and two guards died."""
    runs_on = False
    for i in range(len(counts) - 2, -1, -1):
        gap = [token.lower_ for token in counts[i].span.doc[counts[i].end : counts[i + 1].span.start][:3]]
        runs_on = gap in (["and"], [",", "and"], ["plus"]) or (gap == [","] and runs_on)
        open_ = found[i].measure == OTHER and not counts[i].of_things and not is_agent(counts[i])
        if open_ and runs_on and found[i + 1].measure != OTHER:
            found[i] = Measured(found[i + 1].measure, "coordinated", found[i + 1].trigger)


def _share_forwards(counts: Sequence[Count], found: list[Measured]) -> None:
    """Killed were three nurses and *a driver*."""
    for i in range(1, len(counts)):
        joined = counts[i].top.dep_ == "conj" and counts[i].top.head == counts[i - 1].top
        shared = found[i - 1].rule in ("verb", "state", "part", "neighbour", "nominal", "coordinated")
        if joined and shared and found[i].measure == OTHER and counts[i].of_people:
            found[i] = Measured(found[i - 1].measure, "coordinated", found[i - 1].trigger)


# ---------------------------------------------------------------- what the words before tell
def by_included(count: Count, before: Before) -> Measured | None:
    """35 people, including 12 children and a guard; along with two guards; the dead include a woman."""
    doc, start = count.span.doc, count.span.start
    own = doc[count.end : count.end + 1]
    if (
        count.top.dep_ == "conj" and count.top.head.i < start and own and own[0].pos_ != "AUX"
    ):  # "a girl and two guards"
        start = count.top.head.left_edge.i
        start += doc[start].lower_ in INCLUDING
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
    return Measured(measure, "part", host) if measure else None


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
        fronted = _of_fronted(count, count.anchor.sent.start)
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
    said_of = count.noun is not None and count.anchor.dep_ == "nsubj" and count.anchor.head == count.noun
    if said_of and count.span.doc[count.anchor.sent.start].lower_ == "of":
        fronted = _of_fronted(count, count.anchor.sent.start)
        if fronted:
            return fronted
    if not said_of and not _is_predicate_of_them(count.top):
        return None
    last = before[-1] if before else None
    single = last is not None and last.count.number.high == 1  # they are several
    if last is None or single or not _near(last.count, count):
        return None
    return Measured(last.told.measure, "part", None, count.noun, last.root)


def _of_fronted(count: Count, start: int) -> Measured | None:
    """*Of the wounded*, eleven were civilians."""
    for token in count.span.doc[start : count.span.start]:
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
    if count.noun is not None or count.number.unit or count.implicit or not before or _has_own_verb(count):
        return None
    people = (e for e in reversed(before[-6:]) if not e.count.of_things and _near(e.count, count))
    last = next(people, before[-1])
    alone = count.top.head.pos_ == "ADJ" and count.top.dep_ != "conj"
    alone = alone or any(child.lower_ == "we" for child in count.anchor.children)  # "we are 400"
    if alone or _is_of_a_noun(count) or not _near(last.count, count) or last.count.number.unit is not None:
        return None
    return Measured(last.told.measure, "ellipsis", None, last.noun, last.root)


def by_bare(count: Count, before: Before) -> Measured | None:
    """Three fighters surrendered, and fewer than ten could still hold a rifle: ten fighters."""
    if count.noun is not None or count.number.unit or count.implicit or not before or _is_of_a_noun(count):
        return None
    last = before[-1]
    same = last.count.anchor.sent == count.anchor.sent
    return Measured(OTHER, "bare", None, last.noun, last.root) if same and not last.count.of_things else None


def _is_of_a_noun(count: Count) -> bool:
    """A price of 8,000; the price is 8,000."""
    subject = any(child.dep_ in SUBJECTS and child.pos_ in ("NOUN", "PROPN") for child in count.anchor.children)
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return subject or (len(before) == 2 and before[1].lower_ == "of" and before[0].pos_ in ("NOUN", "PROPN"))


def _has_own_verb(count: Count) -> bool:
    """Whether the count hangs on a verb of its own story: "64 have been identified", "sent dozens home"."""
    head, dep = count.top.head, count.top.dep_
    if head.pos_ != "VERB" or ("report", head.lemma_.lower()) in triggers():
        return False
    if dep in SUBJECTS:
        return head.i > count.top.i
    if len(count.span) > 1 and count.span[1].lower_ == "as":  # "twice as many" leans on the number before
        return False
    return dep in ("obj", "obl") and head.lemma_.lower() not in read_cues() and not _changes(count)


def _changes(count: Count) -> bool:
    """Up from 38."""
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return len(before) == 2 and before[1].lower_ in ("from", "to") and before[0].pos_ in ("ADV", "ADP")


def _near(last: Count, count: Count) -> bool:
    """In the same sentence or the one before it, of the same paragraph or the next."""
    between = count.span.doc[last.end : count.span.start]
    alone = count.anchor.head == count.anchor or count.anchor.dep_ in ("ccomp", "parataxis")  # "“Scores,” he said"
    sentences, paragraphs = (8, 4) if alone else (3, 1)
    starts = sum(token.is_sent_start is True for token in between)
    return starts <= sentences and between.text.count("\n\n") <= paragraphs


def _alone(rule: Callable[[Count], Measured | None]) -> Callable[[Count, Before], Measured | None]:
    return lambda count, before: rule(count)


RULES: tuple[Callable[[Count, Before], Measured | None], ...] = (
    _alone(events.by_nominal), by_toll, _alone(events.by_noun), _alone(events.by_verb), _alone(events.by_state_behind),
    _alone(events.by_state), _alone(events.by_victims), _alone(events.by_trait), _alone(events.by_condition),
    _alone(events.by_neighbour), by_anaphor, by_included, by_partitive, by_copula,
    by_ellipsis, _alone(events.by_kind), by_bare,
)  # fmt: skip
