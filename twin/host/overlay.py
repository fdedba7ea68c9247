"""Runs commands against the twin in an overlay project, so that the real project and its stack files are never
touched.

The overlay stands in the twin's folder: a project file whose `main` is the repository's root, stack files of
its own, its own PULUMI_HOME and file backend, planted secrets. It is generated from the real project and stack
files and again when they change. What is encrypted in a real stack file is never read: for each such key a
planted secret is set. The name of a stack comes from the command's `-s`, else from the only stack file there is.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from ruamel.yaml.error import YAMLError

from twin import yamls
from twin.host import commands
from twin.host.process import ROOT, Home, Running, TwinError, beside_proxies, up
from twin.host.settings import PLANTED, declared_secrets, secret_paths, without_secrets
from twin.host.states import States, write

PASSPHRASE: Final = "the twin keeps no secrets"  # noqa: S105
_KEY_MATERIAL: Final = ("secretsprovider", "encryptedkey", "encryptionsalt", "environment")
_PLUGINS: Final = {"vsphere": "pulumi-vsphere", "azure-native": "pulumi-azure-native"}


@dataclass(frozen=True, slots=True)
class Overlay:
    """The overlay project of one twin, for the repository at `root`."""

    home: Home
    root: Path = ROOT

    @property
    def project(self) -> Path:
        return self.home.path / "project"

    @property
    def stacks(self) -> Path:
        return self.project / "stacks"

    @property
    def pulumi_home(self) -> Path:
        return self.home.path / "pulumi"

    @property
    def backend(self) -> Path:
        return self.home.path / "backend"

    def environment(self, twin: Running, *, disposable: bool = False) -> dict[str, str]:
        """The environment of a command that runs against the twin."""
        attach = ",".join(f"{package}:{port}" for package, port in twin.ports.items())
        environment = {key: value for key, value in beside_proxies(os.environ).items() if not key.startswith("PULUMI_")}
        tools = (str(self.root / ".venv" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"])
        environment |= {
            "PATH": os.pathsep.join(tools),
            "PULUMI_HOME": str(self.pulumi_home),
            "PULUMI_BACKEND_URL": f"file://{self.backend}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_DEBUG_PROVIDERS": attach,
            # A provider of our own is a real process: told so, it talks to the twin whatever endpoint the stack names.
            **{f"{name.upper()}_STAND_IN": base for name, base in twin.apis.items()},
            "PULUMI_OPTION_CWD": str(self.project),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SUPPRESS_COPILOT_LINK": "true",
            # A stack's whole inventory after every preview hides what has changed.
            "PULUMI_OPTION_SUPPRESS_OUTPUTS": "true",
        }
        if disposable:
            environment |= {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
        return environment

    def prepare(self) -> None:
        """Writes the project file and the folders if they are missing or out of date."""
        for folder in (self.stacks, self.backend, self.pulumi_home / "plugins"):
            folder.mkdir(parents=True, exist_ok=True)
        text = self._project_file()
        file = self.project / "Pulumi.yaml"
        if not file.exists() or file.read_text() != text:
            write(file, text)
        for name, distribution in _PLUGINS.items():
            self._plant_plugin(name, importlib.metadata.version(distribution))

    def stack(self, name: str, environment: Mapping[str, str]) -> None:
        """Makes the stack if it is missing, and its stack file anew if the real one has changed. Raises TwinError.

        A stack without a real file is the overlay's own. Either gets the secrets that the project declares and
        nobody set.
        """
        project = _load(self.project / "Pulumi.yaml")
        file = self.stacks / f"Pulumi.{name}.yaml"
        mark = self.stacks / f".{name}.source"
        if not self.states().mend(name):
            self._pulumi(["stack", "init", name, "--no-select"], environment)
            mark.unlink(missing_ok=True)
        real = self._real_stacks() / f"Pulumi.{name}.yaml"
        content = real.read_bytes() if real.exists() else b""
        digest = hashlib.sha256(content + (self.project / "Pulumi.yaml").read_bytes()).hexdigest()
        if mark.exists() and mark.read_text() == digest and file.exists():
            return
        own = _load(file) if file.exists() else {}
        config = cast("dict[str, Any]", (_load(real) if content else own).get("config") or {})
        secret = list(declared_secrets(project, config))
        if content:
            secret += secret_paths(config)
            kept = {key: value for key, value in _load(real).items() if key not in _KEY_MATERIAL}
            kept["config"] = without_secrets(config)
            kept |= {key: own[key] for key in ("encryptionsalt",) if key in own}
            write(file, yamls.dump(kept))
        if secret:
            pairs = [part for path in secret for part in ("--secret", f"{path}={PLANTED}")]
            self._pulumi(["config", "set-all", "--stack", name, "--path", *pairs], environment)
        write(mark, digest)

    def states(self) -> States:
        """The states of this project's stacks. The project file must have been made."""
        return States(self.backend, str(_load(self.project / "Pulumi.yaml")["name"]))

    def unlock(self, name: str, environment: Mapping[str, str]) -> str | None:
        """Takes the lock of an engine that was killed away from the stack; what to tell whoever runs the next."""
        locks = self.states().locks(name)
        if not locks or not all(lock.is_dead for lock in locks):
            return None
        self._pulumi(["cancel", "--yes", "--stack", name], environment)
        return (
            f"stack {name}: process {locks[0].pid}, which held its lock, is dead, and `pulumi cancel` took the lock "
            "away. What it had under way is told by `pulumi refresh`."
        )

    def known_stacks(self) -> list[str]:
        """Names of the real stack files."""
        return sorted(
            file.name.removeprefix("Pulumi.").removesuffix(".yaml")
            for file in self._real_stacks().glob("Pulumi.*.yaml")
        )

    def _real_stacks(self) -> Path:
        return self.root / str(_load(self.root / "Pulumi.yaml").get("stackConfigDir", "."))

    def _project_file(self) -> str:
        """The real project file with another place: paths absolute, no backend."""
        project = _load(self.root / "Pulumi.yaml")
        project.pop("backend", None)
        runtime = project.get("runtime")
        if isinstance(runtime, dict):
            options: dict[str, Any] = cast("dict[str, Any]", runtime).get("options") or {}
            if "virtualenv" in options:
                options["virtualenv"] = str(self.root / options["virtualenv"])
        for kind in cast("dict[str, list[dict[str, Any]]]", project.get("plugins") or {}).values():
            for plugin in kind:
                plugin["path"] = str(self.root / plugin["path"])
        main = self.root / str(project.get("main", "."))
        return yamls.dump(project | {"main": str(main.resolve()), "stackConfigDir": "stacks"})

    def _plant_plugin(self, name: str, version: str) -> None:
        """A stub that the engine takes for an installed plugin, so that it downloads none; it is attached to,
        never run.
        """
        folder = self.pulumi_home / "plugins" / f"resource-{name}-v{version}"
        if (folder / f"pulumi-resource-{name}").exists():
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        stub = folder / f"pulumi-resource-{name}"
        write(stub, f"#!/bin/sh\necho 'the twin answers for {name}, and this stub must not run' >&2\nexit 1\n")
        stub.chmod(0o755)

    def _pulumi(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.project,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise TwinError(f"`pulumi {' '.join(arguments[:2])}` failed in the overlay project:\n{done.stderr.strip()}")


def run(overlay: Overlay, command: Sequence[str], *, disposable: bool = False) -> int:
    """Runs a command against the twin, starting it if need be; the command's exit status.

    The command has our terminal. Interrupts go to it alone: it decides how to end. Raises TwinError.
    """
    commands.refuse_other_project(command)
    overlay.prepare()
    commands.refuse_near_name(command, {*overlay.known_stacks(), *overlay.states().names()})
    environment = overlay.environment(up(overlay.home), disposable=disposable)
    if shutil.which(command[0], path=environment["PATH"]) is None:
        raise TwinError(f"there is no command {command[0]!r}")
    name = _stack_of(overlay, command)
    if name is not None:
        if not commands.follows(command, "stack", "init"):
            overlay.stack(name, environment)
        if overlay.states().is_new(name):
            commands.refuse_first_target(command, name)
        told = None if "cancel" in command else overlay.unlock(name, environment)
        if told is not None:
            sys.stderr.write(f"{told}\n")
        environment["PULUMI_STACK"] = name
    return _wait(subprocess.Popen(list(command), env=environment))


def _wait(process: subprocess.Popen[bytes]) -> int:
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGQUIT)}
    passed_on = signal.signal(signal.SIGTERM, lambda _number, _frame: process.terminate())
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGTERM, passed_on)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status


def _stack_of(overlay: Overlay, command: Sequence[str]) -> str | None:
    """The stack that the command names; else, of pulumi itself, the only one that `stacks/` has."""
    name = commands.stack_option(command)
    return name or (_only(overlay.known_stacks()) if commands.is_pulumi(command) else None)


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _load(file: Path) -> dict[str, Any]:
    try:
        found = yamls.read(file)
    except FileNotFoundError:
        raise TwinError(f"{file} is missing; put it back, for the overlay project is made from it") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise TwinError(f"{file} can not be read: {error}") from None
    if found is not None and not isinstance(found, dict):
        raise TwinError(f"{file}: expected a map")
    return cast("dict[str, Any]", found or {})
