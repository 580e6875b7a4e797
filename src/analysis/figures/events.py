"""Rules that tell what a count measures from the event it takes part in: killed 12, 12 dead, the killing of 12.

Each rule looks at one construction and gives None when it is not there; `measures` puts them in order. Labels are
Universal Dependencies.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from analysis.cues import SUBJECTS, read_cues
from analysis.figures.count import NOMINAL, Count
from analysis.figures.nouns import is_person, people_kind
from analysis.figures.triggers import AS_BEFORE, QUOTES, match, match_any

# closed classes of words, by form: not every pipeline lemmatises them
BE = frozenset({"be", "am", "is", "are", "was", "were", "been", "being", "get", "got", "’re", "'re"})
HELD_BY = frozenset({"in", "with", "without", "from", "under", "behind", "into"})  # "in custody", "under arrest"
_LABEL = 12  # words from the first of a line to its colon
_SKIP = frozenset({"AUX", "ADV", "PART"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What a count measures."""

    measure: str
    rule: str
    trigger: Token | None = None  # the word that tells it; its negation and mood decide whether the figure is asserted
    noun: Token | None = None  # what is counted, when another place than the count's own tells it
    like: int | None = None  # index of the count whose measure this one shares


def _predicates(count: Count) -> Iterator[tuple[Token, str]]:
    """The verbs that the counted people are object or subject of, nearest first."""
    token, found = count.top, []
    ahead = count.span.doc[max(0, count.span.start - 1)]
    if (
        token.dep_ in ("conj", "obj") and ahead.pos_ == "VERB" and ahead != token.head
    ):  # "killed 43 and wounded *scores*", whatever the parse joins
        yield ahead, "object"
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
    if token.dep_ == "conj" and head.pos_ == "VERB" and token.pos_ in NOMINAL:
        yield from _shared(token, head)
    elif _is_second_subject(token):
        return
    elif token.dep_ in ("obj", "iobj") or (token.dep_ in SUBJECTS and _is_passive(head, token)):
        yield head, "object"
    elif token.dep_ in SUBJECTS:
        yield head, "subject"
    for clause in token.children:
        if clause.dep_ == "acl" and clause.i > token.i:
            yield clause, "object" if clause.tag_ == "VBN" and not _shares_object(clause) else "subject"
        elif clause.dep_ == "acl:relcl":
            pronoun = next((c for c in clause.children if c.tag_ in ("WP", "WDT") or c.lower_ == "that"), None)
            own = pronoun is not None and pronoun.dep_ in SUBJECTS
            yield clause, "subject" if own and not _is_passive(clause, pronoun) else "object"


def _shared(token: Token, head: Token) -> Iterator[tuple[Token, str]]:
    """People joined to a verb: "19 were killed and *103 people* were led away", "killed himself and *five guards*"."""
    verbs = [c for c in head.children if c.dep_ == "conj" and c.pos_ == "VERB"]
    free = [verb for verb in verbs if not any(c.dep_ in SUBJECTS | {"obj"} for c in verb.children)]
    behind = next((verb for verb in free if verb.i > token.i), None)
    if behind is not None:
        yield behind, "object" if behind.tag_ == "VBN" else "subject"
    elif any(child.dep_ in ("obj", "nsubj:pass") for child in head.children):
        yield head, "object"


def _is_second_subject(token: Token) -> bool:
    """Whether a parse gives a verb two subjects: "two were shot dead, *a spokesman* told reporters"."""
    behind = token.dep_ in SUBJECTS and token.i > token.head.i
    return behind and any(c.dep_ in SUBJECTS and c.i < token.head.i for c in token.head.children)


def _is_passive(verb: Token, subject: Token | None) -> bool:
    helped = any(child.dep_ == "aux:pass" or (child.lower_ in BE and child.dep_ in ("aux", "cop"))
                 for child in verb.children)  # fmt: skip
    told = subject is not None and subject.dep_ == "nsubj:pass" and not _shares_object(verb)
    return (verb.tag_ == "VBN" and helped) or told


def _shares_object(verb: Token) -> bool:
    """Whether the next verb has an object for both: "two bombs *killed* and wounded dozens", whatever the parse."""
    joined = (child for child in verb.children if child.dep_ == "conj" and child.i == verb.i + 2)
    return any(c.dep_ == "obj" for child in joined for c in child.children)


def _further(verb: Token, role: str) -> Iterator[tuple[Token, str]]:
    """Verbs that share the people: "were reported killed", "were forced to flee", "were shot and died"."""
    if role == "subject" and verb.tag_ not in ("VBN", "JJ") and verb.lemma_.lower() in read_cues():
        return  # the people who say so
    for child in verb.children:
        held = child.dep_ == "advcl" and child.tag_ == "VBG" and any(c.lower_ == "to" for c in child.lefts)
        shares = (child.dep_ in ("xcomp", "conj", "ccomp") or held) and child.i > verb.i
        if not shares or any(c.dep_ in SUBJECTS for c in child.children):
            continue
        if child.dep_ == "conj" and role == "object" and not _is_passive(verb, None):
            continue  # "killed 12 and fled": those who fled are not the 12
        had = any(c.lower_ == "have" for c in child.children) and not _is_passive(child, None)  # "said to have died"
        suffers = child.dep_ != "conj" or role == "object" or _is_passive(child, None)
        passive = child.tag_ == "VBN" and not had and suffers
        filled = any(c.dep_ == "obj" for c in verb.children)  # "saw a soldier save four"
        gap = role == "object" and verb.dep_ == "acl:relcl" and not filled and not _is_passive(verb, None)
        yield child, "object" if passive or gap else "subject"  # "the 340 it admitted to holding"


def _is_whole(count: Count) -> bool:
    """The 35 of "12 of the 35 were freed": the verb tells of the 12."""
    doc, i = count.span.doc, count.span.start - 1
    i -= i > 0 and doc[i].pos_ in ("DET", "PRON")
    return i >= 0 and doc[i].lower_ == "of" and (doc[i].is_sent_start is True or doc[i - 1].pos_ == "NUM")


def by_verb(count: Count) -> Measured | None:
    """Killed 12; 12 were killed; 12 people killed in …; 12 died."""
    if _is_whole(count):  # "210 of the 340 it held": only its own clause tells of the 340
        clauses = [(verb, role) for verb, role in _direct(count.top) if verb.head == count.top]
        told = [(verb, role) for clause in clauses for verb, role in (*_further(*clause), clause)]
        hits = ((match(role, verb, count), verb) for verb, role in told if verb.dep_ != "acl" or verb.i == count.end)
        return next((Measured(measure, "verb", verb) for measure, verb in hits if measure), None)
    behind = by_state_behind(count) or _verb_behind(count)
    for verb, role in _predicates(count):
        if behind and verb.i < count.span.start and count.top.dep_ != "obj":
            continue  # "112 were arrested and *14 injured*", whatever the parse joins
        measure = match(role, verb, count)
        if measure:
            return Measured(measure, "verb", verb)
    return None


def by_state(count: Count) -> Measured | None:
    """Are missing, lie dead, left 12 dead, lists 33 as missing."""
    if count.of_things:
        return None
    hosts = [verb for verb, role in _predicates(count) if role == "object" or verb.lemma_.lower() not in read_cues()]
    for host in hosts:
        inner = [
            c
            for c in host.children
            if c.dep_ in ("xcomp", "advcl", "ccomp", "obl", "acl", "obj") and c.i > count.span.start
        ]
        for token in (host, *inner):
            measure = match("state", token, count) if token.i >= count.end else None
            among = any(child.lower_ == "among" for child in token.children)  # "her husband is among the captives"
            if measure and (token == host or token.head == host) and not _acts(token) and not among:
                return Measured(measure, "state", token)
    return None


def by_state_behind(count: Count) -> Measured | None:
    """Six dead and 41 wounded; 12 people dead; eight killed."""
    doc, i = count.span.doc, count.end
    while i < min(count.end + 2, len(doc)) and (doc[i].pos_ == "ADV" or doc[i].text in QUOTES):
        if match("behind", doc[i], count):
            break
        i += 1
    if i >= len(doc) or count.of_things or count.implicit:
        return None
    measure = match("state", doc[i], count) or match("behind", doc[i], count)
    return Measured(measure, "state_behind", doc[i]) if measure and not _acts(doc[i]) else None


def _acts(token: Token) -> bool:
    """Whether a participle is a verb with an object of its own: "12 soldiers killed 30 villagers"."""
    if any(child.dep_ in ("obj", "iobj") and child.i > token.i for child in token.children):
        return True
    behind = token.nbor() if token.i + 1 < len(token.doc) else None
    return behind is not None and token.tag_ == "VBD" and behind.pos_ in ("DET", "NUM", "PROPN", "NOUN", "PRON")


def by_noun(count: Count) -> Measured | None:
    """Four deaths, 17 injuries, 19 bodies: whatever the verb says of them."""
    noun = count.noun
    if noun is None or count.number.unit is not None or people_kind(noun) in ("plain", "person"):
        return None
    roles = ("self", "state", "behind") if not is_person(noun) else ("self",)  # "26 alive", taken for a noun
    measure = next((m for role in roles if (m := match_any(role, noun))), None)
    return Measured(measure, "noun", noun) if measure else None


def by_victims(count: Count) -> Measured | None:
    """Three of the dead, 47 wounded: unless the verb says more ("evacuated 47 wounded")."""
    measure = match_any("self", count.noun) if count.noun is not None and count.number.unit is None else None
    return Measured(measure, "victims", count.noun) if measure not in (None, AS_BEFORE) else None


def by_label(count: Count) -> Measured | None:
    """*Injured*: 31; *detained*, according to the ministry: 213: the first word of a line tells it."""
    doc, colon = count.span.doc, count.span.start - 1
    label = next((t for t in doc[count.anchor.sent.start : colon] if not (t.is_punct or t.is_space)), None)
    if colon < 0 or doc[colon].text != ":" or label is None or colon - label.i > _LABEL or count.of_things:
        return None
    hits = (match(role, label, count) for role in ("object", "state", "self", "kind"))
    measure = next((hit for hit in hits if hit), AS_BEFORE)
    return Measured(measure, "label", label) if measure != AS_BEFORE else None


def by_nominal(count: Count) -> Measured | None:
    """The killing of 12, the release of 46 girls, the body of a woman, no survivors among the 12."""
    doc, i = count.span.doc, count.span.start - 1
    while i > 0 and (doc[i].text in QUOTES or doc[i].pos_ == "DET"):
        i -= 1
    if i < 1 or doc[i].lower_ not in ("of", "for", "among", "with"):
        return None
    measure = match("of", doc[i - 1], count)
    return Measured(measure, "nominal", doc[i - 1]) if measure else None


def by_trait(count: Count) -> Measured | None:
    """86 injured people, five missing children."""
    if count.noun is None or count.implicit or not count.of_people:
        return None
    for token in count.span.doc[count.span.end : count.noun.i]:
        measure = match("state", token, count)
        if measure:
            return Measured(measure, "trait", token)
    return None


def by_condition(count: Count) -> Measured | None:
    """Are in serious condition, a couple of them with broken bones."""
    if count.of_things:
        return None
    near = count.span.doc[count.end : count.end + 12]
    for token in near:
        if token.sent != count.anchor.sent or token.text in ",;.":
            break
        measure = match("in", token, count) if token.pos_ == "NOUN" else None
        if measure and any(t.lower_ in HELD_BY for t in near if t.i < token.i):
            return Measured(measure, "condition", token)
    return None


def by_neighbour(count: Count) -> Measured | None:
    """The verb right behind or right before the people, where the parse has gone wrong."""
    if _is_whole(count):
        return None
    behind = _verb_behind(count)
    if behind is not None:
        return behind
    doc, i = count.span.doc, count.span.start - 1
    while i >= 0 and (doc[i].text in QUOTES or doc[i].pos_ == "DET" or doc[i].lower_ in ("another", "other")):
        i -= 1
    i -= i > 0 and doc[i].pos_ in ("ADV", "ADP") and doc[i].head == doc[i - 1]  # "led *away* at least 30"
    if i > 0 and doc[i].lower_ in BE:  # "Killed were three nurses", "among the dead were three nurses"
        measure = next((m for role in ("object", "self", "state") if (m := match(role, doc[i - 1], count))), None)
    else:
        measure = match("object", doc[i], count) if i >= 0 and doc[i].pos_ == "VERB" else None
    return Measured(measure, "neighbour", doc[i]) if measure not in (None, AS_BEFORE) else None


def _verb_behind(count: Count) -> Measured | None:
    doc, i, helped, had = count.span.doc, count.end, False, False
    while i < min(count.end + 6, len(doc)) and (
        doc[i].pos_ in _SKIP or doc[i].text in QUOTES or doc[i].lower_ in ("who", "that")
    ):
        had = had or doc[i].lemma_ == "have"
        helped, i = helped or doc[i].lower_ in BE, i + 1
    if i >= len(doc) or doc[i].pos_ not in ("VERB", "ADJ") or _acts(doc[i]):
        return None
    passive = doc[i].tag_ != "VBG" if helped else doc[i].tag_ == "VBN" and not had
    roles = ("object", "state") if passive else ("subject",)
    measure = next((m for role in roles if (m := match(role, doc[i], count))), None)
    return Measured(measure, "neighbour", doc[i]) if measure else None


def by_kind(count: Count) -> Measured | None:
    """2,000 evacuees, three of the victims: the noun alone tells it."""
    measure = match("kind", count.noun, count) if count.noun is not None and not count.implicit else None
    return Measured(measure, "kind", count.noun) if measure else None
