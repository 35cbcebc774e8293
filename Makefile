# OneVoice: two commands on a fresh machine are `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint types soak pictures audit fuzz lock node clean
run: $(VENV)/.run
	@$(BIN)/onevoice run

test: $(VENV)/.test
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --lazily -o console_output_style=classic

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.test
	@$(BIN)/mypy

soak: $(VENV)/.test
	@$(BIN)/python -m pytest -m 'soak and alone' -rP
	@$(BIN)/python -m pytest -m 'soak and not alone' -rP -n 2 --dist loadfile

# The pictures of docs/guide, anew: the guides played through in a browser, some minutes.
pictures: $(VENV)/.test
	@ONEVOICE_PICTURES=1 $(BIN)/python -m pytest -m soak tests/browser/test_guide_pictures.py

# Known vulnerabilities in the locked packages; fails, too, where no database of them answers.
audit: $(VENV)/.test
	@$(BIN)/python tools/audit.py requirements.lock

# What strangers and authors may send, guided by coverage: SECONDS for each of the targets.
SECONDS ?= 60
fuzz: $(VENV)/.test
	@ONEVOICE_FUZZ_SECONDS=$(SECONDS) $(BIN)/python -m pytest -m soak tests/fuzz

# Every package is a wheel whose hash is in the lock; nothing is built from source but this project.
# requirements-assets.lock: htmx for the console lies in a wheel that asks for Django; only its files are
# read, so nothing it asks for is installed.
$(VENV)/.run: requirements.lock requirements-assets.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages (about half a minute, once) ..." >&2
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --require-hashes --only-binary :all: --no-deps -r requirements-assets.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-test.lock
	@touch $@

# Needs uv; the flags keep download hosts out of the files.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --only-binary :all:
lock:
	$(LOCK) --extra setup --extra bench -o requirements.lock pyproject.toml
	echo "django-htmx==1.29.0" | $(LOCK) --no-deps -o requirements-assets.lock -
	$(LOCK) --extra setup --extra bench --extra embeddings --extra model --extra test -c requirements.lock -o requirements-test.lock pyproject.toml

# Packages of node that only tests use (tests/clients); without them those tests skip.
node: tests/clients/node/node_modules/.package-lock.json
tests/clients/node/node_modules/.package-lock.json: tests/clients/node/package-lock.json
	@cd tests/clients/node && npm ci

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
