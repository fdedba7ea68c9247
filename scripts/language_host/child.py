"""Runs a Python program that ends when its language host does, however the host ends.

    python -u child.py LIFELINE script FILE ARGS...     as `python FILE ARGS...`; FILE may be a folder
    python -u child.py LIFELINE module NAME ARGS...     as `python -m NAME ARGS...`

LIFELINE is the number of a pipe's reading end. Only the host holds the other end and never writes, so that the
end of file means that the host is gone; no signal says so on every system, and a killed host sends none. The
program leads a process group, and the whole group goes.

It runs in the program's environment, which need not have this project in it: standard library only, by path.
"""

import os
import runpy
import signal
import sys
import threading


def watch(lifeline):
    """Waits for the host's end, then ends this process and what it started."""
    while os.read(lifeline, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main():
    """Takes this file's own traces out of `sys` and runs the program in its place."""
    lifeline, kind, target = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    os.set_inheritable(lifeline, False)
    threading.Thread(target=watch, args=(lifeline,), daemon=True, name="lifeline").start()
    sys.argv = sys.argv[3:]
    if kind == "module":
        sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib is not needed otherwise and slow to import
        runpy.run_module(target, run_name="__main__", alter_sys=True)
    else:
        if os.path.isdir(target):  # noqa: PTH112
            del sys.path[0]
        else:
            sys.path[0] = os.path.dirname(target)  # noqa: PTH120
        runpy.run_path(target, run_name="__main__")


if __name__ == "__main__":
    main()
