"""Quotations that no attribution of the parse claims: the cue stands beside them, or they float after a quote."""

import re
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Token

from analysis.cues import cue_of, noun_phrase
from analysis.marks import Layout, Quotation
from analysis.quotes.drafts import Draft

_END = re.compile(r"[.!?…,;—–-][\"'”’»]{0,2}$")


def covered(quotation: Quotation, drafts: Iterable[Draft], doc: Doc) -> bool:
    """Whether a quote whose cue stands outside the marks holds the quotation already."""
    return any(
        s < quotation.end and quotation.start < e
        for d in drafts
        if not (d.cue and quotation.start <= doc[d.cue[0]].idx < quotation.end)
        for s, e in d.parts
    )


def adjacent(doc: Doc, layout: Layout, drafts: Sequence[Draft]) -> list[Draft]:
    """Quotations that the parse did not tie to the cue beside them: “…,” X said; X said: “…”."""
    found = []
    for quotation in layout.quotations:
        if covered(quotation, drafts, doc):
            continue
        cue = _cue_beside(doc, quotation, layout.text)
        if cue is not None:
            verb, source = cue
            row = cue_of(verb)
            span = noun_phrase(source) if source is not None else None
            found.append(
                Draft(
                    quotation.parts,
                    "direct",
                    "adjacent",
                    (verb.i, verb.i + 1),
                    (span.start, span.end) if span else None,
                    row.stance if row else "report",
                )
            )
    return found


def _cue_beside(doc: Doc, quotation: Quotation, text: str) -> tuple[Token, Token | None] | None:
    """A verb of saying within the words right after the quotation, else right before it, with its subject."""
    led_in = text[max(0, quotation.start - 2) : quotation.start].rstrip().endswith((":", ","))
    if not _END.search(text[quotation.start : quotation.end]) and not led_in:
        return None
    after = [t for t in doc if quotation.end <= t.idx][:8]
    before = [t for t in doc if t.idx + len(t) <= quotation.start][-8:]
    for words in (after, before[::-1]):
        for token in words:
            if token.text in ".!?" or token.text.count("\n") > 1:
                break
            cue = cue_of(token)
            if cue and cue.frames and cue.mode == "speech" and token.tag_ != "VB":
                subjects = [c for c in token.children if c.dep_ in ("nsubj", "nsubj:pass")]
                return token, subjects[0] if subjects else _name_beside(token)
    return None


def _name_beside(verb: Token) -> Token | None:
    """The name right after or before the cue where the parse shows no subject: “…,” says Col. Hauk."""
    for words in (verb.doc[verb.i + 1 : verb.i + 8], list(verb.doc[max(0, verb.i - 4) : verb.i])[::-1]):
        for token in words:
            if token.is_punct and token.text not in ".’'" or token.pos_ in ("VERB", "ADP"):
                break
            if token.ent_type_ in ("PERSON", "ORG", "LOC") or token.pos_ == "PRON":
                end = next((e for e in verb.doc.ents if e.start <= token.i < e.end), None)
                return end.root if end else token
    return None


def floating(doc: Doc, layout: Layout, drafts: Sequence[Draft]) -> list[Draft]:
    """Whole sentences in marks without a cue of their own: they continue the speaker of the quote before them."""
    found: list[Draft] = []
    for quotation in layout.quotations:
        if covered(quotation, [*drafts, *found], doc):
            continue
        outside = _sentence_outside(layout, quotation)
        inside = layout.text[quotation.start : quotation.end]
        if not outside and len(inside.split()) > 1 and (_END.search(inside) or len(quotation.parts) > 1):
            found.append(Draft(quotation.parts, "direct", "floating", floating=True))
    return found


def _sentence_outside(layout: Layout, quotation: Quotation) -> bool:
    """Whether words of the same sentence stand before or after the quotation."""
    text = layout.text
    if any(not text[end : quotation.start].strip() for _, end in layout.entries if end <= quotation.start):
        return False
    before = re.split(r"[.!?…:][\"”’»]?\s+|\n\s*\n|[”’\"]\s+", text[max(0, quotation.start - 300) : quotation.start])[
        -1
    ]
    after = re.split(r"\n\s*\n", text[quotation.end : quotation.end + 300])[0].lstrip(" ")
    closed = text[quotation.end - 2 : quotation.end - 1] in ".!?…"
    return any(c.isalnum() for c in before) or (not closed and any(c.isalnum() for c in after[:1]))
