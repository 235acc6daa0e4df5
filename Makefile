# Deep Learning Theory, Verified. Every target sets up what it needs; running one again does no work twice.

PYTHON ?= python3
PORT ?= 8000
JOBS ?=
MUTANTS ?=
HASHES ?=

CYCLONEDX := 7.5.0

BIN := .venv/bin
READY := .venv/.ready
INDEX := _build/html/index.html
PDF := deep-learning-theory-verified
TEXLEFT := $(addprefix $(PDF).,aux fdb_latexmk fls idx ilg ind out pdf toc xdv)

# each kernel and each process computes with one thread; several of them run side by side
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help pyodide book pdf tex test thorough notebooks verify reproduce mutants same kills platforms lock sbom lint serve benchmarks clean distclean

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
ifeq ($(HASHES),yes)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement tools/locked.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check setuptools wheel
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements.txt setuptools wheel
endif
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m dltheory pyodide || echo "the pages will say how to grade in the notebook; to try again: make pyodide"
	@touch $@

verify: $(READY) ## prove, check and attack every claim, changed or not
	@$(BIN)/python -m dltheory verify --all $(if $(JOBS),--jobs $(JOBS))

pyodide: $(READY) ## fetch Python for the reader's browser, once: pages then grade answers and run derivations
	@$(BIN)/python -m dltheory pyodide

# Sphinx reports a warning only when it reads the page: after a failed build every page is read again
# What has to be verified again is decided by what files say, not by their times.
book: $(READY) ## verify what changed, execute what changed, write the book
	@$(BIN)/python -m dltheory verify $(if $(JOBS),--jobs $(JOBS))
	@$(BIN)/jupyter-book build book --config _config.yml --toc "$(CURDIR)/_toc.yml" --path-output . -W -n --keep-going --quiet \
		|| { rm -rf _build/.doctrees; echo "the book was not built; the lines above say why"; exit 1; }
	@echo "the book is at $(CURDIR)/$(INDEX)"

tex:
	@sh book/_latex/check.sh

# The pages come first, and from them the PDF: both show one execution. Then the pages once more, which offer it. What TeX
# and latexmk left when they failed or were killed is deleted, or they would stumble over it, or not try again when the
# text has not changed. The date in the PDF is that of the commit: the same text gives the same bytes.
pdf: tex ## typeset the book as a PDF, from the same execution (needs TeX, see README)
	@$(MAKE) --no-print-directory book
	@$(BIN)/jupyter-book build book --config _config.yml --toc "$(CURDIR)/_toc.yml" --path-output . --builder latex -W -n --keep-going --quiet \
		|| { rm -rf _build/.doctrees; echo "the PDF was not made; the lines above say why"; exit 1; }
	@cd _build/latex && { [ ! -e unfinished ] || rm -f $(TEXLEFT); } && touch unfinished \
		&& LATEXOPTS="-interaction=nonstopmode -halt-on-error -file-line-error" XINDYOPTS= \
		SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git ls-files --error-unmatch ../../pyproject.toml >/dev/null 2>&1 && git log -1 --format=%ct || echo 0)} \
		latexmk -xelatex -silent $(PDF).tex >latexmk.log 2>&1 && rm unfinished || { rm -f $(PDF).pdf; \
		grep -E -A5 '^([^ ]+:[0-9]+:|!) ' $(PDF).log || tail -20 latexmk.log; \
		echo "the PDF was not made; more is in _build/latex/$(PDF).log"; exit 1; }
	@$(MAKE) --no-print-directory book
	@echo "the PDF is at $(CURDIR)/_build/latex/$(PDF).pdf"

# What is compiled once is kept: every process of the tests, and every process that a test starts, would compile it again.
test: book ## build the book, then test all of it
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Not in make test, which is waited for; continuous integration runs both.
thorough: book ## build, damage and repeat things again and again: are builds the same, is nothing damaged believed?
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "thorough and not slow"

notebooks: book ## execute every downloaded notebook in a fresh environment and an empty folder
	@$(BIN)/python -m pytest -m slow tests/test_notebooks.py

reproduce: $(READY) ## repeat the recorded long runs on the digits; see README for CIFAR-10
	@$(BIN)/python -m dltheory reproduce dropout --dataset digits --seeds 10
	@$(BIN)/python -m dltheory reproduce pruning --dataset digits --seeds 5
	@$(BIN)/python -m dltheory reproduce networks

mutants: $(READY) ## change derivations, experiments and claims, and look what notices (MUTANTS="--minutes 3")
	@$(BIN)/python tools/mutants.py $(MUTANTS)

same: $(READY) tex ## build twice, and after an edit of every kind: is it the same, byte for byte?
	@$(BIN)/python tools/same_bytes.py twice --pdf
	@$(BIN)/python tools/same_bytes.py edits
	@$(BIN)/python -m pytest --quiet -m slow tests/verifiedbook/test_same_bytes.py

kills: $(READY) ## kill verify, build and reproduce at thirty random moments: is what comes next right?
	@$(BIN)/python tools/kill.py

platforms: $(READY) ## ask a resolver whether every pin has a wheel for each promised Python and system
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@$(BIN)/python tools/platforms.py

lock: $(READY) ## write the hashes of all pins to tools/locked.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@echo "# Every distribution of requirements.txt and constraints.txt with the hashes of its files; made by make lock." >tools/locked.new
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--constraint constraints.txt requirements.txt >>tools/locked.new && mv tools/locked.new tools/locked.txt

sbom: $(READY) ## list everything that is installed as CycloneDX, _build/sbom.json
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@mkdir -p _build
	@$(BIN)/uv tool run --quiet --from cyclonedx-bom==$(CYCLONEDX) cyclonedx-py environment $(BIN)/python --output-reproducible -o _build/sbom.json

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

distclean: clean ## remove what was installed and fetched too
	@rm -rf .venv .pyodide src/*.egg-info
