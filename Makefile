# What can be done here; `make help` lists it. Nothing is needed but make and Python 3.11 or newer.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=8 --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help setup demo test acceptance soak bench check lint format readme picture lock clean stale

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# `.venv` is up to date if its stamp is newer than what it was made from, names this folder, and its Python still exists.
stale:
.venv/stamp: requirements.lock pyproject.toml $(shell test -x $(BIN)/python && grep -qsxF "$(CURDIR)" .venv/stamp || echo stale)
	@$(PYTHON) tools/bootstrap.py

setup: .venv/stamp ## make .venv as requirements.lock says; the other targets do this by themselves

demo: setup ## try a made-up shop: nothing to set up, nothing left behind
	@$(BIN)/supportcli demo

test: setup ## run the tests (at most five minutes)
	@$(PYTEST) -m 'not acceptance and not soak'

acceptance: setup ## run the long tests: kills, bursts, 100,000 tickets; LONG=1 for 100,000 ticket histories
	@THOROUGH=1 $(PYTEST) -m 'acceptance or thorough' $$(grep -lr --include='test_*.py' -e 'mark\.acceptance' -e 'long_but' -e 'postgres_later' -e 'thorough' tests)

soak: setup ## try every fault at full size (about 90 minutes), then new examples of the properties until one fails; FAULTS="kills cuts" for some faults only
	@SOAK=1 $(PYTEST) $(if $(FAULTS),$(FAULTS:%=tests/faults/test_%.py),tests/faults)
	@$(if $(FAULTS),:,while HYPOTHESIS_PROFILE=soak $(PYTEST) -m hypothesis; do :; done)

bench: setup ## measure against peers and limits; prints ratios (GOALS="P7 P8" for some)
	@$(BIN)/python -m benchmarks $(GOALS)

check: lint test ## everything that must hold before a commit

lint: setup ## format, rules, types, direction of imports, dead code
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

format: setup ## format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

readme: setup ## update the documents' tables of commands and keys
	@$(BIN)/python -m tools.readme

picture: setup ## update the README's picture of the inbox
	@$(BIN)/python -m tools.picture

lock: ## resolve the dependencies again (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml --group dev --extra postgres --extra demo --extra oauth --extra web --extra images --upgrade -o requirements.lock

clean: ## remove .venv and what the tools left
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
