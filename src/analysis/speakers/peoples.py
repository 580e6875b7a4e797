"""Names of countries and of their peoples: "Velmark", "Velmarki"."""

import re
from collections import defaultdict
from collections.abc import Iterable

STEM = 4  # letters that a people's name shares with the country's
PEOPLE = re.compile(r"(?:i?an|n|i|ese|ish|ic|ean)s?$")


def related(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of a country and its people among those printed, each with the others."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        by_stem[name[:STEM]].append(name)
    related: dict[str, list[str]] = defaultdict(list)
    for group in by_stem.values():
        for one in group:
            related_to = [other for other in group if is_people(one, other) or is_people(other, one)]
            if related_to:
                related[one] = related_to
    return related


def is_people(country: str, people: str) -> bool:
    """Whether a name is that of a country's people.

    >>> is_people("Velmark", "Velmarki"), is_people("Oranda", "Orandans"), is_people("Oranda", "Orlan")
    (True, True, False)
    """
    stems = {country[:n] for n in range(len(country) - 2, len(country) + 1) if not country[n:].strip("aeiouy")}
    return country != people and any(
        len(stem) >= STEM and people.startswith(stem) and PEOPLE.fullmatch(people[len(stem) :]) for stem in stems
    )
