"""A rule and the engine are two witnesses of what a number measures: the surer one wins."""

import pytest
from spacy.tokens import Span

from analysis.figures.counts import find_counts
from analysis.figures.events import Measured
from analysis.figures.learned import weighed

from conftest import parsed  # isort: skip

LABELS = ("O", "killed", "injured", "missing", "captive", "released", "detained", "displaced", "surrendered",
          "rescued", "other")  # fmt: skip
NINETEEN = """
Nineteen nineteen NUM CD 1 nummod
men man NOUN NNS 3 nsubj:pass
were be AUX VBD 3 aux:pass
carried carry VERB VBN 3 ROOT
out out ADP RP 3 compound:prt
_. . PUNCT . 3 punct
""".strip()


def count_of(**shares):
    """The count of "Nineteen men", of which the engine gives the measures these shares."""
    doc = parsed(NINETEEN)
    if shares:
        rest = (1 - sum(shares.values())) / (len(LABELS) - len(shares))
        doc.spans["figures"] = [Span(doc, 0, 1, label="killed")]
        doc.spans["figures"].attrs["measures"] = {"0": {label: shares.get(label, rest) for label in LABELS}}
    [count] = find_counts(doc)
    return count


@pytest.mark.parametrize(
    ("told", "read", "expected"),
    [
        pytest.param(("other", "none"), {"killed": 0.9}, ("killed", "learned"), id="no rule, and the engine is sure"),
        pytest.param(("other", "none"), {"killed": 0.3, "other": 0.4}, ("other", "none"), id="no rule, and the engine doubts"),
        pytest.param(("other", "none"), {"O": 0.9}, ("other", "none"), id="no figure is other"),
        pytest.param(("injured", "verb"), {"killed": 0.6, "injured": 0.3}, ("injured", "verb"), id="a verb against a guess"),
        pytest.param(("injured", "ellipsis"), {"killed": 0.9}, ("killed", "learned"), id="a weak rule against a sure engine"),
        pytest.param(("captive|detained", "verb"), {"detained": 0.6, "captive": 0.2}, ("detained", "learned"), id="the engine chooses between two"),
        pytest.param(("vaccinated", "toll"), {"killed": 0.9}, ("vaccinated", "toll"), id="a measure that the engine does not know"),
        pytest.param(("killed", "part"), {}, ("killed", "part"), id="another pipeline without the engine's layer"),
    ],
)  # fmt: skip
def test_the_surer_witness_wins(told, read, expected):
    found = weighed(count_of(**read), Measured(*told))
    assert (found.measure, found.rule) == expected
