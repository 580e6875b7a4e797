"""Where the pages and places are to which a report's links lead: names made of ids, never of words in an article.

A record's id is its article's id, "#", and a letter with a number: `front/raid#f12`. Besides, the names on which a
chart in a kernel and the report around it agree.
"""

import hashlib
import os

PAGES = "articles"  # the folder, beside the reports, with one page for each article
TEXT = "text"  # the place of the article itself: `front/raid#text`
DIGEST = 8  # letters of an article's digest in the anchors of its records; the name of its page begins with them
ROWS = "application/vnd.versions-of-events.rows+json"  # of a chart; a report puts them beside itself as CSV and JSON
REPORT = "ANALYSIS_REPORT"  # set in the kernel of a report: only there do such pages exist


def linked() -> bool:
    """Whether links to pages lead anywhere: in a report they do, in JupyterLab there are no pages."""
    return bool(os.environ.get(REPORT))


def page_name(article_id: str) -> str:
    """The file name of an article's page.

    >>> page_name("../../etc/passwd")
    '3754d6cb3a38e118.html'
    """
    return f"{_digest(article_id, 16)}.html"


def anchor(record_id: str) -> str:
    """The id of the row of a record in a report; two articles' records have two.

    >>> anchor("front/raid#f12")
    'f12-5c6103b8'
    """
    article_id, _, place = record_id.rpartition("#")
    return f"{_plain(place)}-{_digest(article_id, DIGEST)}"


def target(record_id: str) -> str:
    """The link from a report to the record in its article's page.

    >>> target("front/raid#f12")
    'articles/5c6103b8661b156d.html#f12'
    """
    article_id, _, place = record_id.rpartition("#")
    return f"{PAGES}/{page_name(article_id)}#{_plain(place)}"


def _plain(place: str) -> str:
    numbered = place[:1] in ("q", "f", "m") and place[1:].isdecimal() and place.isascii()
    return place if numbered or place == TEXT else "x"


def _digest(text: str, letters: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:letters]
