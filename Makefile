# The commands of a developer and of continuous integration. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PACKAGES := config workflow accounts documents programmes applications scoring disbursements followup reporting demo
MESSAGES := --locale fr --locale ar --no-obsolete --no-wrap --add-location file --ignore "var/*" --ignore "tests/*" --ignore "static/vendor/*"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environment -------------------------------------------------------------------------------

.PHONY: setup setup-run lock vendor
setup:  ## Make the environment in .venv, with everything the tests and checks need
	@$(PYTHON) scripts/setup.py test

setup-run:  # what running needs, which is quicker
	@$(PYTHON) scripts/setup.py run

lock:  ## Pin the requirements again (UPGRADE=1 takes newer versions)
	@$(PYTHON) scripts/lock.py $(if $(UPGRADE),--upgrade)

vendor:  ## Fetch the pinned style sheets, icons and fonts again
	$(PY) scripts/vendor.py

# --- running -----------------------------------------------------------------------------------

.PHONY: demo bench
demo: setup-run  ## Load the demonstration programmes and serve them (ARGS=--no-server only loads)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo $(ARGS)

bench: setup  ## Time the pages and print the table (ARGS="--applications 1000")
	$(PY) -m benchmarks $(ARGS)

# --- tests and checks --------------------------------------------------------------------------

.PHONY: test test-quick check format messages collect-messages docs
test: setup  ## Run the tests (ARGS="tests/kernel -x")
	$(PY) -m pytest $(ARGS)

test-quick: setup  ## Run what takes two minutes: no browser, no second database, nothing long or slow
	$(PY) -m pytest -n 2 -m "not long and not slow and not browser and not postgres and not own_database" $(ARGS)

CHECKS := check-format check-lint check-types check-templates check-translations check-floors \
	check-migrations check-production check-security check-docs check-vendor
check: setup  ## Format, lint, types, templates, translations, floors, migrations, production, docs
	@$(PY) scripts/check.py $(CHECKS)

.PHONY: $(CHECKS)
check-format:
	$(VENV)/bin/ruff format --check .
check-lint:
	$(VENV)/bin/ruff check .
# Without a cache: the Django plugin remembers the relations that a model had before another package changed.
check-types:
	$(VENV)/bin/mypy --cache-dir=/dev/null
check-templates:
	$(VENV)/bin/djlint templates --lint --quiet
	$(PY) scripts/check_templates.py
	$(PY) scripts/bundle_css.py --check
check-translations:
	$(PY) scripts/check_translations.py
check-floors:
	$(VENV)/bin/lint-imports --no-cache
check-migrations:
	$(PY) manage.py makemigrations --check --dry-run
check-production:
	$(PY) scripts/check_production.py
check-security:
	$(VENV)/bin/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive $(PACKAGES) scripts
check-docs:
	$(PY) manage.py machines --check
	$(PY) scripts/who_can_read_what.py --check
check-vendor:
	$(PY) scripts/vendor.py --check

format:  ## Format the Python code and apply the safe fixes of the linter
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

messages: collect-messages  ## Collect the texts to translate into locale/ and compile the catalogues
	$(PY) manage.py compilemessages --ignore $(VENV)

collect-messages:
	mkdir -p locale
	$(PY) manage.py makemessages $(MESSAGES)

docs:  ## Write the generated pages of docs/ and the joined style sheets again
	$(PY) manage.py machines --write
	$(PY) scripts/who_can_read_what.py
	$(PY) scripts/bundle_css.py
