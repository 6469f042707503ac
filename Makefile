# The two commands: `make try` looks at a word, `make test` runs every test. Both set up .venv when it is absent.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
FILES := pyproject.toml constraints.txt package.json hatch_build.py

.PHONY: try test lint types build clean

try: $(BASE)
	@$(BIN)/senselens look --word bank \
	  "I deposited money at the bank" "We sat by the river bank" "The plane will bank left"
	@echo "Next: $(BIN)/senselens look \"your own sentence\", or $(BIN)/senselens --help"

test: $(DEV)
	$(BIN)/pytest --cov --cov-report=term
	@echo "Next: $(BIN)/senselens --help, or docs/architecture.md for how it is built"

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

build: $(DEV)
	$(BIN)/python -m build --outdir dist .

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(BASE): $(VENV)/bin/pip $(FILES)
	@echo "Installing senselens into $(VENV) …"
	@$(PIP) install -c constraints.txt -e .
	@$(BIN)/senselens setup wordnet >$(VENV)/setup.log 2>&1 || { cat $(VENV)/setup.log; exit 1; }
	@touch $@

$(DEV): $(BASE)
	@echo "Installing what the tests need into $(VENV) (torch, transformers and TensorFlow among it) …"
	@$(PIP) install -c constraints.txt -e '.[models,elmo,static,projection,use,tfhub,wn,dev]'
	@for model in smollm2 use-lite; do \
	  $(BIN)/senselens setup $$model >$(VENV)/setup.log 2>&1 || { cat $(VENV)/setup.log; exit 1; }; done
	@touch $@

clean:
	rm -rf $(VENV) dist build
