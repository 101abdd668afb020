# Two commands do everything: `make run` and `make test`. Each prepares what it needs.
PY := .venv/bin/python

# Hundreds of processes of the tests begin with the same modules; where this is set, each would compile them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test stories calls check check-python check-browser-app bench soak build pure lock clean

run:
	@./setup.sh run
	@exec .venv/bin/callroom up

# First what is pure or needs only a database, but for the tests of deciding modules: `check` has run each of those, and
# followed it through its module. Then the real Asterisk and Chromium, file by file. Four at a time on two
# cores: they wait for sound, and for people. Each worker has Asterisks of its own. What talks to Asterisk alone, and the
# campaign of three hundred people that is listened to, comes after the stories of people and their pages: beside them
# some heard breaks in the sound that were the machine's.
test: check
	$(PY) -m pytest -q -n 3 -p tests.architecture.not_again --ignore=tests/architecture -m "not asterisk and not browser"
	@$(MAKE) --no-print-directory stories
	@$(MAKE) --no-print-directory calls

stories: workers = 4
stories: folders = tests/faults tests/browser --ignore=tests/faults/test_every_fate.py
calls: workers = 4
calls: folders = tests/faults/test_every_fate.py tests/asterisk
stories calls:
	$(PY) -m pytest -q -n $(workers) --dist loadfile --no-loadscope-reorder -m "asterisk or browser" $(folders)

check:
	@./setup.sh test
	@$(MAKE) --no-print-directory --output-sync=target -j2 check-browser-app check-python
	$(PY) -m pytest -q -n 2 --dist loadfile tests/architecture

check-python:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check-browser-app:
	PATH="$$PWD/.venv/bin:$$PATH" npm --prefix agent_ui/web run --silent check

# The tests that need nothing but Python: a minute or two.
pure:
	$(PY) -m pytest -q -m "not asterisk and not browser and not postgres" -n 2

# All sections of BENCHMARKS.md, or some: `make bench ONLY=push,floor`. QUICK=1: short, only shown, no figures.
bench:
	@./setup.sh test
	ONLY="$(ONLY)" QUICK="$(QUICK)" $(PY) -m tests.bench

# Hours: 200 kills under load, 20 at each step of a campaign's attempt, 10 min away, 60 s frozen, memory over 2 h of real
# calls and a simulated day. Some of it, or less:
# make soak SOAK="--only kills,away --kills 20 --away-minutes 2".
soak:
	@./setup.sh test
	$(PY) -m tests.faults.soak $(SOAK)

build:
	@./setup.sh run
	$(PY) -m pip wheel -q --no-deps -w var/dist .

# For every Python from 3.11 on, whatever the machine that locks: markers instead of one interpreter's choice.
lock:
	.venv/bin/pip install -q uv==0.13.9
	for extra in "" dev; do \
	  .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	    --no-emit-find-links --no-config $${extra:+--extra $$extra} -o requirements$${extra:+-$$extra}.lock pyproject.toml; done

clean:
	rm -rf .venv agent_ui/static agent_ui/web/node_modules .mypy_cache .ruff_cache .pytest_cache
