"""Sets up everything that `make demo`, `make test` and `make bench` need, and skips what is already done.

    python3 scripts/setup.py [--python-only | --tools] [--meanwhile MODULE]

Puts into `.venv` the locked Python packages, the project itself, the Pulumi CLI and a language host
(`--python-only` stops before the CLI; `--tools` adds the tools of the tests; `--meanwhile` runs a module beside the
build of the CLI). Needs Python 3.11 or newer,
and Go where the CLI has to be built; no rights but to write here. What it cannot do it says in one line,
exit status 1.

This file alone must also run on an old Python, to find a newer one: no syntax or import here that 3.6 lacks.
"""

import os
import shutil
import subprocess
import sys

MINIMUM = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120


def run_under_newer_python():
    """Replaces this process by a `python3.N` on PATH that is new enough, else says which is needed."""
    for minor in range(20, MINIMUM[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor))  # noqa: UP032
        # A version manager leaves commands on PATH that only say that their version is not selected.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found] + sys.argv)  # noqa: RUF005, S606
    message = "set-up: Python {}.{} or newer is needed and python3 is {}.{}: install it, see docs/installing.md"
    sys.exit(message.format(*(MINIMUM + sys.version_info[:2])))


def main():
    """Runs the steps; exit status 1 with one line when one of them fails."""
    if sys.version_info < MINIMUM:
        run_under_newer_python()
    sys.path[0] = ROOT
    from scripts.toolchain.run import set_up

    sys.exit(set_up(sys.argv[1:]))


if __name__ == "__main__":
    main()
