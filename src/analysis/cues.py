"""Verbs of saying where they stand in a parse: their rows of cues.csv, who says it, stance and mode.

Labels are Universal Dependencies. Source of the idea: source, cue and content of PolNeAR (Newell et al., LREC 2018).
"""

from collections.abc import Collection, Set
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Span, Token

from analysis.descriptions import person_nouns
from analysis.lexicon import choose, choose_several, read_lexicon
from analysis.marks import PAIRS

STANCES = ("report", "claim", "confirm", "deny", "accuse", "estimate", "order", "promise", "warn", "thought")
MODES = ("speech", "thought")
FRAMES = ("clause", "infinitive", "at")  # which complements hold the content
NEGATIONS = ("adverb", "subject", "verb", "refusal", "anonymity")
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "expl"})
CLAUSES = frozenset({"ccomp", "xcomp", "csubj:pass"})
MODIFIERS = frozenset({"appos", "acl:relcl", "acl", "parataxis", "advcl", "advcl:relcl", "dep"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "DET", "NUM", "ADJ", "X"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One attribution as the parse shows it: token indices into the `Doc`, nothing resolved."""

    cue: tuple[int, int]  # half-open token span
    source: tuple[int, int] | None
    content: frozenset[int]
    stance: str
    mode: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of cues.csv."""

    stance: str
    mode: str
    frames: frozenset[str]


@cache
def read_cues() -> dict[str, Cue]:
    """The verbs of saying and thinking of cues.csv by lemma; several words are joined by a blank."""
    return {
        row["lemma"]: Cue(
            choose(row, "stance", STANCES, name="cues"),
            choose(row, "mode", MODES, name="cues"),
            choose_several(row, "frames", FRAMES, name="cues"),
        )
        for row in read_lexicon("cues", ("lemma", "stance", "mode", "frames"))
    }


def cue_of(token: Token) -> Cue | None:
    """The cue that a verb is, with its particle ("point out") when the table has one."""
    if token.pos_ not in ("VERB", "AUX"):
        return None
    cues = read_cues()
    particle = next((c.lower_ for c in token.children if c.dep_ == "compound:prt"), None)
    after = token.doc[token.i + 1 : token.i + 2].text  # "called for"
    rows = (cues.get(f"{token.lemma_} {word}") for word in (particle, after))
    return next((row for row in rows if row), None) or cues.get(token.lemma_.lower())


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, its own or the one it shares with the verb it is joined to.

    "The memo says that seepage rose and warns of more": seepage cannot warn, so the subject of "says" does.
    """
    if verb.tag_ == "VBG" and any(c.lower_ == "as" and c.dep_ == "mark" for c in verb.children):
        return next((c for c in verb.head.children if c.dep_ in ("obj", "nsubj:pass")), None)  # "quoted X as saying"
    joined = False
    for _ in range(4):
        own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubj:outer")] or _inverted(verb)
        own = [c for c in own if c.i < verb.i][-1:] or own  # the nearest: "11:30 – The ministry raises the toll"
        if own and (not joined or _may_speak(own[0]) or verb.dep_ not in CLAUSES or not cue_of(verb.head)):
            return own[0]
        if own:
            verb, joined = verb.head, False
            continue
        if any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children):
            return None
        if verb.dep_ not in ("conj", "advcl", "xcomp", "parataxis", "ccomp") or verb.head == verb:
            return None
        if verb.dep_ == "ccomp" and verb.tag_ != "VBG":
            return None
        joined = verb.dep_ == "conj"
        verb = verb.head
    return None


def _inverted(verb: Token) -> list[Token]:
    """The person right after a verb of saying with what is said before it: "…,” says their attaché"."""
    said = any(c.dep_ == "ccomp" and c.i < verb.i for c in verb.children) and cue_of(verb)
    after = [c for c in verb.children if c.dep_ == "obj" and c.left_edge.i == verb.i + 1]
    return [c for c in after if said and (c.lower_ in person_nouns() or c.ent_type_ == "PERSON")]


@cache
def _sources() -> frozenset[str]:
    return frozenset(row["noun"] for row in read_lexicon("sources", ("noun",)))


def _may_speak(token: Token) -> bool:
    """Whether a noun is a name, a pronoun, a person or one of the sources of sources.csv, and not counted."""
    if any(child.dep_ == "nummod" for child in token.children):
        return False
    sources = _sources()
    known = token.lower_ in person_nouns() or token.lemma_ in person_nouns() or token.lemma_ in sources
    return known or token.pos_ not in ("NOUN", "NUM", "SYM") or token.lower_ in sources


def agent_of(word: Token) -> Token | None:
    """Who stands behind "by": "was told by X", "a claim by X"; None when nobody does."""
    phrases = (c for c in word.rights if c.dep_ in ("obl:agent", "obl", "nmod"))
    return next((c for c in phrases if any(k.lower_ == "by" for k in c.lefts)), None)


def noun_phrase(head: Token) -> Span:
    """The words that name a source: its noun with what stands before and "of the …", without apposition and clauses."""
    left, right = head.left_edge.i, head.i
    for child in head.rights:
        if child.dep_ in (*MODIFIERS, "punct", "cop") or child.dep_ == "conj" and child.pos_ not in ("NOUN", "PROPN"):
            break
        right = child.right_edge.i
    left = next((e.start for e in head.doc.ents if e.start < left < e.end and e.label_ != "DATE"), left)
    while left < head.i and (
        head.doc[left].dep_ in ("case", "cc", "mark", "punct", "advmod", "fixed") or head.doc[left].is_space
    ):
        left += 1
    while right > head.i and (head.doc[right].is_space or head.doc[right].is_punct):
        right -= 1
    return head.doc[left : _through_name(head.doc, right) + 1]


def _through_name(doc: Doc, right: int) -> int:
    """The last token of the name that goes on after `right`, where the parse broke it at a rank: "Brig. Gen. Lenk"."""
    end = right
    while end + 1 < len(doc) and doc[end + 1].pos_ == "PROPN" and doc[end + 1].ent_type_ in ("", "PERSON"):
        end += 1
    return end if doc[end].ent_type_ == "PERSON" else right


def span_of(head: Token | None) -> tuple[int, int] | None:
    """The half-open token span of a noun phrase; None for no head, or one that is no noun."""
    if head is None or head.pos_ not in NOMINAL:
        return None
    phrase = noun_phrase(head)
    return phrase.start, phrase.end


def subtree_of(token: Token) -> set[int]:
    """The indices of a token and of all that hangs on it."""
    return set(range(token.left_edge.i, token.right_edge.i + 1)) & {t.i for t in token.subtree}


def until_semicolon(content: Set[int], cue: Token) -> frozenset[int]:
    """What is said without what follows a semicolon, which is a clause of its own; all of it in quotation marks."""
    doc = cue.doc
    stop = next((i for i in sorted(content) if i > cue.i and doc[i].text == ";"), None)
    quoted = any(doc[i].text in PAIRS for i in content)
    return frozenset(content if stop is None or quoted else (i for i in content if i < stop))


def stance_of(verb: Token, stance: str) -> str:
    """The stance of a cue where it stands: "did not confirm", "refused to say" deny; "did not deny" only reports."""
    if not _negated(verb):
        return stance
    return {"confirm": "deny", "report": "deny", "claim": "deny", "deny": "report"}.get(stance, stance)


def stance_of_order(verb: Token, content: Collection[int], stance: str) -> str:
    """An order where somebody is told or asked to do something: "told them to leave"."""
    first = verb.doc[min(content)] if content else verb
    tells = "infinitive" in (row.frames if (row := cue_of(verb)) else ())
    return "order" if stance == "report" and tells and first.tag_ == "TO" and first.i > verb.i else stance


def mode_of(verb: Token, mode: str) -> str:
    """Speech that was withheld is none: "did not say", "declined to comment" tell an attitude, as thoughts do."""
    return "thought" if _negated(verb) or read_negations().get(verb.lemma_) == "refusal" else mode


@cache
def read_nouns_of_saying() -> dict[str, str]:
    """The rows of cue_nouns.csv: noun to stance."""
    rows = read_lexicon("cue_nouns", ("lemma", "stance"))
    return {row["lemma"]: choose(row, "stance", STANCES, name="cue_nouns") for row in rows}


@cache
def read_hearsay() -> dict[str, str]:
    """The rows of hearsay.csv: adverb to stance."""
    rows = read_lexicon("hearsay", ("word", "stance"))
    return {row["word"]: choose(row, "stance", STANCES, name="hearsay") for row in rows}


@cache
def read_negations() -> dict[str, str]:
    """The rows of negation.csv: word to kind."""
    rows = read_lexicon("negation", ("word", "kind"))
    return {row["word"]: choose(row, "kind", NEGATIONS, name="negation") for row in rows}


def _negated(verb: Token) -> bool:
    words = read_negations()
    if any(words.get(child.lower_) == "adverb" for child in verb.children):
        return True
    subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
    if subject is not None and any(words.get(t.lower_) == "subject" for t in (subject, *subject.children)):
        return True
    above = verb.head
    return (
        verb.dep_ in ("xcomp", "ccomp")
        and above != verb
        and words.get(above.lemma_) in ("verb", "refusal")
        and verb.tag_ in ("VB", "VBG")
    )
