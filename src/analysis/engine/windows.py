"""What the engine reads of an article: stretches of word pieces that overlap, and the shapes of the words.

Training uses this very module, so that what the model learned is what it gets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.engine.decoding import Array

WINDOW, OVERLAP, LONGEST_WORD = 192, 32, 16  # word pieces
SHAPES = 32
QUOTES = frozenset({'"', "“", "”", "‘", "’", "'", "''", "``"})


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of words, half-open, with the numbers that the graph takes."""

    first: int
    last: int
    pieces: list[int]
    firsts: list[int]  # place of each word's first piece
    owners: list[int]  # the word of each piece; the marks at both ends belong to none, -1


@lru_cache(maxsize=1 << 16)
def shape_of(word: str, after_break: bool) -> int:
    """A word's shape as one of 32 numbers: case and characters, and whether a paragraph begins with it.

    The encoder is uncased and needs it.

    >>> shape_of("IDF", False), shape_of("idf", False), shape_of("12", True)
    (3, 1, 21)
    """
    if word.isdigit():
        kind = 5
    elif any(c.isdigit() for c in word):
        kind = 6
    elif not any(c.isalnum() for c in word):
        kind = 7 if word in QUOTES else 8
    elif word.islower():
        kind = 1
    elif word.istitle():
        kind = 2 if len(word) > 1 else 4
    elif word.isupper():
        kind = 3
    else:
        kind = 9 if word[0].isupper() else 10
    return kind + 16 * after_break


def windows_of(pieces: Sequence[Sequence[int]], begin: int, end: int) -> list[Window]:
    """Overlapping stretches of at most 192 word pieces, `begin` and `end` marks included."""
    found: list[Window] = []
    first = 0
    while first < len(pieces):
        last, size = first, 2
        while last < len(pieces) and size + len(pieces[last]) <= WINDOW:
            size += len(pieces[last])
            last += 1
        found.append(_window(pieces, first, last, begin, end))
        if last >= len(pieces):
            break
        back = 0
        while last > first + 1 and back + len(pieces[last - 1]) <= OVERLAP:
            last -= 1
            back += len(pieces[last])
        first = last
    return found


def _window(pieces: Sequence[Sequence[int]], first: int, last: int, begin: int, end: int) -> Window:
    ids, firsts, owners = [begin], [], [-1]
    for i in range(first, last):
        firsts.append(len(ids))
        ids += pieces[i]
        owners += [i] * len(pieces[i])
    return Window(first, last, [*ids, end], firsts, [*owners, -1])


def homes(windows: Sequence[Window], count: int) -> Array:
    """For each word the window in which it stands farthest from an edge; an article's own edges do not count."""
    best, home = np.full(count, -1), np.zeros(count, dtype=int)
    for n, window in enumerate(windows):
        at = np.arange(window.first, window.last)
        left = at - window.first if window.first else np.full(len(at), count)
        right = window.last - 1 - at if window.last < count else np.full(len(at), count)
        margin = np.minimum(left, right)
        better = margin > best[at]
        best[at[better]], home[at[better]] = margin[better], n
    return home
