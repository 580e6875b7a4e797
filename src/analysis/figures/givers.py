"""Who gives a figure, or whose losses it counts, where the verb above it tells and no quote holds it.

"Ulvania put its dead at nine", "the ministry's figure was four": no verb of saying, but a giver all the same. "The army
admits 12 dead", "we lost nine men": the dead are the subject's own. The verbs are data in `data/lexicon/measures.csv`.
"""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from analysis.cues import SUBJECTS, agent_of
from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.triggers import match, triggers
from analysis.quotes import Quote
from analysis.speakers import Speaker, Speakers
from analysis.speakers.naming import source_kind

READ = frozenset({"see", "read", "obtain", "view", "review", "examine", "verify", "quote", "cite"})  # of a document
OWNER = frozenset({"its", "our", "my", "his", "her", "their"})


def find_giver(count: Count, told: Measured) -> Token | None:
    """The word for who reckons: the subject of "put", "list", "revise", or the owner of the figure itself."""
    for verb in _verbs_above(count):
        if match("give", verb, count) and _is_passive(verb):
            return agent_of(verb)  # "the damage was put at $3 million by the city"
        if match("give", verb, count):
            subject = _subject(verb)  # "the Observers, who have 85 monitors, recorded …" gives no 85
            return subject if subject is not None and not subject.is_ancestor(count.top) else None
    if told.rule == "toll" and told.trigger is not None and told.trigger.pos_ == "NOUN":
        return next((child for child in told.trigger.children if child.dep_ == "nmod:poss"), None)
    return None


def resolve_giver(word: Token, speakers: Speakers) -> Speaker:
    """The speaker that a giver's words stand for."""
    doc = word.doc
    clause = next(
        (t.i for t in word.children if t.dep_ in ("acl:relcl", "acl", "appos", "punct", "case") and t.i > word.i), None
    )
    end = word.right_edge.i + 1 if clause is None else doc[clause].left_edge.i
    end -= doc[end - 1].tag_ == "POS"  # "the government's figure"
    start = next((i for i in range(word.left_edge.i, word.i) if doc[i].pos_ != "ADP"), word.i)  # "by Ulvania"
    giver = speakers.resolve((start, max(end, word.i + 1)))
    issuer = _issuer(word) if giver.kind == "document" and giver.name is None else None
    return resolve_giver(issuer, speakers) if issuer is not None else giver


def find_author(quote: Quote, doc: Doc) -> Token | None:
    """Who made the document that a quote has for its source: "a list compiled by the council", "the army's list"."""
    start, end = (
        (quote.cue_start, quote.cue_end) if quote.source_start is None else (quote.source_start, quote.source_end)
    )
    words = doc.char_span(start, end, alignment_mode="expand") if start is not None and end is not None else None
    if words is None:
        return None
    clauses = (c for word in words for c in word.children if c.dep_ == "acl" and c.lemma_ not in READ)
    made = next((agent for word in (*words, *clauses) if (agent := agent_of(word)) is not None), None)
    return made or (_issuer(words.root) if source_kind(words.root.lemma_.lower()) == "document" else None)


def _issuer(document: Token) -> Token | None:
    """*The ministry*'s timeline; not "court records"."""
    owners = [c for c in document.lefts if c.dep_ == "nmod:poss"]
    return next((c for c in owners if source_kind(c.lemma_.lower()) == "organisation"), None)


def find_loser(count: Count, told: Measured) -> Token | None:
    """The word for those whose own people a figure counts: the subject of "lost", "admitted", "conceded"."""
    verbs = [verb for verb in _verbs_above(count) if ("own", verb.lemma_.lower()) in triggers()]
    return _subject(verbs[0]) if verbs and told.measure != "other" else None


def find_owner(count: Count, told: Measured) -> Token | None:
    """The word for whose dead or losses they are: "put *the army's* losses at nine and *the rebels'* at 60"."""
    if told.rule != "toll" or told.trigger is None or ("own", told.trigger.lemma_.lower()) not in triggers():
        return None
    for token in reversed(count.span.doc[count.anchor.sent.start : count.span.start]):
        if token.like_num:
            return None
        if token.tag_ == "POS":
            return token.nbor(-1)
    return None


def is_own(count: Count, told: Measured) -> bool:
    """Whether the giver of a figure counts their own people: "raised *its own losses*", "eight *on our side*"."""
    doc, trigger = count.span.doc, told.trigger
    words = [token.lower_ for token in doc[count.end : min(count.end + 8, count.anchor.sent.end)]]
    beside = any(words[n] == "on" and words[n + 1] in OWNER for n in range(len(words) - 2) if words[n + 2] == "side")
    owned = trigger is not None and any(child.lower_ == "own" for child in trigger.children)
    return told.measure != "other" and (beside or owned)


def _verbs_above(count: Count) -> Iterator[Token]:
    for n, token in enumerate(count.top.ancestors):
        if n == 4:
            return
        if token.pos_ == "VERB":
            yield token
            if token.dep_ == "conj" and any(child.dep_ in SUBJECTS for child in token.children):
                return  # "it lost five and nine soldiers were killed": the nine are not its own


def _subject(verb: Token) -> Token | None:
    """The subject, or that of the verb it is joined to."""
    for _ in range(3):
        found = next((child for child in verb.children if child.dep_ in SUBJECTS and child.i < verb.i), None)
        if found is not None or verb.dep_ not in ("conj", "xcomp"):
            return found
        verb = verb.head
    return None


def _is_passive(verb: Token) -> bool:
    return any(child.dep_ in ("aux:pass", "nsubj:pass") for child in verb.children)
