# `make serve` and `make test` do all the set-up themselves; everything goes into .venv.
# tools/supported_system.py says what is wrong with a Python or a system, if anything is. For 3.14
# there is no TensorFlow yet.
PYTHONS = python3.13 python3.12 python3.11 python3.14 python3 python
PYTHON ?= $(shell for python in $(PYTHONS); do \
	$$python tools/supported_system.py >/dev/null 2>&1 && echo $$python && break; done)
BIN = .venv/bin
# What pip installs in BIN names the folder that it was installed in, and does not run in another.
RUN = $(BIN)/python -m

# Where compiled modules are not kept, each process that runs tests compiles all of them anew, and
# so does each server that they start.
check test robustness: export PYTHONDONTWRITEBYTECODE =

.PHONY: serve check setup test lint lint-javascript format specification data train evaluate lines characters texts formulas \
	export teacher engines engines-bench image-check unit-check phones bench robustness papers soak failover \
	recordings page pictures dashboard monitoring capacity wheel lock audit clean

serve: .venv/serving  ## start the service and print the address to open
	$(RUN) gunicorn -c gunicorn.conf.py

check: lint  ## the linters and the unit tests, for each step (90 s)
	$(RUN) pytest tests/unit -n 2

setup: .venv/everything  ## install what tests need: a browser, fonts, Node.js, Redis, proxies
	$(RUN) tests.support.setup

# Browsers, servers and clients in real time share the processor with other tests: what fails runs
# once more, alone. Both runs are printed; the second one decides.
test: setup  ## install what tests need, and run them all
	$(MAKE) node_modules/.package-lock.json
	$(RUN) pytest -n 4 --dist loadfile --no-loadscope-reorder || \
		{ test $$? -eq 1 && $(RUN) pytest --last-failed --last-failed-no-failures none --maxfail 3; }

lint: .venv/everything  ## ruff, mypy, hadolint, and (with Node.js) ESLint and TypeScript for the JavaScript
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -c "from importlinter import cli; cli.lint_imports_command()" --no-logo
	$(MAKE) lint-javascript

# A developer without Node.js can still check the Python; where CI is set nothing may be left out.
CHECK_NODE = const [major, minor] = process.versions.node.split("."); \
	process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)
lint-javascript:  ## the JavaScript part of `make lint` alone
	@if command -v npm >/dev/null && node -e '$(CHECK_NODE)'; then \
		$(MAKE) node_modules/.package-lock.json && npm run --silent lint; \
	else \
		echo "Node.js 20.19 or newer is missing: the JavaScript is not checked." >&2; \
		test -z "$$CI"; \
	fi

# npm writes this file itself when it has installed everything, but not always a newer one.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	touch $@

format: .venv/everything
	$(RUN) ruff check --fix
	$(RUN) ruff format

# RECORD=1 holds anew the conversations that examples come from.
specification: .venv/everything  ## write docs/openapi.json, asyncapi.yaml and reference.md anew
	$(RUN) tools.specification $(RECORD:%=--record)

# The folder of handwriting; train/data/dataset.py describes its format.
DATA ?= data
data: .venv/everything  ## download the handwriting from its publishers, and convert it, into DATA
	$(RUN) train.data.download --to $(DATA)

train: .venv/everything  ## train on DATA, and the files in INK, and write weights/ (3 hours)
	$(RUN) train --data $(DATA) $(INK:%=--ink %)
	$(RUN) train.lines --data $(DATA)
	$(RUN) train.characters --data $(DATA)
	$(RUN) train.model.text_weights --data $(DATA)
	$(RUN) train.model.text_row_weights --data $(DATA)
	$(RUN) train.model.math_weights --data $(DATA)

evaluate: .venv/everything  ## measure weights/digits/ on DATA, also what teaching gives, and write its cards
	$(RUN) train.evaluation.report --data $(DATA)
	$(RUN) train.evaluation.teaching --data $(DATA)

lines: .venv/everything  ## measure weights/lines/, and rows on pictures, on DATA (15 minutes)
	$(RUN) train.evaluation.lines --data $(DATA)
	$(RUN) train.model.row_weights --data $(DATA)
	$(RUN) train.evaluation.rows --data $(DATA)

characters: .venv/everything  ## measure weights/characters/ on DATA, and write its card
	$(RUN) train.evaluation.character_card --data $(DATA)

texts: .venv/everything  ## measure texts in print, on the board and on pictures, on DATA (10 minutes)
	$(RUN) train.evaluation.text --data $(DATA)
	$(RUN) train.evaluation.text_rows --data $(DATA)

formulas: .venv/everything  ## measure formulas on DATA (5 minutes)
	$(RUN) train.evaluation.math --data $(DATA)

export: .venv/everything  ## write models and configuration for inference engines into build/engines
	$(RUN) train.engines

teacher: .venv/everything  ## measure the teacher and the small network on DATA, write docs/teacher.json
	$(RUN) train.teacher --data $(DATA)

# ISOLATED runs Python in a network namespace of its own, since Ray listens on all addresses.
ISOLATED = $(RUN) tests.support.engines.isolated -m
engines: export  ## try real Ray and Triton servers (5 minutes), RECORD=1 records them
	$(RUN) tests.support.setup
	$(RUN) tests.support.engines.environments
	INK_TEST_ENGINES=1 INK_RECORD_ENGINES=$(RECORD) $(ISOLATED) pytest -n 0 tests/engines

engines-bench: export  ## measure ways to run a network (2 minutes), write docs/engines-measured.*
	$(RUN) tests.support.setup
	$(RUN) tests.support.engines.environments
	$(ISOLATED) benchmarks.engines.compare

# PEER=/path/to/python is that of an environment with mathnote-ocr, which reads the same lines.
bench: .venv/everything  ## measure the service, its models and its peers (9 minutes), write docs/bench.*
	$(RUN) tests.support.setup browser
	$(RUN) benchmarks.service
	$(RUN) benchmarks.models
	$(RUN) tests.support.setup nginx
	$(RUN) benchmarks.capacity.measure
	$(RUN) benchmarks.lines --data $(DATA) $(PEER:%=--peer %)

# Debian's mmdebstrap and a right to mount are needed, and the packages of the image come from PyPI.
IMAGE ?= .image
image-check: .venv/everything  ## run the Dockerfile's steps in a clean Debian and serve from it (1 minute)
	unshare --mount $(RUN) tools.image $(IMAGE)

# And systemd-nspawn (Debian's systemd-container).
unit-check: .venv/everything  ## boot a clean Debian whose systemd runs deploy/systemd/ (2 minutes)
	unshare --mount $(RUN) tools.unit $(IMAGE)

# And 3 GB: Kotlin and Swift are compiled in a Debian of their own.
PHONES ?= .phones
phones: .venv/everything  ## compile the examples for phones, and run them (a minute; at first five)
	unshare --mount $(RUN) tools.phones $(PHONES)

robustness: .venv/everything  ## try all that could break it (10 minutes), write ROBUSTNESS.md
	$(RUN) tests.support.setup
	$(RUN) pytest --robustness tests/robustness \
		tests/integration/test_limits.py tests/integration/test_image_limits.py \
		tests/integration/test_access.py tests/integration/test_no_disk.py

papers: .venv/everything  ## read digits on paper of every kind (2 minutes), write docs/pictures.*
	$(RUN) benchmarks.pictures

soak: .venv/everything  ## 300 simulated users for half an hour, write docs/soak.*
	$(RUN) benchmarks.soak

failover: .venv/everything  ## lose nodes, nginx and Redis while 150 people draw (3 minutes), write docs/failover.json
	$(RUN) tests.support.setup
	$(RUN) benchmarks.failover

recordings: .venv/everything  ## draw tests/recordings/ anew, in a real browser
	$(RUN) tests.support.setup browser
	$(RUN) tools.record_sessions

page: .venv/everything  ## measure the page (bytes, Lighthouse, axe-core), write docs/page.json
	$(RUN) tests.support.setup browser
	$(RUN) tools.page_report

pictures: .venv/everything  ## take the pictures of the page in docs/ anew
	$(RUN) tests.support.setup browser
	$(RUN) tools.screenshots docs

dashboard: .venv/everything  ## write Grafana's dashboard anew from tools/dashboard/
	$(RUN) tools.dashboard

monitoring: .venv/everything dashboard  ## watch a service under load (4 minutes), write docs/monitoring*.png
	$(RUN) tests.support.setup browser
	$(RUN) tests.support.setup prometheus
	$(RUN) tools.monitoring docs

capacity: .venv/everything  ## write deploy/CAPACITY.md from docs/bench.json, docs/capacity.json (3 minutes)
	$(RUN) benchmarks.capacity

# uv trusts what the system trusts, a company's proxy too.
export UV_SYSTEM_CERTS = 1

# One file is for all systems and Pythons. Nothing is built to learn what it needs: that would run
# code which nobody has pinned yet.
COMPILE = $(RUN) uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --no-build --generate-hashes \
	--annotation-style line
WHY = the reasons are in pyproject.toml
lock: .venv/everything  ## pin by hash what pyproject.toml asks for; LOCK=--upgrade takes the newest
	$(COMPILE) $(LOCK) pyproject.toml --group train --group tests --output-file requirements.txt \
		--custom-compile-command "make lock  # everything: serving, training, tests; $(WHY)"
	# uv keeps the versions that it finds there, so that both files have the same.
	cp requirements.txt requirements-serve.txt
	$(COMPILE) pyproject.toml --output-file requirements-serve.txt \
		--custom-compile-command "make lock  # what serving needs, and no TensorFlow; $(WHY)"
	$(foreach engine,ray triton openvino,$(COMPILE) $(LOCK) deploy/engines/$(engine)/requirements.in \
		--output-file deploy/engines/$(engine)/requirements.txt \
		--custom-compile-command "make lock  # what a node with $(engine) needs" &&) true
	$(MAKE) .venv/everything
	$(RUN) tools.dependencies

audit: .venv/everything  ## list all that is pulled in, with licences and known vulnerabilities
	$(RUN) tools.dependencies requirements.txt
	@$(RUN) uv tool run --python $(BIN)/python pip-audit@2.10.1 --strict --disable-pip \
		-r requirements.txt || { echo "Not known to be free of vulnerabilities: the last lines above" \
		"say which, or why nobody could be asked."; exit 1; }

wheel: .venv/everything  ## build the package, with the page and the models in it, into dist/
	$(RUN) build

# Any other Python 3 on the PATH, of which the check can say what is wrong.
FOLDERS = $(subst :, ,$(PATH))
OTHERS = $(wildcard $(addsuffix /python3.[0-9],$(FOLDERS)) $(addsuffix /python3.[0-9][0-9],$(FOLDERS)))
.venv/bin/python:
	@for python in $(or $(PYTHON),$(PYTHONS) $(OTHERS)); do \
		$$python -c 'f""' 2>/dev/null || continue; \
		$$python tools/supported_system.py; exit $$?; \
	done; echo "CPython 3.11 to 3.14 is needed" \
		"(make PYTHON=/path/to/python3 says which to take)." >&2; exit 1
	rm -rf .venv  # what was installed for a Python that is gone
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing" \
		"(Debian, Ubuntu: apt-get install python3-venv)"; exit 1; }

# On Linux all of it comes built; building would fetch tools that no hash pins. (For Python 3.11 on
# macOS, gevent has to be built.)
INSTALL = $(RUN) pip install --quiet --disable-pip-version-check --require-hashes \
	$(if $(filter Linux,$(shell uname)),--only-binary :all:)

FAILED = { echo "The packages could not be installed: pip says why above. README.md lists" \
	"the systems that all of them are built for." >&2; exit 1; }

.venv/serving: requirements-serve.txt | .venv/bin/python
	$(INSTALL) -r requirements-serve.txt || $(FAILED)
	touch $@

.venv/everything: requirements.txt requirements-serve.txt | .venv/bin/python
	$(INSTALL) -r requirements.txt || $(FAILED)
	touch $@ .venv/serving

clean:
	rm -rf .venv node_modules examples/web/node_modules dist build .engines .image .phones .autobahn .mlserver .checkpoints .labels \
		.mypy_cache .pytest_cache .ruff_cache
