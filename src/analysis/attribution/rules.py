"""Rules that find attributions on the parse: small functions that yield candidates, tried in the order of `RULES`.

Source of the idea: the frames of reporting verbs of the GenderGapTracker (Asr et al. 2021) and of Citron (BBC 2018),
here over one inventory of complements.
"""

from collections.abc import Callable, Iterator

from spacy.tokens import Doc, Token

from analysis.cues import (
    Candidate,
    Cue,
    agent_of,
    cue_of,
    mode_of,
    read_hearsay,
    span_of,
    stance_of,
    stance_of_order,
    subject_of,
    subtree_of,
    until_semicolon,
)


def clause(doc: Doc) -> Iterator[Candidate]:
    """A verb of saying with a clause: "X said that …", "…, X said", "X asked him to …"."""
    for verb, cue in _verbs(doc, "clause", "infinitive"):
        inside = {i for c in verb.children if _is_content(c, cue) for i in subtree_of(c)}
        rule = "clause"
        numbered = "at" in cue.frames and any(map(_at_number, verb.children))  # "put it at 12" is no "X put it"
        if not inside and verb.dep_ == "parataxis" and subject_of(verb) is not None and not numbered:
            inside, rule = subtree_of(verb.head) - subtree_of(verb), "parenthetical"
        elif not inside:
            inside = {i for c in verb.children if c.dep_ == "parataxis" and not cue_of(c) for i in subtree_of(c)}
        yield from _candidate(verb, cue, inside, rule)


def _is_content(child: Token, cue: Cue) -> bool:
    """A finite clause, or the infinitive of an order, promise or claim ("ordered them to leave")."""
    if child.dep_ in ("xcomp", "advcl") and any(c.tag_ == "TO" for c in child.lefts):
        return "infinitive" in cue.frames
    return child.dep_ in ("ccomp", "csubj:pass")


def _at_number(phrase: Token) -> bool:
    """Whether a phrase holds "at" with a number soon after: "the dead at more than 12"."""
    doc = phrase.doc
    return any(t.lower_ == "at" and any(n.like_num for n in doc[t.i + 1 : t.i + 5]) for t in phrase.subtree)


def adverb(doc: Doc) -> Iterator[Candidate]:
    """ "Reportedly", "allegedly", "purportedly": said by nobody who is named."""
    for token in doc:
        stance = read_hearsay().get(token.lower_)
        if stance and token.head != token:
            head = token.head
            while head.pos_ not in ("VERB", "AUX") and head.dep_ not in ("ROOT", "conj") and head.head != head:
                head = head.head
            if head.dep_ == "acl":  # "a picture purportedly showing a wing"
                continue
            content = subtree_of(head) - {token.i}
            yield Candidate((token.i, token.i + 1), None, frozenset(content), stance, "speech", "adverb")


def _verbs(doc: Doc, *frames: str) -> Iterator[tuple[Token, Cue]]:
    for token in doc:
        cue = cue_of(token)
        if cue and not cue.frames.isdisjoint(frames):
            yield token, cue


def _candidate(verb: Token, cue: Cue, content: set[int], rule: str) -> Iterator[Candidate]:
    """The candidate, unless nothing is said, or nobody says it and the verb is not passive."""
    source = subject_of(verb) or agent_of(verb)
    outside = {verb.i} | (subtree_of(source) if source else set())
    outside |= {
        t.i for c in verb.children if c.dep_ in ("obl", "iobj", "advmod", "punct") and c.i < verb.i for t in c.subtree
    }
    passive = any(c.dep_ in ("nsubj:pass", "aux:pass") for c in verb.children)
    if not content or (source is None and not passive):
        return
    said = until_semicolon(content - outside, verb) if source is not None and source.i < verb.i else content - outside
    stance = stance_of_order(verb, said, stance_of(verb, cue.stance))
    mode = mode_of(verb, cue.mode)
    yield Candidate((verb.i, verb.i + 1), span_of(source), frozenset(said), stance, mode, rule)


RULES: tuple[Callable[[Doc], Iterator[Candidate]], ...] = (clause, adverb)
