# Each target does all the set-up it needs; scripts/setup.py skips what is already done.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: demo test bench lint setup clean

demo: setup
	$(VENV)/python -m scripts.demo

test:
	$(PYTHON) scripts/setup.py --tools
	$(VENV)/python -m pytest -n 2 --dist worksteal

bench: setup
	$(VENV)/python -m tests.bench

lint:
	$(PYTHON) scripts/setup.py --python-only
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/pyright

setup:
	$(PYTHON) scripts/setup.py

clean:
	rm -rf .venv .tools .twin out
