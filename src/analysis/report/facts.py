"""What a report says of the articles behind it: how many, from when to when, what was not read and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.anchors import DIGEST, page_name

if TYPE_CHECKING:
    from analysis.tables import Tables


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the reports are about: the tables whose articles get pages, facts for the footer, the state to keep."""

    tables: Sequence[Tables] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    state: bytes = b""  # see `analysis.accounts.changes`

    @property
    def pages(self) -> dict[str, str]:
        """The pages of the articles, by the digest that anchors of their records have."""
        names = [page_name(key) for tables in self.tables for key in tables.articles["article_id"]]
        return {name[:DIGEST]: name for name in names}

    @property
    def name(self) -> str:
        """The hash of the articles; editions of other articles are stale."""
        return self.facts.get("hash", "")


def describe_corpus(tables: Tables) -> dict[str, str]:
    """The facts for the footer: no path, no clock."""
    articles, problems = tables.articles, tables.problems
    dates = articles["date"].dropna()
    pairs = sorted(zip(articles["article_id"], articles["sha256"], strict=True))
    reasons = problems.assign(why=problems["problem"].str.replace(r"[;:(].*", "", regex=True).str.strip().str[:80])
    reasons["why"] = reasons["why"].str.replace(r" (?:as|than) \S.*", "", regex=True)
    counts = reasons.groupby(["action", "why"]).size()
    listed = "; ".join(f"{action}: {why} ({number:,})" for (action, why), number in counts.items())
    undated = articles["date"].isna().sum()
    return {
        "articles": f"{len(articles):,}; outlets: {articles['outlet'].nunique():,}; undated: {undated:,}",
        "dates": f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else "none",
        "problems": listed or "none",
        "hash": hashlib.sha256("\n".join(f"{key} {sha}" for key, sha in pairs).encode()).hexdigest()[:16],
    }
