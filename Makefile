# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test check proof lint types imports format screenshots clean

demo: $(STAMP)
	@$(BIN)/tuimail demo

test: $(STAMP)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: lint types imports test

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

imports: $(STAMP)
	@$(BIN)/lint-imports

proof: $(STAMP)
	@PROOF_FULL=1 $(BIN)/python -m pytest -q -s -m proof --timeout 3600

screenshots: $(STAMP)
	@$(BIN)/python -m tests.screenshots

format: $(STAMP)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(STAMP): pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	@touch $(STAMP)

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist
