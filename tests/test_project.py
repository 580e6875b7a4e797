"""The repository keeps its promises: dependencies, budgets of the code, what may not be used, what importing does."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "src" / "analysis").rglob("*.py"))
LONGEST_FUNCTION = 50
# what article text must never reach: code, shells, format strings that it could fill, unescaped HTML
FORBIDDEN = re.compile(
    r"\bpickle\b|\beval\(|\bexec\(|yaml\.load\(|shell=True|allow_pickle|\.query\(|\.style\b|to_html\(.*escape=False|extractall"
    r"|render_links=True|read_pickle|display\(HTML|\bMarkdown\(|\bJavascript\("
)


def _names(requirements):
    return {re.sub(r"\s", "", r) for r in requirements}


def test_conda_installs_what_pip_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf8"))["dependencies"]
    plain = {r for r in conda if isinstance(r, str)} - {"pip"}
    assert _names(plain) == _names(project["dependencies"]) | {f"python{project['requires-python']}"}


@pytest.mark.parametrize(
    ("package", "floor"),
    [("jupyterlab", (4, 5, 7)), ("jupyter_server", (2, 20, 0)), ("nbconvert", (7, 17, 1)), ("pyarrow", (14, 0, 1))],
)
def test_security_floors_hold(package, floor):
    assert tuple(int(part) for part in metadata.version(package).split(".")[:3]) >= floor


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_public_functions_have_a_docstring_and_none_is_long(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path.name}:{node.lineno} {node.name} has {length} lines"
            if not node.name.startswith("_") and node.col_offset == 0 and path.stem != "__main__":
                assert ast.get_docstring(node), f"{path.name}:{node.lineno} {node.name} has no docstring"


@pytest.mark.parametrize(
    "path",
    [*MODULES, *sorted((ROOT / "notebooks").glob("*.ipynb"))],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_nothing_that_runs_text(path):
    assert not FORBIDDEN.findall(path.read_text(encoding="utf8"))


def test_only_the_command_line_prints():
    for path in MODULES:
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf8"))) if isinstance(n, ast.Call)]
        prints = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"]
        assert not prints or path.stem == "__main__", path.name


def test_importing_loads_no_pipeline_and_prints_nothing():
    code = (
        "import sys, analysis.tables; assert 'spacy' not in sys.modules;"
        "import analysis.extraction as e; assert not e._worker_pipeline.cache_info().currsize"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_bundled_pipeline_is_small():
    size = sum(path.stat().st_size for path in (ROOT / "src" / "analysis" / "model").rglob("*") if path.is_file())
    assert size <= 30_000_000


def test_what_is_left_out_of_the_version_of_the_rules_is_used_by_no_rule():
    """Else rows would be taken from the cache although what they depend on has changed."""
    from analysis.extraction import _NOT_RULES, HERE

    def imported(path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
                inner = node.module.split(".")[1:2]
                yield from inner or [alias.name for alias in node.names]

    for path in MODULES:
        module = path.relative_to(HERE).parts[0].removesuffix(".py")
        if module not in _NOT_RULES and module != "extraction":
            assert not _NOT_RULES & set(imported(path)), path.name


def test_the_marked_articles_are_well_marked():
    files = sorted((ROOT / "training" / "articles").glob("*.txt"))
    command = [sys.executable, ROOT / "training" / "articles.py", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stdout
