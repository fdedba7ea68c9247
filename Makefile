# Each target does all the set-up it needs; scripts/setup.py skips what is already done.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: demo test bench fuzz lint setup clean

demo: setup
	$(VENV)/python -m scripts.demo

test:
	$(PYTHON) scripts/setup.py --tools
	$(VENV)/python -m pytest -n 2 --dist worksteal

bench: setup
	$(VENV)/python -m tests.bench

fuzz:
	$(PYTHON) scripts/setup.py --tools
	ADOPTION_WALKS=500 $(VENV)/python -m pytest tests/e2e/test_adoption.py

lint:
	$(PYTHON) scripts/setup.py --python-only
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/pyright

setup:
	$(PYTHON) scripts/setup.py

clean:
	rm -rf .venv .tools .twin out
