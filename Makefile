# Each target does all the set-up it needs; scripts/setup.py skips what is already done.

PYTHON ?= python3
VENV := .venv/bin
# Two workers, each with an engine, take file by file in the order of tests/conftest.py.
PYTEST := $(VENV)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
FUZZ ?= 5000

# A run starts Python some hundred times: whatever the person's shell says, it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-fast fuzz bench check lint fix setup clean

help:  ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

demo:  ## Holstebro on the twin, from its data to its configuration and inventory
	$(PYTHON) scripts/setup.py --meanwhile scripts.demo

test:  ## every test
	$(PYTHON) scripts/setup.py --tools
	$(PYTEST)

test-fast:  ## the tests that need neither the engine nor a program that is not Python
	$(PYTHON) scripts/setup.py --python-only
	$(PYTEST) -m "not e2e and not native and not fuzz"

fuzz:  ## random platforms and plans, FUZZ of each (5000), 2000 exports, and 500 found machines from import to retirement
	$(PYTHON) scripts/setup.py
	PLATFORM_REFRESH_FUZZ=$(FUZZ) $(PYTEST) -m fuzz

bench: setup  ## the table of ratios
	$(VENV)/python -m tests.bench

check:  ## lint, format and types
	$(PYTHON) scripts/setup.py --python-only
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/pyright

lint: check

fix:  ## what lint and format can put right by themselves
	$(PYTHON) scripts/setup.py --python-only
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

setup:  ## the environment in .venv with the Pulumi CLI
	$(PYTHON) scripts/setup.py

clean:  ## all that was ever written here
	rm -rf .venv .tools .twin out
