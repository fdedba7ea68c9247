"""The virtual environment that a project's `runtime.options` in Pulumi.yaml name, and what is installed in it.

`virtualenv` is a folder, relative to the folder of the project file. Without it a program runs in the host's own
environment, the project's `.venv`. Everything is read from files: no interpreter is started to ask.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .protocol import language_pb2


class OptionError(Exception):
    """A runtime option that cannot be followed; the text is meant for the person who wrote it."""


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """An installed distribution; `direct` when no other one requires it."""

    name: str
    version: str
    direct: bool


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A provider plugin that an installed SDK needs; `server` is empty for the vendor's own."""

    name: str
    version: str
    server: str


@dataclass(frozen=True)
class Environment:
    """A virtual environment by its folder, an absolute path."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    @property
    def python_version(self) -> str:
        """The interpreter's version as the environment was made with it, empty if that is not written down."""
        text = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8")
        found = re.search(r"^version(?:_info)? *= *(\S+)", text, re.MULTILINE)
        return found[1] if found else ""

    def activated(self, variables: dict[str, str]) -> dict[str, str]:
        """The variables as they are after the environment's `bin/activate`."""
        result = {name: value for name, value in variables.items() if name != "PYTHONHOME"}
        result["PATH"] = os.pathsep.join([str(self.folder / "bin"), variables.get("PATH", os.defpath)])
        result["VIRTUAL_ENV"] = str(self.folder)
        return result

    def plugins(self) -> Iterator[Plugin]:
        """What the pulumi-plugin.json in the folder of every installed SDK asks for."""
        for packages in self._site_packages():
            for file in sorted(packages.glob("*/pulumi-plugin.json")):
                plugin = json.loads(file.read_text(encoding="utf-8"))
                if plugin.get("resource"):
                    name = plugin.get("name") or file.parent.name.removeprefix("pulumi_").replace("_", "-")
                    yield Plugin(name=name, version=plugin.get("version", ""), server=plugin.get("server", ""))

    def dependencies(self) -> Iterator[Dependency]:
        """Everything installed, by name."""
        from importlib.metadata import distributions

        found = {canonical(one.name): one for one in distributions(path=[str(p) for p in self._site_packages()])}
        required = {
            canonical(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
            for one in found.values()
            for requirement in one.requires or []
            if "extra ==" not in requirement
        }
        for name in sorted(found):
            yield Dependency(name=found[name].name, version=found[name].version, direct=name not in required)

    def _site_packages(self) -> list[Path]:
        return sorted(self.folder.glob("lib/python3*/site-packages"))


def canonical(name: str) -> str:
    """A distribution's name in the one form that names are compared in."""
    return re.sub(r"[-_.]+", "-", name).lower()


def environment_of(info: language_pb2.ProgramInfo) -> Environment:
    """The environment of a program.

    Raises OptionError for one that is not there and for an option that this host does not have.
    """
    options = info.options
    if "toolchain" in options and options["toolchain"] != "pip":
        raise OptionError(
            f"runtime.options.toolchain: {options['toolchain']} is not supported by the language host of this "
            "project; leave it out and name a virtualenv, or use the vendor's Pulumi (docs/installing.md)"
        )
    if "typechecker" in options:
        raise OptionError(
            "runtime.options.typechecker is not supported by the language host of this project; "
            "leave it out (`make lint` checks types), or use the vendor's Pulumi (docs/installing.md)"
        )
    if "virtualenv" not in options:
        return Environment(Path(sys.prefix))
    folder = Path(os.path.abspath(Path(info.root_directory, str(options["virtualenv"]))))  # noqa: PTH100 - no links
    if not (folder / "pyvenv.cfg").exists() or not (folder / "bin" / "python").exists():
        raise OptionError(
            f"runtime.options.virtualenv: {folder} is not a virtual environment; "
            f"make it with `python3 -m venv {folder}`, or with `make setup` if it is the project's own"
        )
    return Environment(folder)
