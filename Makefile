# `make book` and `make test` set up all that they need; the other targets do too.
VENV := .venv
PYTHON := $(VENV)/bin/python
UV := $(VENV)/bin/uv
READY := $(VENV)/.ready
TOOLS := xelatex latexmk chromium pdftotext
APT_INSTALL := apt-get install --yes --quiet --no-install-recommends
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: book html pdf test test-slow lint notebooks verify bench exhibits results compare run-time release lock system clean

book: system $(READY)
	$(PYTHON) book/build.py html pdf

html: $(READY)
	$(PYTHON) book/build.py html

pdf: system $(READY)
	$(PYTHON) book/build.py pdf

test: system $(READY)
	$(PYTHON) -m pytest --numprocesses 2 --dist loadfile -m "not slow"

test-slow: $(READY)
	$(PYTHON) -m pytest -m slow

lint: $(READY)
	ruff check .
	ruff format --check .

notebooks: $(READY)
	mkdir -p notebooks
	jupytext --sync $(wildcard book/*.md)

verify: $(READY)
	$(PYTHON) -m spillover.paper.ledger.claims

bench: $(READY)
	$(PYTHON) -m benchmarks

# Every figure, table, equation and in-text number with the cell and functions that make it.
exhibits: $(READY)
	$(PYTHON) -m spillover.book.exhibit_list

# All numbers of the built book as one text; `make compare WITH=results.txt` sets two builds side by side.
results: $(READY)
	$(PYTHON) book/results.py write

compare: $(READY)
	$(PYTHON) book/results.py compare $(WITH)

# How long each chapter took when the book was last executed.
run-time: $(READY)
	$(PYTHON) book/run_time.py

release: book
	$(PYTHON) book/release.py

# Exact versions of everything, from the names in pyproject.toml.
lock: $(READY)
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	  --no-annotate --python-version 3.11 --extra book --extra test pyproject.toml \
	  --output-file requirements.txt
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

$(READY): requirements.txt pyproject.toml
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(PYTHON) || python3 -m venv $(VENV) || \
	  { [ "$$(id -u)" = 0 ] && apt-get update --quiet && $(APT_INSTALL) python3-venv && python3 -m venv $(VENV); }
	$(PYTHON) -m pip install --quiet uv
	$(UV) pip install --quiet --python $(PYTHON) --requirement requirements.txt
	$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	touch $(READY)

clean:
	rm -rf _build notebooks
