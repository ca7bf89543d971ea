# Every target is one line of Python or one command; see CONTRIBUTING.md.
# `python3 demo.py` and `python3 test.py` do the same as `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo dev serve check test test-fast fmt lint bench messages docs shots lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: ## run the demo operator (PORT=, SIZE=empty|standard|large, DATABASE_URL=)
	@$(PYTHON) demo.py $(ARGS)

test: ## run every test, on SQLite and on PostgreSQL + Redis
	@$(PYTHON) test.py $(ARGS)

test-fast: ## run the quick tests on SQLite (ARGS="-k clock" narrows)
	@$(PYTHON) test.py --fast $(ARGS)

check: ## everything CI runs: lint, types, imports, licences, docs, tests
	@.ci/run

dev: ## prepare the checkout for work: packages, front end, translations
	@$(PYTHON) tools/bootstrap.py dev

serve: ## run web, live and worker processes on DATABASE_URL
	@$(PYTHON) tools/bootstrap.py base
	@$(BIN)/sunline serve $(ARGS)

fmt: ## format the code and sort its imports
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .

lint: ## ruff, mypy and import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: ## measure operations, latency and CPU on PostgreSQL (bench/README.md)
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/python -m bench.run $(ARGS)
	@$(BIN)/python -m bench.assignment && $(BIN)/python -m bench.groups

messages: ## extract, update and compile the translations
	@$(BIN)/sunline messages extract && $(BIN)/sunline messages compile

docs: ## serve the documentation on http://127.0.0.1:8001
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --dev-addr 127.0.0.1:8001

shots: ## take the screenshots of README and docs from the demo
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/sunline shots docs/img

lock: ## pin the packages anew from requirements/*.in and package.json
	@for name in base dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header $(ARGS) \
	  requirements/$$name.in -o requirements/$$name.txt; done
	@$(PYTHON) tools/bootstrap.py npm install --package-lock-only --ignore-scripts
	@$(BIN)/python tools/licences.py --write

clean: ## remove what the commands above made (the demo's data too)
	rm -rf var .cache site build node_modules src/sunline/web/static/dist .venv
