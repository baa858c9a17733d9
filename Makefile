# Two commands matter: `make run` and `make test`. Everything else is for people who change the portal.
# Needs Python 3.11 or later, git and make; everything else is installed under .venv/, node_modules/ and var/.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where Python may not write beside the sources, it keeps what it compiled under var/: compiling everything again in
# each process made a start three times as long.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(abspath $(or $(VAR_DIR),var))/bytecode
endif
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python cannot make a virtual environment: install its venv module (Debian: python3-venv)"; exit 1; }

$(VENV)/run.stamp: requirements/run.txt | $(PY)
	@echo "Installing what the portal needs"
	@$(PY) -m pip install --quiet --no-deps --no-compile --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/test.stamp: requirements/test.txt | $(PY)
	@echo "Installing what the tests need"
	@$(PY) -m pip install --quiet --no-deps --no-compile --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/run.stamp

.PHONY: run
run: $(VENV)/run.stamp ## Start the portal (PORT=8000, HOST=127.0.0.1); Ctrl-C stops it
	@$(PY) -m stack.vendor
	@exec $(PY) -m stack run --parent $$PPID

.PHONY: seed
SCALE ?= demo
seed: $(VENV)/run.stamp ## Fill the database with synthetic people and referrals (SCALE=demo)
	@$(PY) -m stack manage seed --scale $(SCALE)

.PHONY: manage
manage: $(VENV)/run.stamp ## Run a Django command: make manage DO="createsuperuser"
	@$(PY) -m stack manage $(DO)

.PHONY: backup
backup: $(VENV)/run.stamp ## Write the database and its checksums to var/backups/ (TO=folder)
	@$(PY) -m stack backup $(if $(TO),--to "$(TO)")

.PHONY: restore
restore: $(VENV)/run.stamp ## Restore a backup into an empty database and compare (FROM=folder)
	@$(PY) -m stack restore "$(or $(FROM),$(error Say which backup: make restore FROM=var/backups/...))"

# Three workers for two cores, since each of them often waits for a browser, a kill or a start; the order of the tests is
# tests/conftest.py's, the long ones first.
WORKERS := -n 3 --dist loadgroup --no-loadscope-reorder
.PHONY: test
test: $(VENV)/test.stamp ## Everything, on real servers and a real browser (ONLY=tests/patients for a part)
	@$(PY) -m stack.vendor --test
	@$(PY) -m stack.chromium
	@$(PY) -m pytest $(or $(ONLY),$(WORKERS))

RULES := */actions.py,*/actions/*,*/policies.py,*/states.py,bcf/metrics/*
.PHONY: coverage
coverage: $(VENV)/test.stamp ## The whole suite, and what it does not reach: 95 in all, 100 of the rules
	@$(PY) -m stack.vendor --test
	@$(PY) -m stack.chromium
	@$(PY) -m pytest $(or $(ONLY),$(WORKERS)) --cov --cov-report=term
	@$(PY) -m coverage report --include="$(RULES)" --fail-under=100

.PHONY: torture
torture: $(VENV)/test.stamp ## Kill the portal's processes at random under load and prove that nothing is lost (MINUTES=10 SEED=)
	@$(PY) -m stack.vendor
	@MINUTES="$(MINUTES)" SEED="$(SEED)" $(PY) -m tests.torture

.PHONY: bench
MEASURED = $(if $(filter file,$(origin SCALE)),llr,$(SCALE))
bench: $(VENV)/run.stamp ## Measure the portal at full size beside plain Django (SCALE=llr SECONDS=20 ROUNDS=3)
	@$(PY) -m stack.vendor
	@$(PY) -m bench measure --scale $(MEASURED) --seconds $(or $(SECONDS),20) --rounds $(or $(ROUNDS),3)

.PHONY: indexes
indexes: $(VENV)/run.stamp ## Ask PostgreSQL how it answers the hot pages, at full size (SCALE=llr)
	@$(PY) -m stack.vendor
	@$(PY) -m bench indexes --scale $(MEASURED)

.PHONY: check
check: $(VENV)/test.stamp ## Style, types, import directions, templates, migrations, production settings
	@$(PY) -m stack.check

.PHONY: fix
fix: $(VENV)/test.stamp ## Put style right where a tool can
	@$(VENV)/bin/ruff check --fix --quiet
	@$(VENV)/bin/ruff format --quiet

.PHONY: lock
UV := $(VENV)/bin/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lock: $(VENV)/test.stamp ## Lock the dependencies of pyproject.toml and package.json again
	@$(UV) -o requirements/run.txt
	@$(UV) --group dev -c requirements/run.txt -o requirements/test.txt
	@npm install --package-lock-only --ignore-scripts

.PHONY: clean
clean: $(VENV)/run.stamp ## Forget the demonstration's data: the next run starts with an empty database
	@$(PY) -m stack clean
