# make setup   everything this project needs, into .venv
# make demo    the demo company on http://127.0.0.1:8000 (PORT=8000, FRESH=1 starts over); Ctrl-C stops it
# make test    all checks and all tests
# make check   the checks alone: style, types, borders, translations, migrations, licences
# make bench-import bench-run bench-pdf bench-paper   the benchmarks, each prints figure, floor and ratio
# make clean   removes what was made here: .venv, .demo, caches

PORT ?= 8000
FRESH ?=
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
TESTS ?= -n 2

.PHONY: help setup demo test check browser kannel bench-import bench-run bench-pdf bench-paper screenshots clean

help:
	@sed -n 's/^# //p' Makefile

setup: $(READY)
	@$(PY) tools/messages.py compile

# Again only where the locked packages or the set-up itself changed.
$(READY): uv.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh $(VENV)
	@touch $@

demo: setup
	@$(PY) -m saime.interchange.demo serve --directory .demo --port $(PORT) $(if $(FRESH),--fresh)

test: check browser kannel
	$(PY) -m pytest $(TESTS)

check: setup
	@sh tools/check.sh $(VENV)

browser: setup
	@sh tools/browser.sh

kannel:
	@sh tools/kannel.sh

bench-import bench-run bench-pdf bench-paper: setup
	$(PY) -m benchmarks.$(subst -,_,$@)

screenshots: setup browser
	$(PY) tools/screenshots.py

clean:
	@[ ! -d .demo ] || [ ! -x $(PY) ] || $(PY) -m saime.interchange.demo stop --directory .demo
	rm -rf $(VENV) .demo .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
