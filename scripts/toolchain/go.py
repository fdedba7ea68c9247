"""Programs built from Go modules: which Go is needed, and the build itself.

A folder under scripts/ holds a `go.mod` and a complete `go.sum`, and its `tool` lines name the packages to
build. The person's own GOPROXY, GOFLAGS and caches are left as they are.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from .faults import SetupError, run
from .step import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# A newer toolchain is never fetched: the answer to an old Go is one line, not a download. A go.work above the
# repository would replace our modules. None of the programs needs a C compiler.
ENVIRONMENT = {"GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}


def needed_version(module: Path) -> str:
    """The Go version in the folder's go.mod."""
    found = re.search(r"^go (\S+)$", (module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SetupError(f"{module}/go.mod: no `go` line")
    return found[1]


def as_numbers(version: str) -> tuple[int, ...]:
    """A version as numbers for comparison; a release candidate counts as its release."""
    release = re.split("rc|beta", version, maxsplit=1)[0]
    return tuple(int(number) for number in re.findall(r"\d+", release)[:3])


def installed_version() -> str | None:
    """The version of the `go` on PATH, None without one that works."""
    if not shutil.which("go"):
        return None
    answer = subprocess.run(
        ["go", "env", "GOVERSION"],
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.match(r"go(\d+\.\d+\S*)", answer.stdout)
    return found[1] if found else None


def require(module: Path, purpose: str, otherwise: str = "") -> None:
    """Raises SetupError, in one line that says what to install, when Go is missing or too old."""
    needed = needed_version(module)
    found = installed_version()
    if found and as_numbers(found) >= as_numbers(needed):
        return
    state = f"the Go on PATH is {found}" if found else "there is no Go on PATH"
    advice = f"install Go{otherwise}, see docs/installing.md"
    raise SetupError(f"{purpose} needs Go {needed} or newer and {state}: {advice}")


def build_key(module: Path, *more: str) -> str:
    """The digest of what a build of the module depends on; a newer Go alone is no reason to build again."""
    return digest(module / "go.mod", module / "go.sum", sys.platform, platform.machine(), *more)


def build(module: Path, packages: Sequence[str], into: Path, *, ldflags: str, what: str, log: Path, lock: int) -> None:
    """Builds the packages, as pinned by the module, into a folder; without debug information, a tenth faster."""
    flags = ["-mod=readonly", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", ldflags]
    run(
        what,
        ["go", "build", *flags, "-o", f"{into}/", *packages],
        log=log,
        cwd=module,
        env=os.environ | ENVIRONMENT,
        inherit=[lock],
    )


def module_folder(module: Path, path: str) -> str:
    """Where the module cache holds a module that was just built with."""
    return subprocess.run(
        ["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", path],
        cwd=module,
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
