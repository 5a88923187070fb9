# `make book` and `make test` set up all that they need; the other targets do too.
# Any Python from 3.11 to 3.13: `make test PYTHON3=python3.13` (after `rm -r .venv`).
PYTHON3 := python3
VENV := .venv
PYTHON := $(VENV)/bin/python
UV := $(VENV)/bin/uv
READY := $(VENV)/.ready
TOOLS := xelatex latexmk chromium pdftotext
NEW_VENV = $(PYTHON3) -m venv --clear $(VENV)
APT_INSTALL := apt-get install --yes --quiet --no-install-recommends
COMPILE = $(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-annotate
# Files in their order: those that need a browser or a build, the longest, come early. Each process
# has one thread of linear algebra: several would wait for those of the other process.
PYTEST = OPENBLAS_NUM_THREADS=1 $(PYTHON) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# A list of fonts of our own: one that another installation left in the home may name files that are gone.
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib
# Modules are compiled once, also where the environment would have every process compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: book html pdf test coverage test-slow lint notebooks verify bench exhibits results compare simulations run-time catalogues lag passport release lock system clean

book: system $(READY)
	$(PYTHON) book/build.py pdf html

html: $(READY)
	$(PYTHON) book/build.py html

pdf: system $(READY)
	$(PYTHON) book/build.py pdf

test: system $(READY)
	$(PYTEST) -m "not slow"

# Which lines the suite runs; slower than the suite itself.
coverage: $(READY)
	$(PYTEST) -m "not slow" --cov spillover --cov-report term:skip-covered

test-slow: $(READY)
	$(PYTHON) -m pytest -m slow

lint: $(READY)
	ruff check .
	ruff format --check .
	lint-imports
	mypy

notebooks: $(READY)
	mkdir -p notebooks
	jupytext --sync $(wildcard book/*.md)

verify: $(READY)
	$(PYTHON) -m spillover.paper.ledger.claims

bench: $(READY) .venv-peers/.ready
	$(PYTHON) -m benchmarks
	$(PYTHON) -m benchmarks.peers

# Other packages, in an environment of their own.
.venv-peers/.ready: benchmarks/peers.txt $(READY)
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	$(UV) pip install --quiet --python .venv-peers/bin/python --requirement benchmarks/peers.txt
	touch $@

# Every figure, table, equation and in-text number with the cell and functions that make it.
exhibits: $(READY)
	$(PYTHON) -m spillover.book.exhibit_list

# All numbers of the built book as one text; `make compare WITH=results.txt` sets two builds side by side.
results: $(READY)
	$(PYTHON) book/results.py write

compare: $(READY)
	$(PYTHON) book/results.py compare $(WITH)

# Every stored long simulation, anew, by the command of its record; takes hours.
simulations: $(READY)
	$(PYTHON) book/rerun.py

# How long each chapter took when the book was last executed.
run-time: $(READY)
	$(PYTHON) book/run_time.py

# New and changed messages into the Chinese edition's catalogues; `make lag` lists what is left to do.
catalogues: html
	$(PYTHON) book/catalogues.py update

lag: $(READY)
	-$(PYTHON) book/catalogues.py check
	-$(PYTHON) book/catalogues.py todo

# CITATION.cff, codemeta.json, .zenodo.json, codecheck.yml and ro-crate-metadata.json, from what the project
# knows.
passport: $(READY)
	$(PYTHON) book/passport.py

release: book
	$(PYTHON) book/release.py

# Exact versions of everything, from the names in pyproject.toml: those that the oldest Python can
# have, for every Python.
lock: $(READY)
	$(COMPILE) --extra book --extra parquet --extra test pyproject.toml --output-file requirements.txt
	$(COMPILE) --extra book --extra parquet --extra test pyproject.toml --output-file requirements.txt \
	  --universal --constraint requirements.txt
	echo uv | $(COMPILE) --universal - --output-file bootstrap.txt
	$(PYTHON) -m spillover.project environment.yml

# Debian packages for the PDF and the browser tests, where we may install them.
system:
	@if ! { $(foreach tool,$(TOOLS),command -v $(tool) &&) true; } >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing the Debian packages of apt.txt"; \
	    apt-get update --quiet && DEBIAN_FRONTEND=noninteractive $(APT_INSTALL) $$(cat apt.txt); \
	  else \
	    echo "Not installed (no root): $$(tr '\n' ' ' < apt.txt)"; \
	  fi; \
	fi

# An environment without its stamp was interrupted half-way: it is made anew.
$(READY): bootstrap.txt requirements.txt pyproject.toml
	@$(PYTHON3) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON3=python3.13 ...")'
	test -e $@ || $(NEW_VENV) || \
	  { [ "$$(id -u)" = 0 ] && apt-get update --quiet && $(APT_INSTALL) python3-venv && $(NEW_VENV); }
	rm -f $@
	$(PYTHON) -m pip install --quiet --require-hashes --requirement bootstrap.txt
	$(UV) pip install --quiet --python $(PYTHON) --require-hashes --requirement requirements.txt
	$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf _build notebooks
	test -e $(READY) || rm -rf $(VENV)
