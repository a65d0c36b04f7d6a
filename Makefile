# Everything that a developer or a machine does with mentorNET; `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin
SETUP := @$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("mentorNET needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")' \
	&& exec $(PYTHON) -B deploy/setup/environment.py
# One more than two cores: tests wait for browsers and servers a quarter of their time.
WORKERS ?= 3
SOURCES := config.py wsgi.py api models network realtime web

# Tests start hundreds of processes; they need not compile the sources each for itself. Git ignores what it
# leaves, and `make clean` removes it.
test soak coverage: export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help run run-two test test-two check format lint types imports security translated coverage bench soak \
	translations migration setup setup-tests locks clean

help: ## List what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up what is missing and serve the demo on http://127.0.0.1:5000 (PORT=... for another)
	@exec env MENTORNET_DEMO=1 $(BIN)/python deploy/setup/tether.py $(BIN)/mentornet run

test: setup-tests ## Set up what tests need and run all of them (T=path for some)
	@exec $(BIN)/python tests/once_more.py -n $(WORKERS) --dist worksteal -m "not soak" $(T)

run-two: setup-tests ## The demo as two workers over PostgreSQL and Redis (PORT=... for another than 5000)
	@exec $(BIN)/python deploy/setup/tether.py $(BIN)/python -m tests.two

test-two: setup-tests ## The same tests of the live channel with two processes: every other person at the second
	@TEST_PROCESSES=2 exec $(BIN)/pytest -n $(WORKERS) --dist worksteal $(or $(T),tests/realtime)

check: setup-tests ## Everything that must be right before a commit: format, lint, types, imports, tests, coverage
	@$(MAKE) --no-print-directory lint types imports security translated coverage

bench: setup-tests ## Run the benchmarks; results also as JSON under bench/results/
	@exec $(BIN)/python -m bench

soak: setup-tests ## Run the long fault tests (at most 45 minutes); what they find is in docs/soak.md
	@exec $(BIN)/pytest -m soak --session-timeout=2700 --soak-report=docs/soak.md $(T)

format: setup-tests ## Bring the code into its form
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .

lint: setup-tests ## Check form and habits
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup-tests ## Check types
	$(BIN)/mypy

imports: setup-tests ## Check the walls of the house
	$(BIN)/lint-imports --no-logo

security: setup-tests ## Look for dangerous calls
	$(BIN)/bandit -q --severity-level high -c pyproject.toml -r $(SOURCES)

translated: setup-tests ## Check that every text is marked and translated
	$(BIN)/python -B deploy/setup/translations.py check

coverage: setup-tests ## Run the tests and show what they do not reach
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not soak" --cov --cov-report=term

translations: setup-tests ## Collect new texts into translations/*/LC_MESSAGES/messages.po
	$(BIN)/python -B deploy/setup/translations.py collect

migration: setup-tests ## Write a migration from the models: make migration m="add goals"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add goals"' >&2; exit 2; }
	$(BIN)/alembic revision --autogenerate -m "$(m)"

setup: ## Set up what running needs
	$(SETUP) run

setup-tests: ## Set up what tests need
	$(SETUP) test

LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11
locks: setup-tests ## Pin the newest versions that requirements*.in allow
	$(LOCK) --upgrade requirements.in -o requirements.txt
	$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt
	$(LOCK) --upgrade requirements-build.in -o requirements-build.txt
	echo uv | $(LOCK) --upgrade - -o deploy/requirements-setup.txt

clean: ## Remove everything that set-up and tests have made (your data stays)
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov
	find . -name __pycache__ -prune -exec rm -rf {} +
