# Everything runs from a venv in this checkout; the first target that needs it makes it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# most tests wait for something most of the time
WORKERS := $(shell $(PYTHON) -c "import os; print(2 * (os.cpu_count() or 1))")

# each is a bot, or several, a database and a workspace, which wait for one another; longest first, one by one
STORMS := $(shell $(PYTHON) -c "import os; print(1 + (os.cpu_count() or 1))")
STORMING = -n $(STORMS) --dist load --maxschedchunk 1 $(shell grep -rl "mark\.storm" tests --include="test_*.py")

# each is a Chromium of several processes
BROWSERS ?= 2

CORPUS ?= ../shared/corpus

UPGRADE ?= --upgrade

# --must-look: fail where known vulnerabilities cannot be asked for
AUDIT ?=

# where it is set, every process that a test starts compiles all there is
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet

# uv takes a third of pip's time; where it finds no packages (only pip knows this machine's index), pip does it
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@{ $(PIP) --require-hashes -r $(VENV)/uv.txt \
		&& $(UV) --require-hashes -r requirements.lock \
		&& $(UV) --no-deps --no-build-isolation -e . ; \
	} || { echo "uv could not; pip installs, which takes longer." \
		&& $(PIP) --require-hashes -r requirements.lock \
		&& $(PIP) --no-deps --no-build-isolation -e . ; \
	}
	@touch $(READY)

setup: $(READY)  ## Make the venv and install what is locked

demo: $(READY)  ## Replay an incident in a Slack workspace on this machine (ARGS="--headless --out DIR")
	@$(BIN)/scribe demo $(ARGS)

run: $(READY)  ## Connect to your Slack workspace (reads .env)
	@$(BIN)/scribe run

test: $(READY)  ## Run the tests (ARGS="-k words" for some)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not storm and not browser and not vendors and not every" $(ARGS)

every: $(READY)  ## Run the others, of which `make test` runs some: long lists, the whole bot, all examples
	@ALL_EXAMPLES=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal \
		-m "(every or hypothesis) and not storm and not browser and not vendors" $(ARGS)

test-pythons:  ## Run the tests with the lowest and the highest Python this machine has of those Scribe runs on
	@pythons=$$($(PYTHON) .ci/pythons.py); \
	[ -n "$$pythons" ] || echo "No Python from 3.11 to 3.14 is here to test with."; \
	for python in $$pythons; do \
		echo "With $$($$python --version), $$python"; \
		$(MAKE) --no-print-directory test PYTHON=$$python VENV=.venvs/$$(echo $$python | tr / -) || exit 1; \
	done

ROOMS ?= tests/bot tests/storage

test-highest:  ## Run the tests of ROOMS (bot and storage) with the highest Python that is here, if `make test` has another
	@highest=$$($(PYTHON) .ci/pythons.py | tail -n 1); \
	if [ -z "$$highest" ] || [ "$$($$highest --version)" = "$$($(PYTHON) --version)" ]; then \
		echo "There is no higher Python here than the one that was tested with."; \
	else \
		echo "With $$($$highest --version), $$highest"; \
		$(MAKE) --no-print-directory test PYTHON=$$highest VENV=.venvs/$$(echo $$highest | tr / -) ARGS="$(ROOMS) $(ARGS)"; \
	fi

test-browser: $(READY)  ## Drive the page with Chromium; a picture of every step is left in browser-out
	@rm -rf browser-out
	@$(BIN)/pytest -n $(BROWSERS) -m browser tests/browser $(ARGS)

storm: $(READY)  ## Run the tests that take minutes: kills, two replicas, Slack's real pace
	@STORM_PATIENCE=$${STORM_PATIENCE:-120} $(BIN)/pytest $(STORMING) -m storm $(ARGS)

PRISM := tests/vendors/node_modules/.ready

$(PRISM): tests/vendors/package.json tests/vendors/package-lock.json tests/vendors/.npmrc
	@cd $(@D)/.. && npm ci --loglevel=error
	@touch $@

storm-short: $(READY)  ## Run a part of the storm, with 5 kills instead of 20: one of each kind of trouble
	@STORM_PATIENCE=$${STORM_PATIENCE:-120} STORM_KILLS=$${STORM_KILLS:-5} \
		$(BIN)/pytest $(STORMING) -m "storm and not every" $(ARGS)

collect: $(READY)  ## Look for the tests once, so that not each worker compiles them
	@$(BIN)/pytest --collect-only --quiet --quiet

vendors: $(READY) $(PRISM)  ## Hold what goes to vendors, and what their fakes answer, to the vendors' files by Prism (needs npm)
	@$(BIN)/pytest -n $(STORMS) --dist loadgroup -m vendors tests/vendors $(ARGS)

walk: $(READY)  ## Run the tutorial's commands word for word: two replicas over HTTP on PostgreSQL, backup, restore
	@$(BIN)/python -W "ignore:XDG_RUNTIME_DIR" -m tests.walk

torture: $(READY)  ## Kill the bot 200 times in each storm (STORM_KILLS=50, STORM_SEED=1 for another)
	@STORM_KILLS=$${STORM_KILLS:-200} $(BIN)/pytest tests/e2e/storm -s -p no:logging -rA $(ARGS)

merge: $(READY)  ## Draft made-up histories again 100,000 times (MERGE_ROUNDS=5000 for fewer)
	@MERGE_ROUNDS=$${MERGE_ROUNDS:-100000} $(BIN)/pytest -n $(WORKERS) tests/bot/postmortem/merge $(ARGS)

check: $(READY)  ## Format, lint, types, the arrows between rooms, dependencies, what is shipped
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/kubernetes-validate --quiet --strict deploy/kubernetes/*.yaml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/python -m release.audit $(AUDIT)

corpus: $(READY)  ## Run the tests of real incidents on a folder of them (CORPUS=folder, else ../shared/corpus)
	@if [ -d "$(CORPUS)" ]; then \
		SCRIBE_CORPUS="$(abspath $(CORPUS))" $(BIN)/pytest -n $(WORKERS) -m corpus -v $(ARGS); \
	else \
		echo "There is no folder of published incidents at $(CORPUS): name one, make corpus CORPUS=folder."; exit 1; \
	fi

bench: $(READY)  ## Measure what Scribe can do; print a table and write benchmarks/results.json (ARGS="--quick")
	@$(BIN)/python -m benchmarks $(ARGS)

reference: $(READY)  ## Write the pages of docs/reference from the code they describe
	@$(BIN)/python -m reference

docs: $(READY)  ## Build the documentation into site/ (ARGS="serve" instead shows it while you write)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(or $(ARGS),build --strict --quiet)

LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --extra sentry --extra otel --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: $(READY)  ## Pin every dependency again (UPGRADE= keeps the versions there are)
	$(LOCK) --extra dev $(UPGRADE) -o requirements.lock
	$(LOCK) --constraint requirements.lock -o requirements.run.lock

# npm leaves out the registry's addresses (.npmrc), and no addresses of those who ask for money
define NO_ADDRESSES
const fs = require("fs"), lock = JSON.parse(fs.readFileSync("package-lock.json"));
for (const one of Object.values(lock.packages)) delete one.funding;
fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");
endef
export NO_ADDRESSES

lock-vendors:  ## Pin Prism and what it needs again (needs npm)
	cd tests/vendors && npm install --package-lock-only && node -e "$$NO_ADDRESSES"

release: $(READY)  ## Make a release of what is committed in dist/ (ARGS="--rehearse" with the notes of what is unreleased)
	@$(BIN)/python -m release $(ARGS)

clean:  ## Forget the venv and everything that was built
	rm -rf $(VENV) .venvs *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis demo-out browser-out site dist build tests/vendors/node_modules

.PHONY: help setup demo run test every test-pythons test-highest test-browser storm storm-short collect vendors walk torture merge check corpus bench reference docs lock lock-vendors release clean
