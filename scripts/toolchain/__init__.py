"""The steps of set-up: the Python environment, the Pulumi CLI with its language host, the tests' Go tools.

Standard library only, for it runs before anything is installed. `scripts/setup.py` chooses the steps.
"""
