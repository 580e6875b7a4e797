"""The recipes of the README: their commands are ours, systemd and YAML accept them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from analysis import ROOT
from analysis.__main__ import _parser

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def commands() -> list[str]:
    text = "\n".join(text for name, text in BLOCKS if name in ("cron", "ini"))
    return [line.split("#")[0] for line in re.findall(r"-m analysis (.*?)(?: >\S+)?$", text, re.MULTILINE)]


def test_every_command_is_one_of_ours():
    assert len(commands()) == 2
    for command in commands():
        args = _parser().parse_args(shlex.split(command))
        assert (args.keep, str(args.corpus[0])) == (14, "/srv/articles")


def test_the_cron_line_has_five_fields_and_a_command():
    [text] = blocks("cron")
    fields = text.splitlines()[1].split(maxsplit=5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5])
    assert fields[5].startswith("cd /srv/versions && .venv/bin/python -m analysis report")
    assert "%" not in fields[5], "cron takes a percent sign for the end of the line"


def test_systemd_accepts_service_and_timer(tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for text in blocks("ini"):
        name = re.match(r"# \S+/(\S+)", text)[1]
        here = text.replace("/srv/versions/.venv/bin/python", sys.executable).replace("/srv/versions", str(tmp_path))
        (tmp_path / name).write_text(here)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


def test_the_workflow_is_yaml_that_runs_make_with_least_rights():
    [text] = blocks("yaml")
    workflow = yaml.safe_load(text)
    [run] = [step["run"] for step in workflow["jobs"]["reports"]["steps"] if "run" in step]
    assert run == "make reports CORPUS=articles KEEP=14"
    used = {
        step["uses"].split("@")[0]: step.get("with", {})
        for step in workflow["jobs"]["reports"]["steps"]
        if "uses" in step
    }
    assert {name: set(given) for name, given in used.items()} == {
        "actions/checkout": set(),
        "actions/setup-python": {"python-version"},
        "actions/cache": {"path", "key", "restore-keys"},
        "actions/upload-artifact": {"name", "path"},
    }
    assert used["actions/upload-artifact"]["path"].split("\n") == [
        "build/reports/current",
        "build/reports/*.failed.html",
    ]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True]["schedule"] == [{"cron": "15 3 * * *"}]  # "on" is yes in YAML 1.1


def test_make_passes_what_it_is_given():
    command = ["make", "-n", "-o", ".venv/ready", "reports", "CORPUS=a b", "TABLES=t", "OUT=o", "KEEP=3", "JOBS=2"]
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=alone).stdout
    args = _parser().parse_args(shlex.split(said.split("-m analysis ")[1]))
    assert (str(args.corpus[0]), str(args.tables), str(args.out), args.keep, args.jobs) == ("a b", "t", "o", 3, 2)
