# Loa's few verbs. Each sets up what it needs in .venv, once; the second time starts at once.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.PHONY: help demo run test check lint types bench lock clean

PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes

help:
	@echo 'make demo   the whole way without a token: a portal, the bot, a chat in your browser   (DEMO="--no-browser")'
	@echo 'make test   every test                                                                 (TEST="tests/rooms -x")'
	@echo 'make run    the bot, with the token in .env or the environment'
	@echo 'make check  format, lint, types and tests: what CI runs'
	@echo 'make bench  figures: make bench NAME=bench_search                                      (ARGS="...")'
	@echo 'make lock   pin the packages anew (needs uv)'
	@echo 'make clean  remove what was set up; var/ and .env stay'

demo: .venv/ready
	@$(PY) -m bot demo $(DEMO)

run: .venv/ready
	@$(PY) -m bot run

test: .venv/ready-dev
	@$(PY) -m pytest -n 2 --dist worksteal $(TEST)

check: lint types test

lint: .venv/ready-dev
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

types: .venv/ready-dev
	@$(PY) -m mypy

bench: .venv/ready-dev
	@test -n "$(NAME)" || { echo 'make bench NAME=... with one of:'; ls tests/bench | sed -n 's/\.py$$//p' | grep -v '^_'; exit 2; }
	@$(PY) -m tests.bench.$(NAME) $(ARGS)

LOCK := uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	@$(LOCK) -o requirements.lock
	@$(LOCK) --all-extras --group dev -c requirements.lock -o requirements-dev.lock

clean:
	@rm -rf .venv build test-output *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	@find bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that is new enough and can make a virtual environment.
.venv/made:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "Setting up .venv with $$($$python --version) ..."; \
	  $$python -m venv .venv && touch $@ && exit 0; \
	done; \
	echo 'Loa needs Python 3.11 or newer, with venv and pip (Debian, Ubuntu: apt install python3-venv).' >&2; \
	echo 'If it has another name here: make demo PYTHON=/path/to/python' >&2; exit 1

.venv/ready: .venv/made requirements.lock pyproject.toml
	@echo 'Installing what Loa runs on (once) ...'
	@$(PIP) -r requirements.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo 'Installing the tools for tests and checks (once) ...'
	@$(PIP) -r requirements-dev.lock
	@touch $@
