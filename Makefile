# Everything a developer does, in a few words. `make` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export UV_PYTHON_DOWNLOADS := never
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

BIN := .venv/bin
UV := $(BIN)/uv
STAMPS := .local/stamps
UV_VERSION := $(shell sed -n 's/^uv==//p' requirements/dev.in)
NODE_MINIMUM := 20

PURE := tests/domain tests/templates
MOTO := tests/adapters tests/functions tests/infra tests/cli tests/faults
E2E := tests/e2e

# Which stage `doctor`, `diff` and `deploy` mean.
STAGE ?= dev

.PHONY: help install demo test training layouts lint check format lock clean doctor diff deploy

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMPS)/node $(STAMPS)/project $(STAMPS)/ministack $(STAMPS)/awscli $(STAMPS)/examples ## what everything else needs, pinned; nothing global

demo: install ## the whole story on a local AWS; options: make demo ARGS="--keep"
	@$(BIN)/attune demo $(ARGS)

test: install $(STAMPS)/training ## lint, types, imports, then the three tiers of tests; exactly what CI runs
	@bash .ci/tests $(BIN) "$(PURE)" "$(MOTO)" "$(E2E)"

training: install $(STAMPS)/training ## what `attune train` fits with, pinned, in an environment of its own

lint: install ## ruff, mypy strict, import contracts
	@echo "lint: ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "lint: mypy" && $(BIN)/mypy
	@echo "lint: import contracts" && $(BIN)/lint-imports

check: install lint ## lint, and licences and locks of everything we depend on; asks nobody
	@echo "check: licences and locks" && $(BIN)/python .ci/audit.py

format: install ## let ruff format and repair what it can
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

lock: install ## re-lock requirements/*.in into hash-pinned *.txt
	@for name in lambda dev ministack awscli training; do \
	  echo "lock: requirements/$$name.txt"; \
	  (cd requirements && ../$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	    --python-version 3.13 --custom-compile-command "make lock" $$name.in --output-file $$name.txt); \
	done

layouts: $(STAMPS)/node ## compile the email layout: MJML to the HTML that is sent
	@node_modules/.bin/mjml templates/layouts/email.mjml -o templates/layouts/email.liquid \
	  --config.validationLevel strict --config.fonts '{}' && echo "layouts: templates/layouts/email.liquid"

doctor: install ## what the account lacks for a stage, before and after it is deployed: make doctor STAGE=prod
	@$(BIN)/attune doctor --stage $(STAGE)

diff: install ## what a deployment would change, read-only; also into .local/diff.md
	@bash .ci/diff $(STAGE)

deploy: install ## deploy all stacks of a stage, without asking again: make deploy STAGE=prod
	@npx cdk deploy --all --ci --no-color --require-approval never -c stage=$(STAGE)

clean: ## everything that make made, also the local AWS
	@if [ -x $(BIN)/attune ] && [ -f .local/state.json ]; then $(BIN)/attune local down; fi
	@rm -rf .venv .local node_modules cdk.out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "clean: done"

# Each step leaves a stamp; a second run does nothing.

$(BIN)/python: .python-version
	@python=$$(bash .ci/find-python) && echo "install: .venv with $$($$python --version)" && $$python -m venv --clear .venv
	@touch $@

$(UV): $(BIN)/python requirements/dev.in
	@echo "install: uv $(UV_VERSION)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(STAMPS)/dependencies: requirements/dev.txt $(UV)
	@echo "install: Python packages, as locked in requirements/dev.txt"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/dependencies
	@echo "install: attune itself, editable"
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/ministack: requirements/ministack.txt $(UV)
	@echo "install: the local AWS, as locked in requirements/ministack.txt"
	@mkdir -p $(STAMPS)
	@$(UV) venv --quiet --clear --python $(BIN)/python .local/ministack
	@$(UV) pip sync --quiet --python .local/ministack/bin/python --require-hashes requirements/ministack.txt
	@touch $@

$(STAMPS)/awscli: requirements/awscli.txt $(UV)
	@echo "install: the AWS CLI, for the examples, as locked in requirements/awscli.txt"
	@mkdir -p $(STAMPS)
	@$(UV) venv --quiet --clear --python $(BIN)/python .local/awscli
	@$(UV) pip sync --quiet --python .local/awscli/bin/python --require-hashes requirements/awscli.txt
	@touch $@

$(STAMPS)/training: requirements/training.txt $(UV)
	@echo "install: what models are trained with, as locked in requirements/training.txt"
	@mkdir -p $(STAMPS)
	@$(UV) venv --quiet --clear --python $(BIN)/python .local/training
	@$(UV) pip sync --quiet --python .local/training/bin/python --require-hashes requirements/training.txt
	@touch $@

$(STAMPS)/examples: examples/package-lock.json $(STAMPS)/node
	@echo "install: the AWS SDK for JavaScript, for the examples, as locked in examples/package-lock.json"
	@mkdir -p $(STAMPS) .local/examples && cp examples/package.json examples/package-lock.json .local/examples/
	@npm ci --prefix .local/examples --silent --no-fund --no-audit
	@touch $@

$(STAMPS)/node: package-lock.json
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
	  echo "Node is missing: the AWS CDK command line needs Node $(NODE_MINIMUM) or newer, with npm." >&2; \
	  echo "Install it from your system's packages or with a version manager, then run make again." >&2; exit 2; fi
	@found=$$(node --version); major=$${found#v}; major=$${major%%.*}; \
	if [ "$$major" -lt $(NODE_MINIMUM) ]; then \
	  echo "Node $$found is too old: the AWS CDK command line needs Node $(NODE_MINIMUM) or newer." >&2; \
	  echo "Install a newer one, put it first on PATH, then run make again." >&2; exit 2; fi
	@echo "install: AWS CDK command line, as locked in package-lock.json"
	@npm ci --silent --no-fund --no-audit
	@mkdir -p $(STAMPS) && touch $@
