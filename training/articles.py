"""Reads the marked articles in `training/articles`: who says what, and what every number measures.

    python training/articles.py FILE...     # what is wrong in them, and how much there is

A file has articles, each headed by `=== slug | date | outlet | kind`. `<s1>`, `<c1>` and `<t1>` mark source, cue and
content of attribution 1, `<f killed>` the words of a figure with its measure (`cum`: a total over several events; `no`:
denied or imagined).
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEASURES = ("killed", "injured", "missing", "captive", "released", "detained", "displaced", "surrendered", "rescued",
            "other")  # fmt: skip
ROLES = {"s": "source", "c": "cue", "t": "content"}
FLAGS = frozenset({"cum", "no"})
MARK = re.compile(r"<(/?)(?:([sct])(\d+)|f((?: [a-z]+)*))>")

Place = tuple[int, int]  # characters of the text


@dataclass(frozen=True, slots=True)
class Figure:
    """The words of a figure, and what the article says of it."""

    measure: str
    place: Place
    cumulative: bool
    denied: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article without its marks, and what they said."""

    name: str
    text: str
    attributions: list[dict[str, list[Place]]]  # for each its places by role
    figures: list[Figure]
    faults: list[str]


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a file in their order."""
    for block in re.split(r"^=== ", path.read_text(encoding="utf8"), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        yield read_marks(head.split("|")[0].strip(), body.strip())


def read_marks(name: str, body: str) -> Article:
    """The text and the marks of one article.

    >>> read_marks("a", "<s1>She</s1> <c1>said</c1> <t1><f killed>two</f> died</t1>.").figures
    [Figure(measure='killed', place=(9, 12), cumulative=False, denied=False)]
    """
    text, at, faults = "", 0, []
    opened: list[tuple[str, list[str], int]] = []
    spans: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    figures = []
    for mark in MARK.finditer(body):
        text, at = text + body[at : mark.start()], mark.end()
        key = (mark[2] or "f") + (mark[3] or "")
        if not mark[1]:
            opened.append((key, (mark[4] or "").split(), len(text)))
            continue
        if not opened or opened[-1][0] != key:
            faults.append(f"</{key}> closes nothing or crosses another mark, after {text[-40:]!r}")
            continue
        _, words, start = opened.pop()
        if key == "f":
            figures.append(Figure(words[0] if words else "", (start, len(text)), "cum" in words, "no" in words))
            faults += [f"<f {' '.join(words)}>: no such measure or flag"] * (
                not words or words[0] not in MEASURES or not FLAGS.issuperset(words[1:])
            )
        else:
            spans[mark[3]][ROLES[mark[2]]].append((start, len(text)))
    text += body[at:]
    faults += [f"<{key}> is never closed" for key, _, _ in opened]
    faults += [f"not a mark: {odd!r}" for odd in re.findall(r".{0,15}[<>].{0,15}", text)]
    faults += [f"attribution {n} has no {role}" for n, roles in spans.items() for role in ("cue", "content")
               if role not in roles]  # fmt: skip
    return Article(name, text, list(spans.values()), sorted(figures, key=lambda figure: figure.place), faults)


def main() -> None:
    articles = [(path, article) for path in sys.argv[1:] for article in read_articles(Path(path))]
    for path, article in articles:
        for fault in article.faults:
            print(f"{path}: {article.name}: {fault}")
    measures = Counter(figure.measure for _, article in articles for figure in article.figures)
    said = sum(len(article.attributions) for _, article in articles)
    print(f"{len(articles)} articles, {said} attributions, {measures.total()} figures: {dict(measures.most_common())}")
    sys.exit(any(article.faults for _, article in articles))


if __name__ == "__main__":
    main()
