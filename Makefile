# Needs Python, make and bash (and git, to test the wheel); everything else is installed under .venvs/, from hashed files, one
# environment per Python.
# (Not under .venv/: poetry and uv take that for their own, and poetry clears it when it looks strange.)
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ifeq ($(filter $(VERSION),3.9 3.10 3.11 3.12 3.13),)
$(error PYTHON=$(PYTHON) is to be a Python of 3.9 to 3.13; what runs by that name says '$(VERSION)')
endif

ENV := .venvs/$(VERSION)
BIN := $(ENV)/bin
# On all cores, a file of tests on one of them.
PYTEST := python -m pytest -n auto --dist loadfile
LOCK := .venvs/$(VERSION)-lock/bin
INSTALL := -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation

# $(call environment,FOLDER,FILES): a new environment that holds these requirements and nothing else. What builds comes
# first, as one dependency has no wheel and pip's build isolation would fetch without looking at hashes.
define environment
@echo "Setting up $(1)"
@$(PYTHON) -m venv --clear $(1)
@for file in build $(2); do $(call install,$(1)/bin/python,requirements/$$file.txt) || exit; done
endef

# $(call install,PYTHON,FILE): install what a file lists, with a dot for each package. Errors are shown; warnings never were.
install = printf '  %s ' $(2); PYTHONUNBUFFERED=1 $(1) $(subst -qq,--no-color,$(INSTALL)) --require-hashes -r $(2) \
	2> >(grep -v '^WARNING' >&2) | while read -r line; do case $$line in \
		Collecting*) printf .;; Installing*) printf ' installing ';; 'Successfully installed'*) echo done;; esac; done

# $(call compile,FOLDER,OPTIONS): resolve pyproject.toml there. What a file already pins stays while it still fits.
UV = UV_PYTHON_DOWNLOADS=never $(CURDIR)/$(LOCK)/uv pip compile --quiet --python $(CURDIR)/$(LOCK)/python \
	--python-version 3.9 --universal --generate-hashes --custom-compile-command 'make lock'
define compile
@cd $(1)/requirements && $(UV) $(2) lock.in -o lock.txt
@cd $(1) && $(UV) $(2) --group build -o requirements/build.txt
@cd $(1) && $(UV) $(2) pyproject.toml --extra cli --extra postgres --group test --group check -c requirements/build.txt -o requirements/dev.txt
@cd $(1) && $(UV) $(2) --group bench -c requirements/dev.txt -o requirements/bench.txt
@cd $(1) && $(UV) $(2) --group docs -c requirements/dev.txt -o requirements/docs.txt
@cd $(1) && $(UV) $(2) pyproject.toml --extra cli --extra postgres --resolution lowest-direct -o requirements/lowest.txt
endef

.PHONY: help test test-thorough check check-lock format demo bench bench-plot bench-stores docs
.PHONY: wheel dist test-wheel test-install test-lowest test-newest lock upgrade clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "PYTHON=python3.12 make ... uses another Python, in an environment of its own."

test: $(ENV)/ready ## Run the tests
	$(BIN)/$(PYTEST) $(ARGS)

test-thorough: $(ENV)/ready ## Run the tests with many more examples, for minutes
	MSC_THOROUGH=1 $(BIN)/$(PYTEST) --hypothesis-profile=thorough $(ARGS)

check: $(ENV)/ready ## Check style, types and that the locks are fresh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(MAKE) --no-print-directory check-lock

# A newer release somewhere does not make a lock stale: the files themselves are where the resolving starts from.
check-lock: $(LOCK)/ready
	@rm -rf build/lock && mkdir -p build/lock && cp -R pyproject.toml requirements build/lock
	$(call compile,build/lock)
	@diff -r requirements build/lock/requirements || { echo "requirements/ is stale: make lock"; exit 1; }
	@said=$$($(LOCK)/poetry check --lock 2>&1) || { echo "$$said"; exit 1; }
	@echo "The locks are fresh."

format: $(ENV)/ready ## Format the code and repair what ruff can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

demo: $(ENV)/ready ## Show the package at work in a running saga
	@$(BIN)/python -m examples.demo
	@echo
	@$(BIN)/python -W ignore -m examples.replicas

bench: $(ENV)/bench ## Measure against stock minos and others
	$(BIN)/python -m benchmarks $(ARGS)

bench-stores: $(ENV)/bench ## Measure storing sagas in LMDB and in PostgreSQL alone
	$(BIN)/python -W ignore -m benchmarks.stores $(ARGS)

bench-plot: $(ENV)/bench ## Draw what was measured
	$(BIN)/python -m benchmarks.plot $(ARGS)

docs: $(ENV)/docs ## Build the documentation into build/site
	DISABLE_MKDOCS_2_WARNING=true NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

wheel: $(ENV)/ready ## Build the wheel into dist/
	rm -rf dist
	$(BIN)/python -m pip wheel -qq --no-deps --no-build-isolation --wheel-dir dist .

# The tests run in a copy of the checkout without the packages, where only the installed wheel can be imported.
test-wheel: wheel ## Test the built wheel, installed
	$(call environment,$(ENV)-wheel,dev)
	$(ENV)-wheel/bin/python $(INSTALL) dist/*.whl
	for file in minos/plugins/saga_context.py minos-stubs/saga/context.pyi minos_saga_context/py.typed \
			_minos_saga_context_pytest.py; do \
		$(BIN)/python -m zipfile -l dist/*.whl | grep "^$$file " || { echo "not in the wheel: $$file"; exit 1; }; done
	rm -rf build/wheel && mkdir -p build/wheel
	git ls-files -z --cached --others --exclude-standard ':!minos' ':!minos-stubs' ':!minos_saga_context' ':(exclude)_*.py' | \
		tar -c --null --ignore-failed-read -T - | tar -x -C build/wheel
	cd build/wheel && $(CURDIR)/$(ENV)-wheel/bin/$(PYTEST) $(ARGS)

dist: $(LOCK)/ready ## Build what would be published of a project whose code is at URL
	@.ci/dist "$(URL)" $(LOCK)

# Other Pythons: make test-install PYTHONS="python3.9 python3.13".
test-install: wheel $(LOCK)/ready ## Type the commands of docs/installing.md
	@$(MIRROR) $(LOCK)/python -m tests.support.installing dist/*.whl $(or $(PYTHONS),$(PYTHON))

test-lowest: ## Test with the lowest versions that pyproject.toml admits (Python 3.9)
	$(call environment,$(ENV)-lowest,dev lowest)
	$(ENV)-lowest/bin/python $(INSTALL) -e .
	$(ENV)-lowest/bin/$(PYTEST) $(ARGS)

test-newest: $(LOCK)/ready ## Test with the newest versions that the registry has
	@mkdir -p build
	$(UV) --upgrade pyproject.toml --extra cli --extra postgres -o build/newest.txt || \
		{ echo "The newest versions could not be found out: NOT TESTED"; exit 1; }
	$(call environment,$(ENV)-newest,dev ../build/newest)
	$(ENV)-newest/bin/python $(INSTALL) -e .
	$(ENV)-newest/bin/$(PYTEST) $(ARGS)

lock: $(LOCK)/ready ## Renew the lock files after a change in pyproject.toml
	$(call compile,.)
	@$(POETRY_LOCK)

upgrade: $(LOCK)/ready ## Renew the lock files with the newest versions
	$(call compile,.,--upgrade)
	@$(POETRY_LOCK) --regenerate

# Poetry alone asks the registry for its JSON pages, which not every mirror has; with the plug-in it reads what pip reads.
MIRROR = POETRY_PYPI_MIRROR_URL=$$($(LOCK)/python -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)')
POETRY_LOCK = POETRY_VIRTUALENVS_CREATE=false $(MIRROR) $(LOCK)/poetry lock --no-interaction

clean: ## Remove all that was made here, the environments too
	rm -rf .venvs build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(ENV)/dev: requirements/build.txt requirements/dev.txt
	$(call environment,$(ENV),dev)
	@touch $@

# The checkout itself, installed so that its command and its version are there.
$(ENV)/ready: $(ENV)/dev pyproject.toml
	@$(BIN)/python $(INSTALL) -e .
	@touch $@

$(ENV)/bench $(ENV)/docs: $(ENV)/%: requirements/%.txt $(ENV)/ready
	@$(call install,$(BIN)/python,$<)
	@touch $@

$(LOCK)/ready: requirements/build.txt requirements/lock.txt
	$(call environment,$(dir $(LOCK)),lock)
	@touch $@
