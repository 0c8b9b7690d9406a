# Every target sets up what it needs in .venv, and says so when that takes time.

PYTHON ?= python3
LABFLAGS ?=

PY := .venv/bin/python
READY := .venv/.installed
# What the panel in the browser is built from, by npm, when the package is installed.
TYPESCRIPT := $(addprefix labextension/,package.json package-lock.json tsconfig.json hatch_build.py) \
              $(shell find labextension/src labextension/style labextension/schema -type f)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help tour test test-full lint lab bench clean

help:
	@echo 'make tour       run the tour notebook, show what it shows, and re-check it with nbval'
	@echo 'make test       every fast test, and the re-check of the notebooks'
	@echo 'make test-full  every test'
	@echo 'make lint       style, types, and the map of modules'
	@echo 'make lab        open the tour in JupyterLab (LABFLAGS="--no-browser" and the like are passed on)'
	@echo 'make bench      measure speed and size'
	@echo 'make clean      remove caches and build results; .venv stays'

tour: $(READY)
	@$(PY) -m tests.tour
	@echo
	@echo 'Re-check by nbval: every cell runs again in a new kernel, and its output is compared with the notebook.'
	@$(PY) -m pytest --nbval --quiet --no-header notebooks/tour.ipynb
	@echo 'Every cell gave again what the notebook holds.'

test: $(READY)
	$(PY) -m pytest -m 'not slow'
	$(PY) -m pytest --nbval notebooks

test-full: $(READY)
	$(PY) -m pytest --seal-cells
	$(PY) -m pytest --nbval notebooks

lint: $(READY)
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache

# Without the extension of the tests that opens a port of its own.
lab: $(READY)
	$(PY) -m jupyterlab --ServerApp.jpserver_extensions=jupyter_server_mcp=False $(LABFLAGS) notebooks/tour.ipynb

bench: $(READY)
	$(PY) -m tests.benchmarks

clean:
	rm -rf build dist labextension/lib .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name .venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# The first of these that is new enough: PYTHON, then the versions by name.
$(PY):
	@found=; \
	for python in '$(PYTHON)' python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then \
	    found=$$python; break; \
	  fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "hermetic_nb needs Python 3.11 to 3.14, and '$(PYTHON)' is $$('$(PYTHON)' --version 2>/dev/null || echo 'not there'). Name another: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version)."; \
	"$$found" -m venv --clear .venv

# A changed file of the panel is built, and installed where Jupyter looks for it, by installing again.
$(READY): pyproject.toml $(TYPESCRIPT) | $(PY)
	@echo 'Installing hermetic_nb and what its tests need into .venv; the first time this takes some minutes.'
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
