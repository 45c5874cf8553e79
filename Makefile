# What a newcomer types. Everything runs in .venv, made from the lock in requirements/; nothing else is installed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run shell unfit test live screenshots faults check lint format types layers deps docs docs-check bench ui lock clean

# The newest Python that runs and fits; a pyenv shim may be on the path and still refuse to start.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
FITS := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
VENV := .venv
PY := $(VENV)/bin/python
# An environment of a Python that is gone or does not fit is made anew, not used.
UNFIT := $(shell test ! -e $(VENV) || $(PY) $(FITS) 2>/dev/null || echo unfit)
NEDRA := $(VENV)/bin/nedra
STAMP := $(VENV)/installed
DEMO ?= demo
PORT ?= 3000
# Extras stay in the lock because older pips, told to want hashes, do not see that gql==4 satisfies gql[requests].
LOCK_COMMAND = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --custom-compile-command "make lock" pyproject.toml --extra postgres --extra celery

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## create .venv from the lock and install the project in it; does nothing when up to date

$(PY): $(UNFIT)
	@test -n "$(PYTHON)" && $(PYTHON) $(FITS) || { echo "Nedra needs Python 3.11, 3.12 or 3.13$(PYTHON:%=, which % is not): install one, or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "No virtual environment could be made. On Debian: apt-get install python3-venv"; exit 1; }

$(STAMP): $(PY) requirements/dev.txt pyproject.toml
	@echo "Installing from requirements/dev.txt (once; a minute or two)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## write a demo home if there is none, run all its years, print who met the obligation
	@test -d $(DEMO)/inbox || $(NEDRA) demo $(DEMO)
	@NEDRA_HOME="$(abspath $(DEMO))" DAGSTER_HOME="$(abspath $(DEMO))/dagster" $(NEDRA) run
	@echo "The commands of README.md work on this demo in the shell that make shell opens."

shell: setup ## a shell in which `nedra` is on the path and the demo is the home
	@export NEDRA_HOME="$(abspath $(DEMO))" DAGSTER_HOME="$(abspath $(DEMO))/dagster" PATH="$(abspath $(VENV))/bin:$$PATH"; \
	echo "NEDRA_HOME=$$NEDRA_HOME; nedra --help lists the commands; exit leaves."; exec $(SHELL)

test: setup ## all tests but those of `make live`, on all cores
	@$(PY) -m pytest --numprocesses auto --dist loadfile --ignore tests/live --ignore tests/faults

live: setup ## whole processes: killed, two at once, restored; web server, daemon, browser, broker (some minutes)
	@$(PY) -m pytest --numprocesses auto --dist loadfile tests/faults
	@$(PY) -m pytest tests/live

screenshots: setup ## click the operator's story and write the pictures of docs/operating.md
	@OPERATING_SCREENSHOTS=docs/images $(PY) -m pytest tests/live/test_operator_story.py

faults: setup ## many more faults than every day: 50 kills, hundreds of flipped bytes (some minutes)
	@FAULTS_MANY=1 $(PY) -m pytest --numprocesses auto tests/faults tests/warehouse

check: lint types layers deps docs-check ## everything that is looked at besides tests

lint: setup ## style
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

format: setup ## rewrite the code in the house style
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

types: setup ## static types
	@$(PY) -m mypy

layers: setup ## imports go one way
	@$(VENV)/bin/lint-imports --no-logo

deps: setup ## no unused and no undeclared dependency
	@$(VENV)/bin/deptry .

docs: setup ## rewrite the generated pages in docs/, and the facts of the SQL
	@$(PY) -m dbt_like_sql.facts
	@$(PY) -m pipelines.docs docs

docs-check: setup
	@$(PY) -m dbt_like_sql.facts --check
	@$(PY) -m pipelines.docs docs --check

bench: setup ## the year of 1,000 workbooks against one workbook at a time, and what history costs of it
	@$(PY) -m benchmarks
	@$(PY) -m benchmarks.history

# Either server that ends takes the other with it; bash leaves what it starts with & deaf to Ctrl-C, hence the trap.
ui: setup ## Dagster's web server and daemon on the demo home, its years computed, at http://127.0.0.1:3000
	@$(PY) -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	s.bind(("127.0.0.1", $(PORT)))' 2>/dev/null || { echo "Port $(PORT) is taken: end what listens there, or take another: make ui PORT=3001"; exit 1; }
	@test -f $(DEMO)/warehouse.db -a -f $(DEMO)/dagster/dagster.yaml || $(MAKE) --no-print-directory -o setup run
	@echo "The UI will be at http://127.0.0.1:$(PORT) in some seconds; Ctrl-C ends it and the daemon."
	@export NEDRA_HOME="$(abspath $(DEMO))" DAGSTER_HOME="$(abspath $(DEMO))/dagster"; log="$$DAGSTER_HOME/daemon.log"; \
	$(VENV)/bin/dagster-daemon run -w workspace.yaml >"$$log" 2>&1 & daemon=$$!; \
	$(VENV)/bin/dagster-webserver -w workspace.yaml -p $(PORT) & web=$$!; \
	trap 'exit 0' INT TERM; trap 'kill $$daemon $$web 2>/dev/null || true; wait' EXIT; \
	wait -n $$daemon $$web || true; kill -0 $$daemon 2>/dev/null || { echo "The daemon ended:"; tail -n 20 "$$log"; }; exit 1

lock: $(PY) ## resolve the dependencies again, with hashes
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	@mkdir -p requirements
	@$(LOCK_COMMAND) --output-file requirements/lock.txt $(LOCK_ARGS)
	@$(LOCK_COMMAND) --constraint requirements/lock.txt --group dev --output-file requirements/dev.txt $(LOCK_ARGS)

clean: ## remove .venv, caches, builds and the demo home
	@rm -rf $(VENV) $(DEMO) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
