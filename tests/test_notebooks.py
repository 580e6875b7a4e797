"""The notebooks: clean files, short cells, and they run on any corpus, an empty one too."""

import ast
import json
import math
import re
from pathlib import Path
from statistics import median

import pandas as pd
import pyarrow.parquet as pq
import pytest
from samples import empty, ferry

from analysis import ROOT
from analysis.tables import SCHEMAS, as_table

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MARKED = re.compile(r"^\s*[!%]", re.M)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> dict:
    return json.loads(request.param.read_text(encoding="utf-8"))


def source(cell: dict) -> str:
    return "".join(cell["source"])


def cells(notebook: dict, kind: str) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def lines(cell: dict) -> list[str]:
    return [line for line in source(cell).splitlines() if line.strip()]


def tagged(notebook: dict, tag: str) -> list[dict]:
    return [cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", [])]


def test_there_are_seven_in_order():
    assert [path.stem[:3] for path in NOTEBOOKS] == [f"{n:02d}-" for n in range(7)]


def test_no_outputs_and_no_counts_are_committed(notebook):
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(notebook, "code"))
    assert "widgets" not in notebook["metadata"]


def test_code_belongs_to_the_library(notebook):
    for cell in cells(notebook, "code"):
        assert not MARKED.search(source(cell)), "no shell and no magic: they fail silently"
        nodes = list(ast.walk(ast.parse(source(cell))))
        assert not [
            n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        ]


def test_imports_stand_in_the_first_code_cell_alone(notebook):
    importing = [
        number
        for number, cell in enumerate(cells(notebook, "code"))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(source(cell))))
    ]
    assert importing == [0]


def test_one_cell_of_plain_literals_holds_the_parameters(notebook):
    (cell,) = tagged(notebook, "parameters")
    for node in ast.parse(source(cell)).body:
        assert isinstance(node, ast.Assign)
        ast.literal_eval(node.value)
    assert all("#" in line for line in lines(cell)), "each parameter says what it is"


def test_the_title_is_a_question_and_the_limits_are_named(notebook):
    first = source(notebook["cells"][0])
    assert first.startswith("# ")
    assert first.splitlines()[0].endswith("?")
    assert any("## What this cannot show" in source(cell) for cell in cells(notebook, "markdown"))
    assert len(tagged(notebook, "bottom-line")) == 1


def test_rows_are_checked_before_the_first_result(notebook):
    code = [source(cell) for cell in cells(notebook, "code")]
    shown = next(n for n, text in enumerate(code) if re.search(r"\b(show_\w+|draw)\(", text))
    assert any(re.search(r"^assert ", text, re.M) for text in code[:shown])


def test_no_path_of_one_machine(notebook):
    text = json.dumps([source(cell) for cell in notebook["cells"]])
    assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users|mnt|var)/|[A-Z]:\\\\", text)


def test_budgets(notebook):
    code, prose = cells(notebook, "code"), cells(notebook, "markdown")
    sizes = sorted(len(lines(cell)) for cell in code)
    words = sum(len(source(cell).split()) for cell in prose)
    assert len(notebook["cells"]) <= 45
    assert median(sizes) <= 3
    assert sizes[math.ceil(0.95 * len(sizes)) - 1] <= 10
    assert len(prose) >= 0.8 * len(code)
    assert words >= 5 * sum(sizes)


def test_every_chart_is_followed_by_its_rows(notebook):
    """Each cell that draws is, or stands directly before prose and code that end in, a table."""
    code = [source(cell) for cell in cells(notebook, "code")]
    drawing = [n for n, text in enumerate(code) if "draw(" in text]
    for number in drawing:
        assert any("show_table(" in text for text in code[number : number + 3])


def write(tables: object, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in SCHEMAS:
        frame: pd.DataFrame = getattr(tables, name)
        rows = [
            {key: None if not isinstance(value, list) and pd.isna(value) else value for key, value in row.items()}
            for row in frame.to_dict("records")
        ]
        pq.write_table(as_table(name, rows), folder / f"{name}.parquet")


def run(path: Path, **parameters: str) -> None:
    """The code cells in order in one namespace, without a kernel: quick, and an exception is an exception."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for cell in cells(notebook, "code"):
        exec(compile(source(cell), path.name, "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names.update({name: value for name, value in parameters.items() if name in names})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("tables", [empty, ferry], ids=["no article", "three articles"])
def test_it_runs(path, tables, tmp_path, monkeypatch):
    write(tables(), tmp_path / "tables")
    annotated = [json.loads(p.read_text(encoding="utf-8")) for p in (ROOT / "data/gold/articles").glob("*.json")]
    about = {"url": None, "sha256": "", "path": ""}
    gold = [
        {**{key: article[key] for key in ("article_id", "date", "outlet", "title", "text")}, **about}
        for article in annotated
    ]
    write(empty(), tmp_path / "gold")
    pq.write_table(as_table("articles", gold), tmp_path / "gold" / "articles.parquet")
    monkeypatch.chdir(tmp_path)
    run(path, tables=str(tmp_path / "tables"), gold_tables=str(tmp_path / "gold"))
