"""Quotes before anybody's name is known, and those set off by the layout: block quotes, `>` lines, embedded posts."""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from analysis.cues import cue_of, noun_phrase
from analysis.marks import Layout, Spans

_INTRODUCTION = re.compile(r"([^\n:]{1,120}):[ \t]*\n[ \t]*\n\s*")
_POST = re.compile(
    r"(?:pic\.twitter\.com/\w{1,20}\s*)?[—–-]{1,2}\s?(?P<name>[^\n@]{1,60}?)\s?\(@\w{1,30}\)\s[A-Z][a-z]{2,8}\s\d{1,2},\s\d{4}"
)
_SIGNATURE = re.compile(r"[ \t]*\n\s{0,20}[—–-]{1,2}[ \t]?([A-Z][^\n@]{2,150})")
_QUOTED_LINES = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|\Z)(?:[ \t]*\n(?=[ \t]*>))?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A quote before anybody's name is known."""

    parts: Spans
    kind: str
    rule: str
    cue: tuple[int, int] | None = None  # half-open token spans
    source: tuple[int, int] | None = None
    stance: str = "report"
    mode: str = "speech"
    floating: bool = False
    named: tuple[int, int] | None = None  # character span of a name in a line of its own


def find_blocks(doc: Doc, layout: Layout) -> list[Draft]:
    """Passages set off from the text: after a line that ends in a colon, lines that begin with `>`, embedded posts."""
    found: list[Draft] = []
    text, quotations, spans = layout.text, layout.quotations, dict(layout.paragraphs)
    for match in _INTRODUCTION.finditer(text):
        quotation = next((q for q in quotations if q.start == match.end()), None)
        if quotation:
            found.append(_introduced(Draft(quotation.parts, "direct", "block"), match, doc))
        elif _is_speaker(match, doc) and match.end() in spans and text[match.end()] != ">":
            part = (match.end(), spans[match.end()])
            found.append(Draft((part,), "direct", "block", named=match.span(1)))
    for match in _QUOTED_LINES.finditer(text):
        lines = re.finditer(r"^[ \t]*>[ \t]*([^\n]+)", match[0], re.MULTILINE)
        parts = tuple((match.start() + m.start(1), match.start() + m.start(1) + len(m[1].rstrip())) for m in lines)
        introduction = next(
            (m for m in _INTRODUCTION.finditer(text[: match.start()]) if m.end() == match.start()), None
        )
        if parts:
            draft = Draft(parts, "direct", "block")
            found.append(_introduced(draft, introduction, doc) if introduction else draft)
    for quotation in quotations:
        signature = _SIGNATURE.match(text, quotation.end)
        if signature and not text[: quotation.start].rstrip(" \t").rpartition("\n")[2]:
            found.append(Draft(quotation.parts, "direct", "block", named=signature.span(1)))
    for match in _POST.finditer(text):
        end = len(text[: match.start()].rstrip())
        start = text.rfind("\n", 0, end) + 1  # the line that ends in the signature, or the one before it
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if start < end:
            found.append(Draft(((start, end),), "direct", "post", named=match.span("name")))
    return found


def _is_speaker(introduction: re.Match[str], doc: Doc) -> bool:
    """Whether a line of its own names somebody, and is no heading ("Background:")."""
    words = doc.char_span(*introduction.span(1), alignment_mode="expand")
    named = words is not None and any(ent.label_ in ("PERSON", "ORG") for ent in words.ents)
    return _is_name(introduction[1]) and (named or introduction[1].startswith("The "))


def _is_name(line: str) -> bool:
    """Whether an introduction is nothing but a name: "The Messenger"."""
    words = line.split()
    return 0 < len(words) <= 5 and all(word[0].isupper() for word in words if word not in ("of", "the", "and", "for"))


def _introduced(draft: Draft, introduction: re.Match[str], doc: Doc) -> Draft:
    """The block quote with the source that its introduction names: the subject of a verb of saying, or the one name."""
    words = doc.char_span(*introduction.span(1), alignment_mode="expand")
    if words is None or _is_name(introduction[1]):
        return replace(draft, named=introduction.span(1))
    for token in reversed(words):
        cue = cue_of(token)
        subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
        if cue and cue.mode == "speech" and subject is not None and subject.pos_ != "PRON":
            phrase = noun_phrase(subject)
            return replace(draft, cue=(token.i, token.i + 1), source=(phrase.start, phrase.end), stance=cue.stance)
    names = [ent.root for ent in words.ents if ent.label_ in ("PERSON", "ORG")]
    heads = names or [token for token in words if token.dep_ == "nsubj" and token.head.dep_ == "ROOT"]
    if len(heads) == 1 and heads[0].pos_ != "PRON":
        phrase = noun_phrase(heads[0])
        return replace(draft, source=(phrase.start, phrase.end))
    return draft
