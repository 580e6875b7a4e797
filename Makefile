# Two commands do everything: `make reports` and `make test`. `make bench` measures speed, memory and accuracy beside peers.
PYTHON ?= $(shell for v in 3.13 3.12 3.11; do command -v python$$v >/dev/null && python$$v -c 'import ensurepip, venv' 2>/dev/null && { echo python$$v; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= data/corpus
OUT ?= build/reports
TABLES ?= build/tables
KEEP ?= 1
JOBS ?= 1
ROUNDS ?= 5
CNN ?= build/cnn
CORPORA ?=

.PHONY: reports test lab doctor bench clean
export OMP_NUM_THREADS ?= 1

reports: $(VENV)/ready
	$(BIN)/python -m analysis report "$(CORPUS)" --tables "$(TABLES)" --out "$(OUT)" --jobs $(JOBS) --keep $(KEEP)

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

lab: $(VENV)/ready
	$(BIN)/jupyter lab notebooks

doctor: $(VENV)/ready
	$(BIN)/python -m analysis doctor

bench: $(VENV)/bench
	@$(BIN)/python benchmarks/bench.py "$(CORPUS)" --rounds $(ROUNDS) --cnn "$(CNN)" $(if $(CORPORA),--corpora "$(CORPORA)")

# Made anew when the dependencies change; the stamp comes last, so that a broken install is never taken for a whole one.
$(VENV)/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, with venv; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(VENV)/bench: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

clean:
	rm -rf build $(VENV)
