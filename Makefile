# make run    installs what is needed, indexes corpus/, and serves the page
# make test   checks and tests everything
# make test-fast   style and the unit tests, within a minute: for the loop of writing
PYTHON ?= python3
VENV ?= .venv
# PyPI's torch for Linux brings gigabytes of libraries for graphics cards; PyTorch's own pages hold
# a build for processors, which pip prefers when it can reach them. Empty: PyPI's.
TORCH_LINKS ?= https://download.pytorch.org/whl/cpu/torch/

# How many processes share the tests: half of them each, then what the other has left.
TEST_PROCESSES ?= 2

# What install-dev adds to what the tests need: audio and ocr, for their own tests to run.
EXTRAS ?=

BIN = $(VENV)/bin
# A folder that `make wheelhouse` filled elsewhere: nothing is then fetched.
WHEELHOUSE ?=
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
    $(if $(WHEELHOUSE),--no-index --find-links $(WHEELHOUSE))

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-fast check wheelhouse advisories bench demo clean

help:
	@sed -n 's/^# make/make/p' Makefile

# make install, make install-dev   only install, into .venv
install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

run: install
	@# 4: done, but some files could not be read, as it has just said; the others are served.
	$(BIN)/assistant sync || test $$? -eq 4
	$(BIN)/assistant serve

test: check
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist worksteal

# Types are left to `make check`, and to property tests their full number of examples to `make test`.
test-fast: install-dev
	$(BIN)/ruff check .
	$(BIN)/python -m pytest tests/unit --quiet --hypothesis-profile quick \
	    --numprocesses $(TEST_PROCESSES) --dist worksteal

# make check  style, formatting and types
check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# make wheelhouse  gathers all that an installation takes, for a server without the internet
wheelhouse: | $(BIN)/python
	$(PIP) 'pip>=25.1' 'setuptools>=77,<85'
	$(BIN)/python -m pip download --quiet --dest wheelhouse --constraint constraints.txt \
	    $(if $(TORCH_LINKS),--find-links $(TORCH_LINKS)) '.$(if $(EXTRAS),[$(EXTRAS)])' 'setuptools>=77,<85'

# make advisories  looks up published faults of the packages; it asks PyPI, so not on the server
advisories: | $(BIN)/python
	$(PIP) pip-audit
	$(BIN)/python -m pip_audit --requirement constraints.txt --no-deps --disable-pip

# make bench  measures quality and speed
bench: install-dev
	$(BIN)/python -m bench

# make demo   writes the demonstration event again
demo: install-dev
	$(BIN)/python docs/demonstration/build.py

# make clean  removes what can be made again, but for the index
clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Il faut Python 3.11 ou plus récent : make PYTHON=/chemin/vers/python3.11" >&2; \
	    echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second run install nothing. torch goes first, alone: if its page can't be
# reached, the second line takes it from PyPI.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
ifneq ($(and $(TORCH_LINKS),$(if $(WHEELHOUSE),,yes)),)
	-@$(PIP) --retries 0 --timeout 15 --find-links $(TORCH_LINKS) torch
endif
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@# Before 25.1, pip knows no dependency groups.
	$(PIP) 'pip>=25.1'
	$(PIP) --editable '.$(if $(EXTRAS),[$(EXTRAS)])' --group dev
	@touch $@
