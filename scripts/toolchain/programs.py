"""The programs beside Python in `.venv/bin`: the Pulumi CLI with its language host, the tools of the tests.

A `pulumi` that the person has installed is used, with the language host that came with it, when it is of the
same major version as the locked SDK and no older. Otherwise the CLI is built from its Go module, and only
then the project's own language host (scripts/language_host) stands beside it, for the vendor's is in no
package registry.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import go
from .faults import SetupError
from .step import TEMPORARY, place, point

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .step import Store

HOST = "pulumi-language-python"
# What the vendor's archive holds for Python, beside the CLI and its language host.
COMPANIONS = ("pulumi-language-python-exec", "pulumi-resource-pulumi-python")
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
TEST_TOOLS = ("github.com/rhysd/actionlint/cmd/actionlint", "github.com/vmware/govmomi/vcsim")

HOST_SCRIPT = """\
#!/bin/sh
# -P: a module in the folder of somebody's program must not stand in for one of ours.
exec "$(dirname "$0")/python" -P -m scripts.language_host "$@"
"""


@dataclass(frozen=True)
class Build:
    """Programs that come from a Go module of ours; `often` says how long that takes, `version` what they say they
    are, `otherwise` what else would do.
    """

    name: str
    module: Path
    packages: tuple[str, ...]
    what: str
    often: str
    version: str = ""
    otherwise: str = ""

    def require_go(self, store: Store) -> None:
        """Raises SetupError when the programs are still to be built and there is no Go for it."""
        if not store.has(self.name, self._key):
            go.require(self.module, self.what, self.otherwise)

    def make(self, store: Store, lock: int) -> Path:
        """The folder with the programs, built unless they are there. Raises SetupError."""
        return store.build(self.name, self._key, lambda folder: self._fill(folder, store, lock))

    @property
    def _key(self) -> str:
        return go.build_key(self.module, *filter(None, [self.version]))

    def _fill(self, folder: Path, store: Store, lock: int) -> None:
        print(f"set-up: {self.what}, once ({self.often} on two cores)", flush=True)
        flags = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{self.version}" if self.version else "-s -w"
        log = store.log(self.name)
        go.build(self.module, self.packages, folder, ldflags=flags, what=self.what, log=log, lock=lock)
        if CLI_PACKAGE not in self.packages:
            return
        sdk = Path(go.module_folder(self.module, SDK_MODULE)) / "python"
        for script in (sdk / "cmd" / COMPANIONS[0], sdk / "dist" / COMPANIONS[1]):
            shutil.copyfile(script, folder / script.name)
            (folder / script.name).chmod(0o755)


def pulumi_build(root: Path) -> Build:
    """The CLI, and the SDK's scripts from the same release."""
    wanted = locked_version(root)
    return Build(
        name="pulumi",
        module=root / "scripts" / "pulumi-cli",
        packages=(CLI_PACKAGE,),
        version=wanted,
        what="building the Pulumi CLI",
        often="3 to 9 minutes",
        otherwise=f", or Pulumi {wanted} from its vendor",
    )


def tools_build(root: Path) -> Build:
    """vcsim, which the vCenter importer is tested against, and actionlint, which checks the workflows."""
    return Build(
        name="go-tools",
        module=root / "scripts" / "go-tools",
        packages=TEST_TOOLS,
        what="building vcsim and actionlint for the tests",
        often="one to three minutes",
    )


def place_own(own: Mapping[str, Path], root: Path) -> None:
    """Links the person's own `pulumi` and its companions into `.venv/bin`."""
    for name, source in own.items():
        point(source, root / ".venv" / "bin" / name)


def place_built(build: Build, built: Path, root: Path) -> None:
    """Puts what was built into `.venv/bin`, and beside a CLI our own language host."""
    target = root / ".venv" / "bin"
    for program in sorted(built.iterdir()):
        place(program, target / program.name)
    if CLI_PACKAGE in build.packages:
        write_script(target / HOST, HOST_SCRIPT)


def locked_version(root: Path) -> str:
    """The version of the Pulumi SDK in the lock file: SDK and CLI are kept the same."""
    requirements = (root / "requirements.lock").read_text(encoding="utf-8")
    found = re.search(r"^pulumi==(\S+)", requirements, re.MULTILINE)
    if not found:
        raise SetupError("requirements.lock: no line for pulumi")
    return found[1]


def compatible(version: str, wanted: str) -> bool:
    """Same major version and no older: an engine answers older SDKs, a newer SDK may ask too much of it."""
    have, need = go.as_numbers(version), go.as_numbers(wanted)
    return have[:1] == need[:1] and have >= need


def installed_pulumi(wanted: str, target: Path) -> dict[str, Path] | None:
    """A compatible `pulumi` on PATH and its companions by name, None without one that has a language host."""
    path = [folder for folder in os.get_exec_path() if folder and not same_folder(folder, target)]
    found = on_path("pulumi", path)
    if not found:
        return None
    version = pulumi_version(found)
    if not version or not compatible(version, wanted):
        print(f"set-up: {found} is {version or 'broken'}, {wanted} is needed: building the CLI", flush=True)
        return None
    host = on_path(HOST, [str(found.resolve().parent), *path])
    if not host:
        print(f"set-up: {found} has no {HOST} beside it or on PATH: building the CLI", flush=True)
        return None
    companions = {name: on_path(name, [str(host.resolve().parent), *path]) for name in COMPANIONS}
    return {"pulumi": found, HOST: host} | {name: file for name, file in companions.items() if file}


def same_folder(one: str, other: Path) -> bool:
    """Whether two paths lead to the same folder."""
    return Path(one).resolve() == other.resolve()


def on_path(program: str, folders: list[str]) -> Path | None:
    """The first executable of that name in the folders."""
    found = shutil.which(program, path=os.pathsep.join(folders))
    return Path(found).absolute() if found else None


def pulumi_version(program: Path) -> str | None:
    """What `pulumi version` says, without the `v`; None when it does not run."""
    try:
        answer = subprocess.run(
            [program, "version"],
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v?(\d+\.\d+\.\d+)", answer.stdout.strip())
    return found[1] if found and answer.returncode == 0 else None


def write_script(path: Path, text: str) -> None:
    """Writes an executable script in one move, unless it is there already."""
    if not path.is_symlink() and path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    unfinished = path.with_name(TEMPORARY + path.name)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.chmod(0o755)
    unfinished.replace(path)
