# Every command a developer needs, one line each. "make demo" and "make test" need only Python 3.11 or newer.

PYTHON ?= python3
PORT ?= 6543
WORKERS ?= auto
RERUNS ?= 0
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check format lint types rules bench lock words clean

demo: $(READY)  ## the portal with two pretend libraries on http://127.0.0.1:$(PORT)
	@$(BIN)/discovery-accounts --config development.ini demo --port $(PORT)

test: $(READY)  ## the whole test suite; what needs a server that is absent is skipped and listed
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --reruns $(RERUNS) $(TESTS)

check: format lint types rules test  ## format, lint, types, import rules, tests

format: $(READY)
	@$(BIN)/ruff format --check src tests benchmarks examples

lint: $(READY)
	@$(BIN)/ruff check src tests benchmarks examples

types: $(READY)
	@$(BIN)/mypy && $(BIN)/mypy examples/connector-example/src

rules: $(READY)
	@$(BIN)/lint-imports

bench: $(READY)  ## all benchmarks, each with its ratio against a named baseline
	@for each in benchmarks/bench_*.py; do echo; $(BIN)/python $$each || exit 1; done

# later versions of setuptools warn at each start about a module that Pyramid 2.1 imports
lock: $(READY)  ## choose the newest versions that pyproject.toml allows and write them down
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet --upgrade pip
	@$(VENV)-lock/bin/pip install --quiet --upgrade --editable . --group dev 'setuptools<80.9'
	@$(VENV)-lock/bin/pip freeze --all --exclude-editable --exclude pip > requirements-dev.txt
	@rm -rf $(VENV)-lock

words: $(READY)  ## collect the words for people from code and templates into the catalogues
	@cd src/discovery_accounts && ../../$(BIN)/pybabel -q extract -F locale/babel.cfg --no-location --sort-output --project=discovery_accounts -o locale/discovery_accounts.pot .
	@cd src/discovery_accounts && ../../$(BIN)/pybabel -q update -D discovery_accounts -i locale/discovery_accounts.pot -d locale --no-fuzzy-matching --ignore-obsolete

$(READY): pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with make PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache build
