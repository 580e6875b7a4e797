"""Decides who says a stretch of a `Doc`: `find_attributions` for quotes, and `attribute` for everyone else.

Quotes and figures both ask here, so they cannot disagree. What the engine learned comes first, then the rules; a later
one may not claim a cue that an earlier one has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from spacy.tokens import Doc, Token

from analysis.attribution.learned import learned
from analysis.attribution.rules import RULES
from analysis.cues import SUBJECTS, Candidate, read_negations

_FEW = 6  # words
EDGES = frozenset(",.;:–—- \n\t>")


class Attributed(Protocol):
    """Anything with parts: a quote, as far as `attribute` needs to know it."""

    @property
    def parts(self) -> Sequence[tuple[int, int]]: ...


T = TypeVar("T", bound=Attributed)


def attribute(start_char: int, end_char: int, quotes: Iterable[T]) -> T | None:
    """The innermost of `quotes` that holds the stretch whole in one of its parts, or None: the outlet's own voice.

    Innermost is the one with the shortest part around the stretch, so nested speech counts for its inner giver.

    >>> from types import SimpleNamespace as Q
    >>> outer, inner = Q(parts=[(0, 50)]), Q(parts=[(20, 40)])
    >>> attribute(25, 27, [outer, inner]) is inner, attribute(60, 61, [outer, inner])
    (True, None)
    """
    around = [
        (end - start, n, quote)
        for n, quote in enumerate(quotes)
        for start, end in quote.parts
        if start <= start_char and end_char <= end
    ]
    return min(around, key=lambda found: found[:2])[2] if around else None


def find_attributions(doc: Doc) -> list[Candidate]:
    """All attributions of a `Doc`, in the order of their cues; nested ones are separate candidates.

    What the engine found comes first; the rules add plain speech that it overlooked, also inside what somebody else
    says, and hearsay. More rules were measured and left out: they cost more than they found.
    A content that is only a pronoun ("published it") tells nothing and is left out.
    """
    found = [c for c in learned(doc) if not _says_nothing(c, doc) and _tells(c.content, doc)]
    outer = {i for candidate in found for i in candidate.content}
    taken = {i for candidate in found for i in range(*candidate.cue)}
    bare = _bare_cues(doc) - taken
    for rule in RULES:
        for candidate in rule(doc):
            cue = set(range(*candidate.cue))
            rest = found
            if cue & bare and not cue & outer:  # the engine saw that something is said and gave it to somebody else
                rest = [left for c in found if (left := _without(c, candidate)).content]
                adds = True
            else:
                free = _is_overlooked(candidate) and not candidate.content & outer
                adds = _is_told(candidate) if cue <= outer else free
            if _says_nothing(candidate, doc):
                continue
            wanted = "attributions" not in doc.spans or adds
            if wanted and not cue & taken and _tells(candidate.content, doc):
                taken |= cue
                around = next((c.content for c in rest if cue <= c.content), candidate.content)
                found = [*rest, replace(candidate, content=candidate.content & around or candidate.content)]
    return sorted(found, key=lambda c: c.cue)


def _without(found: Candidate, told: Candidate) -> Candidate:
    """What is left of the first when the second takes its content; all, when it speaks inside the second."""
    inside = set(range(*found.cue)) <= told.content
    return found if inside else replace(found, content=found.content - told.content)


def _says_nothing(candidate: Candidate, doc: Doc) -> bool:
    return _withholds_name(candidate, doc) or _is_answered(candidate, doc)


def _withholds_name(candidate: Candidate, doc: Doc) -> bool:
    """Whether all that is said is that somebody's name be kept back: "asked not to be named", "requested anonymity"."""
    words = [doc[i] for i in candidate.content if not doc[i].is_punct]
    about = any(read_negations().get(token.lower_) == "anonymity" for token in words)
    return about and len(words) <= _FEW and candidate.stance in ("report", "order", "deny")


def _is_answered(candidate: Candidate, doc: Doc) -> bool:
    """Whether the cue only tells what somebody was asked before they spoke: "Asked whether it was so, he said"."""
    verb = doc[candidate.cue[0]]
    if verb.lemma_ != "ask" or verb.tag_ not in ("VBN", "VBD"):
        return False
    alone = not any(c.dep_ in (*SUBJECTS, "aux", "aux:pass") for c in verb.children)
    return verb.is_sent_start or alone and verb.dep_ == "advcl"


def _bare_cues(doc: Doc) -> set[int]:
    """Words of the engine's cues that it left without a content."""
    group = doc.spans.get("attributions", ())
    told = {span.id_ for span in group if span.label_ == "content"}
    return {token.i for span in group if span.label_ == "cue" and span.id_ not in told for token in span}


def _is_told(candidate: Candidate) -> bool:
    """Whether a rule's find may stand inside a quote: speech with a giver, by a rule that is right often enough there.

    On the gold the rule `parenthetical` costs more inside quotes than it finds.
    """
    given = candidate.source is not None or candidate.rule == "adverb"
    return candidate.mode == "speech" and given and candidate.rule != "parenthetical"


def _is_overlooked(candidate: Candidate) -> bool:
    """Whether a rule's find outside quotes is of a kind that the engine overlooks: plain speech, hearsay."""
    return candidate.rule == "adverb" or candidate.mode == "speech" and candidate.source is not None


def _tells(content: Iterable[int], doc: Doc) -> bool:
    return any(doc[i].pos_ not in ("PRON", "DET", "PUNCT", "SPACE") for i in content)


def spans_of(tokens: Iterable[int], doc: Doc) -> tuple[tuple[int, int], ...]:
    """Character spans of token indices: runs over white space joined, edge punctuation and `that` trimmed."""
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and all(doc[j].is_space for j in range(runs[-1][-1] + 1, i)):
            runs[-1].append(i)
        else:
            runs.append([i])
    trimmed = (_trim([doc[i] for i in run]) for run in runs)
    return tuple(
        (run[0].idx, run[-1].idx + len(run[-1])) for run in trimmed if any(t.text.isalnum() or len(t) > 1 for t in run)
    )


def _trim(run: list[Token]) -> list[Token]:
    while run and (run[0].text in EDGES or run[0].is_space or (run[0].lower_ == "that" and run[0].dep_ == "mark")):
        run = run[1:]
    while run and (run[-1].text in EDGES or run[-1].is_space):
        run = run[:-1]
    return run
