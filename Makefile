# Deep Learning Theory, Verified. Every target sets up what it needs; running one again does no work twice.

PYTHON ?= python3
PORT ?= 8000
JOBS ?=

BIN := .venv/bin
READY := .venv/.ready
SOURCES := $(shell find src results -type f -not -path '*/__pycache__/*' -not -path '*.egg-info/*' 2>/dev/null)
INDEX := _build/html/index.html

# each kernel and each process computes with one thread; several of them run side by side
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help book test verify lint serve benchmarks clean distclean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1 \2/p' $(MAKEFILE_LIST) | while read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

$(READY): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is %d.%d; name one with: make PYTHON=python3.12 book" % sys.version_info[:2])'
	@echo "setting up .venv with the pinned dependencies; this happens once and takes a few minutes"
	@$(PYTHON) -m venv .venv
ifeq ($(TORCH),cpu)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --torch-backend cpu $$(grep -E '^torch(vision)?==' requirements.txt)
endif
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements.txt setuptools wheel
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# a record that was deleted is made again, even if nothing else changed
ifeq ($(wildcard _build/claims.json),)
.PHONY: _build/.verified
endif
_build/.verified: $(READY) $(SOURCES)
	@$(BIN)/python -m dltheory verify $(if $(JOBS),--jobs $(JOBS))
	@touch $@

verify: $(READY) ## prove, check and attack every claim
	@$(BIN)/python -m dltheory verify $(if $(JOBS),--jobs $(JOBS))
	@touch _build/.verified

# Sphinx reports a warning only when it reads the page: after a failed build every page is read again
book: _build/.verified ## verify what changed, execute what changed, write the book
	@$(BIN)/python -m dltheory verify --labels-only
	@$(BIN)/jupyter-book build book --config _config.yml --toc "$(CURDIR)/_toc.yml" --path-output . -W -n --keep-going --quiet \
		|| { rm -rf _build/.doctrees; echo "the book was not built; the lines above say why"; exit 1; }
	@echo "the book is at $(CURDIR)/$(INDEX)"

test: book ## build the book, then run every test
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY) ## check style and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary

serve: book ## show the book at http://localhost:8000 (PORT=...)
	@echo "http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --directory _build/html $(PORT)

benchmarks: $(READY) ## measure what is claimed about speed, as ratios
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## remove everything built
	@rm -rf _build

distclean: clean ## remove the virtual environment too
	@rm -rf .venv src/*.egg-info
