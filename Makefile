# Two commands: `make run` does the main job, `make test` checks everything. Both build .venv first, once.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3.10 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$p && break; done)
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CONFIG ?= configs/default.yaml

.PHONY: run test check lint types imports doctest pytest light clean test-portable

run: $(STAMP)  ## the main job: two official documents, from published text to leaderboard
	@$(BIN)/harness run $(CONFIG)

test: check doctest pytest  ## lint, types, import rules, the examples in docstrings, all tests

check: lint types imports

lint: $(STAMP)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .

types: $(STAMP)
	@$(BIN)/mypy

imports: $(STAMP)
	@$(BIN)/lint-imports --no-logo

# Only modules that have an example are imported: the others may need an extra, or seconds.
doctest: $(STAMP)
	@$(BIN)/python -m pytest -q -p no:xdist --doctest-modules $$(grep -rl --include='*.py' '>>> ' harness)

pytest: $(STAMP)  ## all tests, or some: make pytest ARGS="tests/stats -k power"
	@$(BIN)/python -m pytest -n auto $(ARGS)

# Scores and stored bytes must not hang on the processor: the numeric suites once more, without AVX-512.
test-portable: $(STAMP)
	@features="$$($(BIN)/python -m tests.processors)"; \
	if [ -z "$$features" ]; then echo "this processor has no AVX-512 that numpy uses: nothing to repeat" >&2; \
	else NPY_DISABLE_CPU_FEATURES="$$features" $(BIN)/python -m pytest -q -n auto \
		tests/stats tests/metrics tests/checks tests/gate tests/pipeline tests/corpus/test_official_documents.py; fi

light:  ## the light install in an environment of its own, and a first score; needs a package index
	@test -n "$(PYTHON)" || { echo "Python 3.10, 3.11 or 3.12 is needed, and none is on the PATH." >&2; exit 2; }
	@$(PYTHON) .ci/light.py

$(STAMP): pyproject.toml constraints.txt setup.py $(wildcard harness/metrics/lexical/*.pyx)
	@test -n "$(PYTHON)" || { echo "Python 3.10, 3.11 or 3.12 is needed, and none is on the PATH." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing pinned dependencies into $(VENV) (once)" >&2
	@$(BIN)/python -m pip install --quiet --upgrade -c constraints.txt pip setuptools wheel
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[all,dev]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
