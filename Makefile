# Two commands for a machine that has only Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) >/dev/null 2>&1 && echo $(PYTHON) || echo python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: bench catalogue evaluate-text notebooks demo test install lint types clean

demo: $(VENV)/.core
	$(BIN)/matcher demo --out results/demo

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/pytest --numprocesses=2 --dist=loadfile --cov=matcher --cov-report=term
	$(BIN)/pytest --override-ini addopts= --quiet --numprocesses=2 --nbmake --nbmake-timeout=300 notebooks

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "matcher needs Python 3.11 or newer, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,all]'
	touch $@ $(VENV)/.core

# Figures beside their rivals, in one run. Needs the real data for the sets that it names.
# With AGAINST=CHECKOUT also beside the package of another checkout.
bench: $(VENV)/.dev
	$(BIN)/python tests/benchmarks/flow_against_greedy.py
	$(BIN)/python tests/benchmarks/flow_sizes.py
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/embedding_speed.py
	$(BIN)/python tests/benchmarks/top_k.py
	$(if $(AGAINST),$(BIN)/python tests/benchmarks/against.py $(AGAINST))

# How good the text likeness is, beside rivals. Needs the real data. With SOURCES=FOLDER TEACHER=FOLDER, see the card of
# the text map, each text is held out from what was learned.
evaluate-text: $(VENV)/.dev
	$(BIN)/python models/text_map/evaluate.py $(SOURCES) $(TEACHER)

# Brings the translations up to date with the source and lists what is left to translate.
catalogue: $(VENV)/.core
	$(BIN)/python tests/i18n/catalogue.py

# Runs the notebooks and keeps what they show.
notebooks: $(VENV)/.dev
	$(BIN)/pytest --override-ini addopts= --quiet --nbmake --nbmake-timeout=300 --overwrite notebooks

install: $(VENV)/.dev

clean:
	rm -rf $(VENV) results build dist .coverage .mypy_cache .pytest_cache .ruff_cache
