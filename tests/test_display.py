"""What a cell shows: alternative text is required, markup is escaped, the same input gives the same bytes."""

from html.parser import HTMLParser
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from analysis.charts.axes import name_rows
from analysis.charts.cells import clean_text, format_cell, shorten
from analysis.charts.display import draw, show_figure, show_heading, show_table, show_text


def figure(title: str = "") -> Figure:
    made = Figure()
    made.add_subplot().set_title(title)
    return made


@pytest.mark.parametrize(
    "alt", ["", "  \n", "Figures", "figures ", "\u200b"], ids=["empty", "blank", "title", "case", "invisible"]
)
def test_a_chart_without_words_of_its_own_is_refused(alt):
    with pytest.raises(ValueError, match="say in a sentence what the chart shows"):
        show_figure(figure("Figures"), alt=alt)


def test_the_words_travel_in_the_metadata_of_the_output():
    data, metadata = show_figure(figure(), alt="Two sides, 31 and 90.")._repr_mimebundle_()
    assert metadata["image/svg+xml"]["alt"] == metadata["image/png"]["alt"] == "Two sides, 31 and 90."
    assert data["image/svg+xml"].startswith("<svg ")


def test_the_same_figure_gives_the_same_bytes_without_a_date():
    one, other = (show_figure(figure("$5 & <b>"), alt="One value, 5.").svg for _ in range(2))
    assert one == other
    assert ">$5 &amp; &lt;b&gt;</text>" in one
    assert "style=" not in one
    ElementTree.fromstring(one.encode())


def test_a_pyplot_figure_is_closed_so_that_it_is_not_shown_twice():
    made, _ = plt.subplots()
    show_figure(made, alt="An empty chart.")
    assert not plt.fignum_exists(made.number)


def test_a_chart_grows_with_its_rows():
    def plot(table, ax):
        name_rows(ax, list(table["name"]))
        return ax

    few, many = (draw(plot, pd.DataFrame({"name": list("ab") * n}), alt="Names.").svg for n in (1, 20))
    assert ElementTree.fromstring(few).get("height") < ElementTree.fromstring(many).get("height")


def test_a_table_has_caption_column_headings_and_marked_numbers():
    frame = pd.DataFrame({"outlet": ["A", None], "n_articles": [1450, 2], "date": pd.to_datetime(["2031-05-11", None])})
    html = show_table(frame, caption="Articles")._repr_html_()
    assert "<caption>Articles</caption>" in html
    assert '<th scope="col" class="number">articles</th>' in html
    assert '<td class="number">1,450</td><td><time>2031-05-11</time></td>' in html
    assert "<td>–</td>" in html
    assert "style=" not in html


def test_a_long_table_says_how_many_rows_it_leaves_out():
    html = show_table(pd.DataFrame({"n": range(203)}), caption="Numbers").html
    assert html.count("<tr>") == 201
    assert "3 more rows" in html


@pytest.mark.parametrize(
    ("options", "html"),
    [
        pytest.param({}, "<p>Copies: none.</p>", id="no headings over nothing"),
        pytest.param({"empty": "There are <none>."}, "<p>There are &lt;none&gt;.</p>", id="in words of its own"),
    ],
)
def test_an_empty_table_says_so(options, html):
    assert show_table(pd.DataFrame({"outlet": []}), caption="Copies", **options).html == html


def test_a_folded_table_counts_its_rows():
    html = show_table(pd.DataFrame({"a": [1]}), caption="Proof", folded=True).html
    assert html.startswith("<details><summary>Proof (1)</summary>")


def test_a_record_is_marked_in_its_sentence():
    html = show_table(pd.DataFrame({"evidence": ["At ⟦least <31>⟧ died"]}), caption="Proof").html
    assert "At <mark>least &lt;31&gt;</mark> died" in html


def test_a_table_needs_a_caption():
    with pytest.raises(ValueError, match="caption is empty"):
        show_table(pd.DataFrame(), caption=" ")


class Reader(HTMLParser):
    """Collects what a browser would see: the tags with their attributes, and the text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


ALLOWED = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "ul", "li", "h3", "mark", "details", "summary"}


@given(st.text(max_size=80))
def test_text_is_never_markup(text):
    shown = [
        show_text(text),
        show_text(text, text),
        show_heading(text),
        show_table(pd.DataFrame({text: [text]}), caption="x" + text),
    ]
    for html in shown:
        reader = read(html._repr_html_())
        assert {tag for tag, _ in reader.tags} <= ALLOWED
        assert {name for _, attrs in reader.tags for name, _ in attrs} <= {"scope", "class"}
    marks = str.maketrans("", "", "⟦⟧")
    assert (
        clean_text(text).translate(marks).strip() in "".join(read(show_text(text).html).text).translate(marks).strip()
    )


def test_half_a_character_does_not_stop_a_chart():
    show_figure(figure(), alt="One \ud800 value.").svg.encode()


@given(st.text())
def test_cleaned_text_is_one_line_that_can_be_encoded(text):
    clean = clean_text(text)
    clean.encode()
    assert "\n" not in clean
    assert clean_text(clean) == clean


def test_plain_text_is_there_for_where_no_markup_is():
    assert repr(show_table(pd.DataFrame({"a": ["<b>"]}), caption="Rows")) == "Rows\na\n<b>"
    assert repr(show_text("One.", "Two.")) == "- One.\n- Two."


@pytest.mark.parametrize(("value", "shown"), [(pd.NA, "–"), (0, "0"), (0.0, "0"), (False, "no"), (float("nan"), "–")])
def test_missing_is_not_zero(value, shown):
    assert format_cell(value) == shown


def test_a_short_text_is_not_cut():
    assert shorten("Coast Wire", 10) == "Coast Wire"
