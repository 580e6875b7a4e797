"""Decides what a count of people measures (killed, injured, missing …) by the event that the sentence ties it to.

Rules are tried in the order of `RULES`; the name of the one that fired is kept. The words that tell a measure, and where
the counted people stand beside them, are data in `data/lexicon/measures.csv`. Labels are Universal Dependencies.

Source of the idea: the number and effect slots of MUC-4; ellipsis, subsets and tolls are what its systems lacked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from spacy.tokens import Token

from analysis.attribution import read_cues
from analysis.counts import NOMINAL, Count, is_person
from analysis.lexicon import choose, read_lexicon

OTHER = "other"
ROLES = ("object", "subject", "report", "self", "of", "toll", "kind", "in", "state", "behind", "unreal")
PARTS = ("verb", "noun", "adjective")
AS_BEFORE = "?"  # a measure that only the words around, or the figure before, can tell
BE = frozenset(
    ["be", "am", "is", "are", "was", "were", "been", "being", "get", "got", "’re", "'re"]
)  # by form: not every pipeline lemmatises them
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj"})
_INTO_TOLL = frozenset(
    "of at to is was were are be been being : from by reach reached stand stands stood than as not only".split()
)
INCLUDING = frozenset(["including", "includes", "include", "included"])
TOGETHER = frozenset(["among them", "along with", "together with", "as well"])
_SKIP = frozenset({"AUX", "ADV", "PART"})
_QUOTES = "“”\"'‘’«»"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A row of measures.csv."""

    measure: str
    beside: frozenset[str]  # one of these must stand with it, none of those with "!"; empty: nothing needed
    needs_people: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What a count measures."""

    measure: str
    rule: str
    trigger: Token | None = None  # the word that tells it; its negation and mood decide whether the figure is asserted
    noun: Token | None = None  # what is counted, when another place than the count's own tells it
    like: int | None = None  # index of the count whose measure this one shares


@cache
def triggers() -> dict[tuple[str, str], tuple[Trigger, ...]]:
    """The rows of measures.csv by (role, lemma)."""
    found: dict[tuple[str, str], list[Trigger]] = defaultdict(list)
    for row in read_lexicon("measures", ("measure", "lemma", "pos", "role", "with", "needs")):
        choose(row, "pos", PARTS, name="measures")
        role = choose(row, "role", ROLES, name="measures")
        beside = frozenset(filter(None, row["with"].split("|")))
        found[role, row["lemma"].lower()].append(Trigger(row["measure"], beside, row["needs"] == "people"))
    # "held in custody" before "held": the row that asks for more is tried first
    return {key: tuple(sorted(rows, key=lambda row: not row.beside)) for key, rows in found.items()}


def find_measures(counts: Sequence[Count]) -> list[Measured]:
    """What each count measures, in the same order; `other` when nothing ties it to an event."""
    found: list[Measured] = []
    before: list[Earlier] = []
    for i, count in enumerate(counts):
        hits = (hit for rule in RULES if (hit := rule(count, before)) is not None)
        found.append(next(hits, Measured(OTHER, "none")))
        if not (count.implicit and found[i].measure == OTHER):
            before.append(Earlier(i, count, found[i]))
    for i in range(len(counts) - 2, -1, -1):  # "three pupils and a teacher were executed"
        open_ = found[i].measure == OTHER and not counts[i].of_things and not _is_agent(counts[i])
        if open_ and found[i + 1].measure != OTHER and _runs_on(counts, i):
            found[i] = Measured(found[i + 1].measure, "coordinated", found[i + 1].trigger)
    for i in range(1, len(counts)):  # "killed were three nurses and a driver"
        joined = counts[i].top.dep_ == "conj" and counts[i].top.head == counts[i - 1].top
        shared = found[i - 1].rule in ("verb", "state", "part", "neighbour", "nominal", "coordinated")
        if joined and shared and found[i].measure == OTHER and counts[i].of_people:
            found[i] = Measured(found[i - 1].measure, "coordinated", found[i - 1].trigger)
    return found


class Earlier(NamedTuple):
    """A count that stands before, and what it measures."""

    index: int
    count: Count
    told: Measured

    @property
    def noun(self) -> Token | None:
        noun = self.told.noun if self.told.noun is not None else self.count.noun
        return noun if noun is None or noun.pos_ != "PROPN" or is_person(noun) else None


Before = Sequence[Earlier]


def _runs_on(counts: Sequence[Count], i: int) -> bool:
    """Whether the count is coordinated with the next: "three pupils and a teacher", "a nurse, a cook and two guards"."""
    if i + 1 >= len(counts):
        return False
    gap = [token.lower_ for token in counts[i].span.doc[counts[i].end : counts[i + 1].span.start]]
    return gap in (["and"], [",", "and"], ["plus"]) or (gap == [","] and _runs_on(counts, i + 1))


def _match(role: str, token: Token, count: Count) -> str | None:
    """The measure that a word in a role tells for a count."""
    for lemma in dict.fromkeys((token.lemma_.lower(), token.lower_)):
        for trigger in triggers().get((role, lemma), ()):
            if not (trigger.needs_people and count.of_things) and _has_beside(trigger.beside, token):
                return trigger.measure
    return None


def _match_any(role: str, token: Token) -> str | None:
    """The measure that a word itself tells, whoever is counted."""
    found = triggers().get((role, token.lemma_.lower())) or triggers().get((role, token.lower_)) or ()
    return next((trigger.measure for trigger in found if _has_beside(trigger.beside, token)), None)


def is_unreal(verb: Token) -> bool:
    """Whether what this verb leads in need not have happened: "tried to free 12", "ordered them to release 12"."""
    cue = read_cues().get(verb.lemma_.lower())
    return ("unreal", verb.lemma_.lower()) in triggers() or bool(
        cue and cue.stance in ("order", "promise", "warn", "thought")
    )


def _has_beside(words: frozenset[str], token: Token) -> bool:
    """Whether one of the words stands with the trigger: below it or next to it, in the same clause."""
    if not words:
        return True
    below = {t.i for t in token.subtree if abs(t.i - token.i) <= 12}
    start, end = token.i, token.i + 1  # the clause around the trigger, up to the next comma or dash
    while start > token.sent.start and not _ends_clause(token.doc[start - 1]):
        start -= 1
    while end < token.sent.end and not _ends_clause(token.doc[end]):
        end += 1
    near = [t for t in token.doc[start:end] if t.i in below or token.i - 2 <= t.i < token.i + 6]
    if any(f"!{t.lemma_.lower()}" in words for t in near):
        return False
    if all(word.startswith("!") for word in words) or any(t.lemma_.lower() in words or t.lower_ in words for t in near):
        return True
    if "PLACE" in words and any(t.i > token.i and _is_place(t) for t in near):
        return True
    rest = next((t for t in token.doc[token.i + 1 : token.i + 4] if t.text not in _QUOTES), None)
    return "NOTHING" in words and (rest is None or rest.is_punct or rest.is_space or rest.pos_ == "CCONJ")


def _ends_clause(token: Token) -> bool:
    return token.text in ",;:—–()"


def _is_place(token: Token) -> bool:
    return token.ent_type_ in ("LOC", "FAC") or (token.pos_ == "PROPN" and token.dep_ == "obj")


# ---------------------------------------------------------------- the event
def _predicates(count: Count) -> Iterator[tuple[Token, str]]:
    """The verbs that the counted people are object or subject of, nearest first."""
    token, found = count.top, []
    for _ in range(4):
        found += list(_direct(token))
        if token.dep_ not in ("conj", "appos") or token.head.pos_ not in NOMINAL:
            break
        token = token.head
    yield from found
    for verb, role in found:
        yield from _further(verb, role)


def _direct(token: Token) -> Iterator[tuple[Token, str]]:
    head = token.head
    if token.dep_ in ("obj", "iobj") or (token.dep_ in SUBJECTS and _is_passive(head, token)):
        yield head, "object"
    elif token.dep_ in SUBJECTS:
        yield head, "subject"
    for clause in token.children:
        if clause.dep_ == "acl" and clause.i > token.i:
            yield clause, "object" if clause.tag_ == "VBN" else "subject"
        elif clause.dep_ == "acl:relcl":
            pronoun = next((c for c in clause.children if c.tag_ in ("WP", "WDT") or c.lower_ == "that"), None)
            own = pronoun is not None and pronoun.dep_ in SUBJECTS
            yield clause, "subject" if own and not _is_passive(clause, pronoun) else "object"


def _is_passive(verb: Token, subject: Token | None) -> bool:
    helped = any(child.dep_ == "aux:pass" or (child.lower_ in BE and child.dep_ in ("aux", "cop"))
                 for child in verb.children)  # fmt: skip
    return verb.tag_ == "VBN" and (helped or (subject is not None and subject.dep_ == "nsubj:pass"))


def _further(verb: Token, role: str) -> Iterator[tuple[Token, str]]:
    """Verbs that share the people: "were reported killed", "were forced to flee", "were shot and died"."""
    for child in verb.children:
        shares = child.dep_ in ("xcomp", "conj", "ccomp") and child.i > verb.i
        if not shares or any(c.dep_ in SUBJECTS for c in child.children):
            continue
        if child.dep_ == "conj" and role == "object" and not _is_passive(verb, None):
            continue  # "killed 12 and fled": those who fled are not the 12
        yield child, "object" if child.tag_ == "VBN" and (child.dep_ != "conj" or role == "object") else "subject"


def _is_agent(count: Count) -> bool:
    """Those who did it: "killed by a gunman"."""
    return count.span.start > 0 and count.span.doc[count.span.start - 1].lower_ == "by"


def by_verb(count: Count, before: Before) -> Measured | None:
    """Killed 12; 12 were killed; 12 people killed in …; 12 died."""
    if _is_agent(count):
        return None
    for verb, role in _predicates(count):
        measure = _match(role, verb, count)
        if measure:
            return Measured(measure, "verb", verb)
    return None


def by_state(count: Count, before: Before) -> Measured | None:
    """Are missing, lie dead, left 12 dead, lists 33 as missing."""
    if count.of_things or _is_agent(count):
        return None
    hosts = [verb for verb, _ in _predicates(count)]
    for host in hosts:
        inner = [
            c
            for c in host.children
            if c.dep_ in ("xcomp", "advcl", "ccomp", "obl", "acl", "obj") and c.i > count.span.start
        ]
        for token in (host, *inner):
            measure = _match("state", token, count) if token.i >= count.end else None
            if measure and (token == host or token.head == host) and not _acts(token):
                return Measured(measure, "state", token)
    return None


def by_state_behind(count: Count, before: Before) -> Measured | None:
    """Six dead and 41 wounded; 12 people dead; eight killed."""
    doc, i = count.span.doc, count.end
    while i < min(count.end + 2, len(doc)) and (doc[i].pos_ == "ADV" or doc[i].text in _QUOTES):
        i += 1
    if i >= len(doc) or count.of_things or count.implicit:
        return None
    measure = _match("state", doc[i], count) or _match("behind", doc[i], count)
    return Measured(measure, "state_behind", doc[i]) if measure and not _acts(doc[i]) else None


def _acts(token: Token) -> bool:
    """Whether a participle is a verb with an object of its own: "12 soldiers killed 30 villagers"."""
    if any(child.dep_ in ("obj", "iobj") and child.i > token.i for child in token.children):
        return True
    behind = token.nbor() if token.i + 1 < len(token.doc) else None
    return behind is not None and token.tag_ == "VBD" and behind.pos_ in ("DET", "NUM", "PROPN", "NOUN", "PRON")


def by_noun(count: Count, before: Before) -> Measured | None:
    """Four deaths, 17 injuries, 19 bodies, three of the dead."""
    measure = None
    if count.noun is not None and count.number.unit is None:  # "26 alive": the tagger may take the adjective for a noun
        roles = ("self", "state", "behind") if not is_person(count.noun) else ("self",)
        measure = next((m for role in roles if (m := _match_any(role, count.noun))), None)
    return Measured(measure, "noun", count.noun) if measure else None


def by_nominal(count: Count, before: Before) -> Measured | None:
    """The killing of 12, the release of 46 girls, the body of a woman."""
    doc, i = count.span.doc, count.span.start - 1
    while i > 0 and doc[i].text in _QUOTES:
        i -= 1
    if i < 1 or doc[i].lower_ not in ("of", "for"):
        return None
    measure = _match("of", doc[i - 1], count)
    return Measured(measure, "nominal", doc[i - 1]) if measure else None


def by_trait(count: Count, before: Before) -> Measured | None:
    """86 injured people, five missing children."""
    if count.noun is None or count.implicit or not count.of_people:
        return None
    for token in count.span.doc[count.span.end : count.noun.i]:
        measure = _match("state", token, count)
        if measure:
            return Measured(measure, "trait", token)
    return None


def by_condition(count: Count, before: Before) -> Measured | None:
    """Are in serious condition, a couple of them with broken bones."""
    if count.of_things:
        return None
    near = count.span.doc[count.end : count.end + 8]
    for token in near:
        if token.sent != count.anchor.sent or token.text in ",;.":
            break
        measure = _match("in", token, count) if token.pos_ == "NOUN" else None
        if measure and any(t.lower_ in ("in", "with") for t in near if t.i < token.i):
            return Measured(measure, "condition", token)
    return None


# ---------------------------------------------------------------- tolls
def by_toll(count: Count, before: Before) -> Measured | None:
    """A death toll of 12; the toll rose to 54; put the number of dead at 12; to 107 the number of people freed."""
    if count.noun is not None and not count.partitive and count.noun.lemma_.lower() not in ("dead", "people"):
        return None
    noun = _toll_noun(count)
    if noun is None or count.number.unit is not None:
        return None
    own = _match("toll", noun, count)
    inner, measure = _below_toll(noun, count)
    if measure is None and own == AS_BEFORE and inner is None and before and not _has_complement(noun):
        last = before[-1]
        return Measured(last.told.measure, "toll", noun, last.noun, last.index)
    people = inner is None or is_person(inner)
    return Measured(measure or (own if own and own != AS_BEFORE and people else OTHER), "toll", noun, inner)


def _toll_noun(count: Count) -> Token | None:
    doc, start, sent = count.span.doc, count.span.start, count.anchor.sent
    i = start - 1
    while i > sent.start and (doc[i].text in _QUOTES or doc[i].pos_ == "ADV"):
        i -= 1
    if i < sent.start or not (doc[i].lower_ in _INTO_TOLL or doc[i].lemma_.lower() in _INTO_TOLL):
        return None
    behind = doc[count.end : count.end + 4]
    ahead = next((t for t in behind if ("toll", t.lemma_.lower()) in triggers()), None)
    if ahead is not None and behind[0].pos_ in ("DET", "PRON") and doc[i].lower_ == "to":
        return ahead
    for token in reversed(doc[sent.start : i + 1]):
        if ("toll", token.lemma_.lower()) in triggers() or ("toll", token.lower_) in triggers():
            return token if token.pos_ in ("NOUN", "ADJ", "PROPN") else None
        if token.text in (";", "”") or (token.pos_ in ("NOUN", "PROPN") and token.dep_ in ("obj", "nsubj")):
            return None
    return None


def _has_complement(noun: Token) -> bool:
    """Whether words behind the toll noun tell what is counted: "the number on board"."""
    behind = noun.nbor() if noun.i + 1 < len(noun.doc) else noun
    return behind.pos_ == "ADP" and behind.lower_ not in ("at", "to")


def _below_toll(noun: Token, count: Count) -> tuple[Token | None, str | None]:
    """What a toll is of, and the measure that its words tell: "the number of people brought out alive"."""
    doc, counted, measure = noun.doc, None, None
    for token in doc[noun.i + 1 : min(noun.i + 9, len(doc))]:
        if token.i >= count.span.start > noun.i or token.text in ",;:." or token.lower_ in ("at", "to"):
            break
        if token.pos_ == "NOUN" and counted is None and doc[noun.i + 1].lower_ == "of":
            counted = token
        for role in ("state", "self", "object", "subject"):
            if measure is None and (counted is None or is_person(counted) or counted == token):
                measure = _match(role, token, count)
    if counted is not None and ("self", counted.lemma_.lower()) in triggers():
        return None, _match("self", counted, count)
    return counted, measure


# ---------------------------------------------------------------- what the words before tell
def by_part(count: Count, before: Before) -> Measured | None:
    """Two of them seriously; 35 people, including 12 children; the dead include a woman."""
    doc, start = count.span.doc, count.span.start
    if count.top.dep_ == "conj" and count.top.head.i < start:  # "including a girl and two guards"
        start = min(token.i for token in count.top.head.subtree)
        start += doc[start].lower_ in INCLUDING
    ahead = doc[max(0, start - 2) : start].text.lower().split()
    included = bool(ahead) and (
        ahead[-1] in ("including", "includes", "include", "included") or ahead == ["among", "them"]
    )
    if included and ahead[-1] in INCLUDING and ahead[-1] != "including":
        subject = next((c for c in doc[start - 1].children if c.dep_ in SUBJECTS), None)
        measure = _match("self", subject, count) if subject is not None else None
        if measure:
            return Measured(measure, "part", subject)
    if not before or not (included or (count.partitive and not _has_own_verb(count))):
        return None
    last = before[-1]
    if not _near(last.count, count) or (count.noun is not None and last.told.measure != OTHER and count.of_things):
        return None
    return Measured(last.told.measure, "part", last.told.trigger, None if included else last.noun, last.index)


def by_ellipsis(count: Count, before: Before) -> Measured | None:
    """At noon it had reported five; there are four; seventeen more in one day; 57, and not 61."""
    if count.noun is not None or count.number.unit or count.implicit or not before or _has_own_verb(count):
        return None
    last = before[-1]
    if _is_of_a_noun(count) or not _near(last.count, count) or last.count.number.unit is not None:
        return None
    return Measured(last.told.measure, "ellipsis", None, last.noun, last.index)


def by_bare(count: Count, before: Before) -> Measured | None:
    """Three fighters surrendered, and fewer than ten could still hold a rifle: ten fighters."""
    if count.noun is not None or count.number.unit or not before or _is_of_a_noun(count):
        return None
    last = before[-1]
    same = last.count.anchor.sent == count.anchor.sent
    return Measured(OTHER, "bare", None, last.noun, last.index) if same and not last.count.of_things else None


def _is_of_a_noun(count: Count) -> bool:
    """A price of 8,000; the price is 8,000."""
    subject = any(child.dep_ in SUBJECTS and child.pos_ in ("NOUN", "PROPN") for child in count.anchor.children)
    before = count.span.doc[max(0, count.span.start - 2) : count.span.start]
    return subject or (len(before) == 2 and before[1].lower_ == "of" and before[0].pos_ in ("NOUN", "PROPN"))


def _has_own_verb(count: Count) -> bool:
    """Whether the count hangs on a verb that tells its own story: "64 have been identified", "sent dozens home"."""
    head, dep = count.top.head, count.top.dep_
    if count.partitive:  # "64 have been identified" of them, but "five of them children"
        behind = count.span.doc[count.end : count.end + 1]
        return bool(behind) and behind[0].pos_ in ("AUX", "VERB")
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


# ---------------------------------------------------------------- by the order of words
def by_neighbour(count: Count, before: Before) -> Measured | None:
    """The verb right behind or right before the people, where the parse has gone wrong."""
    doc, i, helped = count.span.doc, count.end, False
    if _is_agent(count):
        return None
    while i < min(count.end + 6, len(doc)) and (
        doc[i].pos_ in _SKIP or doc[i].text in _QUOTES or doc[i].lower_ in ("who", "that")
    ):
        helped, i = helped or doc[i].lower_ in BE, i + 1
    if i < len(doc) and doc[i].pos_ in ("VERB", "ADJ") and not _acts(doc[i]):
        measure = _match("object" if helped else "subject", doc[i], count)
        if measure:
            return Measured(measure, "neighbour", doc[i])
    i = count.span.start - 1
    while i >= 0 and (doc[i].text in _QUOTES or doc[i].pos_ == "DET" or doc[i].lower_ in ("another", "other")):
        i -= 1
    if i > 0 and doc[i].lower_ in BE:  # "Killed were three nurses", "among the dead were three nurses"
        measure = next((m for role in ("object", "self", "state") if (m := _match(role, doc[i - 1], count))), None)
    else:
        measure = _match("object", doc[i], count) if i >= 0 and doc[i].pos_ == "VERB" else None
    return Measured(measure, "neighbour", doc[i]) if measure else None


def by_kind(count: Count, before: Before) -> Measured | None:
    """2,000 evacuees, three of the victims: the noun alone tells it."""
    measure = _match("kind", count.noun, count) if count.noun is not None and not count.implicit else None
    return Measured(measure, "kind", count.noun) if measure else None


RULES: tuple[Callable[[Count, Before], Measured | None], ...] = (
    by_nominal, by_toll, by_verb, by_state_behind, by_state, by_noun, by_trait, by_condition, by_neighbour, by_part,
    by_ellipsis, by_kind, by_bare,
)  # fmt: skip
