"""Pairs quotation marks in wild text, over paragraphs too; an unmatched mark never aborts: it is passed over.

Strings only, no spaCy. A paragraph ends at an empty line, and at any line after which a quotation opens: scraped text
often has single line breaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Spans = tuple[tuple[int, int], ...]

STAMP = re.compile(
    r"^[ \t]{0,8}\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s(?:GMT|UTC|[A-Z]{1,3}T))?(?=\s)[ \t:–—-]{0,4}", re.MULTILINE
)
PAIRS = {"“": "”", "„": "“”", "«": "»", "‘": "’", "`": "´'", '"': '"', "'": "'"}
_MARK = re.compile(r"[“”„«»‘’\"'`´]")
_BREAK = re.compile(r"\n\s*\n|(?<=[.!?…\"'”’»:,])[ \t]{0,8}\n(?=[ \t]{0,8}[“„«‘`\"'])")
_LINE, _LINE_END = re.compile(r"\n\s*"), re.compile(r"\S(?=[ \t]{0,8}\n)")
_FINAL, _MOSTLY = frozenset(".!?…:\"'”’»"), 0.8


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch in quotation marks; several parts when every paragraph opens anew and only the last one closes."""

    parts: Spans

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


@dataclass(frozen=True, slots=True)
class Layout:
    """An article's text with what its layout tells, read once: spaCy puts `Doc.text` together anew at every call."""

    text: str
    quotations: tuple[Quotation, ...]
    paragraphs: Spans
    entries: Spans  # the times with which the entries of a live blog begin

    def paragraph(self, at: int) -> tuple[int, int]:
        """The paragraph around a place; the whole text where there is none."""
        return next(((s, e) for s, e in self.paragraphs if s <= at < e), (0, len(self.text)))

    def same_entry(self, one: int, other: int) -> bool:
        """Whether no entry of a live blog begins between two places."""
        first, last = min(one, other), max(one, other)
        return not any(first < start <= last for start, _ in self.entries)


def read_layout(text: str) -> Layout:
    """What the layout of a text tells."""
    return Layout(text, tuple(find_quotations(text)), tuple(paragraphs(text)), tuple(find_entries(text)))


# ------------------------------------------------------------------ marks
def find_quotations(text: str) -> list[Quotation]:
    """All outermost stretches in quotation marks, marks included; unmatched marks are passed over.

    >>> [q.parts for q in find_quotations('He said “yes” and “no.')]
    [((8, 13),)]
    >>> [q.parts for q in find_quotations('“One.\\n\\n“Two.”')]
    [((0, 5), (7, 13))]
    """
    found: list[Quotation] = []
    opened: list[tuple[int, int]] = []  # paragraphs of a quote that goes on
    for start, end in paragraphs(text):
        if opened and text[start] != text[opened[0][0]]:
            found += _unclosed(text, opened)
            opened = []
        pairs, left_open = _pair(text, start, end)
        if opened and pairs and pairs[0][0] == start:
            found.append(Quotation((*opened, pairs[0])))
            pairs, opened = pairs[1:], []
        found += [Quotation((pair,)) for pair in pairs]
        if left_open is not None:
            opened = [*opened, (left_open, end)]
    return sorted([*found, *_unclosed(text, opened)], key=lambda quotation: quotation.start)


def _unclosed(text: str, opened: Sequence[tuple[int, int]]) -> list[Quotation]:
    """Whole paragraphs that open a quotation nobody closed: the mark was forgotten, or a caption cuts it off."""
    if not opened:
        return []
    at = opened[0][0]
    before = text[:at].rstrip(" \t")[-1:]
    return [Quotation(tuple(opened))] if before in ("", "\n", ":") else []


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The half-open spans of the paragraphs, without white space at their edges.

    >>> paragraphs("One\\nline.\\n\\n Two. ")
    [(0, 9), (12, 16)]
    """
    found, start = [], 0
    breaks = _LINE if _lines_are_paragraphs(text) else _BREAK
    for end, after in [*(match.span() for match in breaks.finditer(text)), (len(text), len(text))]:
        words = text[start:end]
        if words.strip():
            found.append((start + len(words) - len(words.lstrip()), start + len(words.rstrip())))
        start = after
    return found


def find_entries(text: str) -> list[tuple[int, int]]:
    """The half-open spans of the times with which the entries of a live blog begin; what is said stays in its entry.

    >>> find_entries("14:05 One.\\n\\n2:30 p.m. Two at 3:40.")
    [(0, 6), (12, 22)]
    """
    starts = {start for start, _ in paragraphs(text)}
    return [match.span() for match in STAMP.finditer(text) if match.start() in starts]


def _lines_are_paragraphs(text: str) -> bool:
    """Whether nearly every line ends like a sentence: then nobody wrapped it, and a break ends a paragraph."""
    ends = [match[0] for match in _LINE_END.finditer(text)]
    return len(ends) > 1 and sum(end in _FINAL for end in ends) >= _MOSTLY * len(ends)


def _pair(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], int | None]:
    """Pairs of marks in one paragraph, and where a quote is left open that the next paragraph may continue."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _MARK.finditer(text, start, end):
        at, mark = match.start(), match[0]
        if opened and _closes(text, at, text[opened[-1]], end):
            first = opened.pop()
            if not opened:
                pairs.append((first, at + 1))
        elif _opens(text, at, start) and not (opened and text[opened[-1]] == mark):
            opened.append(at)
    while len(opened) > 1 and text[opened[0]] in "‘'`":  # an apostrophe that only looked like a mark
        opened.pop(0)
    return pairs, opened[0] if opened and _begins(text, opened[0], start) else None


def _begins(text: str, at: int, start: int) -> bool:
    """Whether a mark that nothing closes begins a quotation: a straight single one first or after a colon or comma."""
    return text[at] != "'" or not text[start:at].strip() or text[start:at].rstrip()[-1] in ":,"


def _opens(text: str, at: int, start: int) -> bool:
    if text[at] not in PAIRS:
        return False
    before, after = text[at - 1 : at] if at > start else "", text[at + 1 : at + 2]
    return (not before or before.isspace() or before in "([—–-“‘\"'>:") and bool(after) and not after.isspace()


def _closes(text: str, at: int, opener: str, end: int) -> bool:
    if text[at] not in PAIRS[opener]:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2] if at + 1 < end else ""
    if text[at] in "’'´":  # an apostrophe stands between letters, or before a word that goes on
        return not after.isalnum() and not (before == "s" and after.isspace() and _owns(text, at, end))
    return not (text[at] == '"' and before.isspace() and after.isalnum())


def _owns(text: str, at: int, end: int) -> bool:
    """Whether the mark after an s is a possessive one: the next single mark closes, and after punctuation."""
    for match in re.finditer(r"[‘’'´]", text[at + 1 : end]):
        place = at + 1 + match.start()
        before, after = text[place - 1], text[place + 1 : place + 2] if place + 1 < end else ""
        if not (before.isalnum() and after.isalnum()):
            return before in ".,!?…" and not after.isalnum()
    return False
