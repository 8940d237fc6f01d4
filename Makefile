# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev

.PHONY: demo test check proof lint types imports format screenshots clean

demo: $(READY)
	@$(BIN)/tuimail demo

test: $(DEV)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: lint types imports test

lint: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV)
	@$(BIN)/mypy

imports: $(DEV)
	@$(BIN)/lint-imports

proof: $(DEV)
	@PROOF_FULL=1 $(BIN)/python -m pytest -q -s -m proof --timeout 3600

screenshots: $(DEV)
	@$(BIN)/python -m tests.screenshots

format: $(DEV)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(READY): pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $(READY)

$(DEV): $(READY) pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $(DEV)

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist
