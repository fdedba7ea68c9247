"""What `refresh doctor` finds around a platform: the backend, its stacks with their secrets, windows that open and end.

A secret is looked for by its key: whether it is set and encrypted. Its value is never read.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cli import backend, common
from cli.doctor_lines import Line
from cli.doctor_machine import asked

if TYPE_CHECKING:
    from model import Platform
    from refresh.stack_secrets import Need


@dataclass(frozen=True, slots=True)
class StackFile:
    """A stack of the platform: its name, its layer, and its configuration, in which what is encrypted stays so."""

    name: str
    layer: str
    config: Mapping[str, Any]


def lines(platform: Platform, now: dt.datetime) -> Iterator[Line]:
    """The backend, then each stack, then the windows."""
    yield _backend()
    for stack in stack_files(platform.name):
        yield from _secrets(platform, stack)
    yield from windows(platform, now)


def _backend() -> Line:
    if not backend.is_chosen():
        text = "nobody has chosen one; set `backend: {url: ...}` in Pulumi.yaml, or PULUMI_BACKEND_URL, and log in"
        return Line("do", "backend", text)
    try:
        who: dict[str, Any] = json.loads(asked("whoami", "--json") or "{}")
    except ValueError:
        who = {}
    if not who.get("user"):
        return Line("do", "backend", "does not answer, or nobody is logged in; run pulumi login, then pulumi whoami")
    return Line("ok", "backend", f"{_without_account(str(who.get('url', '')))}, as {who['user']}")


def _without_account(url: str) -> str:
    """A backend's address without a user, a password and what stands behind a question mark."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def known_stacks() -> set[str]:
    """The stacks that the backend has; none where there is no backend."""
    try:
        listed: list[dict[str, Any]] = json.loads(asked("stack", "ls", "--json") or "[]") if backend.is_chosen() else []
    except ValueError:
        return set()
    return {str(stack.get("name", "")).rpartition("/")[2] for stack in listed}


def stack_files(platform: str) -> list[StackFile]:
    """The stack files of a platform, by name, in the folder that the project names."""
    root, project = backend.project()
    prefix = f"{project.get('name', '')}:"
    found: list[StackFile] = []
    for path in sorted((root / str(project.get("stackConfigDir") or ".")).glob("Pulumi.*.yaml")):
        try:
            config = (YAML(typ="safe").load(path) or {}).get("config") or {}
        except (OSError, YAMLError, AttributeError) as error:
            common.fail(f"{path}: {' '.join(str(error).split())}; put the file right")
        if config.get(f"{prefix}platform") == platform:
            name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
            found.append(StackFile(name, str(config.get(f"{prefix}layer") or "all"), config))
    return found


def _secrets(platform: Platform, stack: StackFile) -> Iterator[Line]:
    """A line for each secret and account that is not as it has to be, or one that says that all are."""
    from refresh.stack_secrets import needed

    prefix = f"{backend.project()[1].get('name', '')}:"
    asked_for = needed(platform, stack.layer)
    wrong = [line for need in asked_for if (line := _secret(need, stack, prefix)) is not None]
    yield from wrong
    if not wrong:
        names = ", ".join(need.key or " and ".join(need.environment) for need in asked_for if need.secret)
        yield Line("ok", f"stack {stack.name}", f"secrets are set: {names}" if names else "needs no secret")


def _secret(need: Need, stack: StackFile, prefix: str) -> Line | None:
    about = f"stack {stack.name}"
    if need.environment and all(os.environ.get(name) for name in need.environment):
        return None
    variables = " and ".join(need.environment)
    if not need.key:
        text = f"{variables} for {need.reason} are not in the environment; set them, or log in with az"
        return Line("may", about, text)
    value = stack.config.get(need.key if ":" in need.key else f"{prefix}{need.key}")
    if not need.secret:
        command = f"pulumi config set {need.key} ACCOUNT -s {stack.name}"
        return None if value else Line("do", about, f"{need.key} for {need.reason} is missing; run {command}")
    command = f"pulumi config set --secret {need.key} -s {stack.name}"
    if isinstance(value, Mapping) and "secure" in value:
        return None
    if value is not None:
        return Line("do", about, f"{need.key} stands in plain text; change it where it is used, then {command}")
    otherwise = f", or set {variables}" if variables else ""
    return Line("do", about, f"{need.key} for {need.reason} is missing; run {command}{otherwise}")


def windows(platform: Platform, now: dt.datetime) -> Iterator[Line]:
    """When session hosts of Azure Virtual Desktop may register: before, in, and after the window of each token."""
    for pool in platform.desktops.pools.values():
        for generation, wave in (pool.avd.registration if pool.avd is not None else {}).items():
            about = f"registration of {pool.name} in {generation}"
            key = f"pools.{pool.name}.avd.registration.{generation}"
            if wave.expires <= now:
                yield Line(
                    "do", about, f"ended {_moment(wave.expires)}; take {key} out, for Azure refuses such a token"
                )
            elif wave.opens > now:
                yield Line("may", about, f"opens {_moment(wave.opens)}, and until then no host registers")
            else:
                left = wave.expires - now
                hours = f"{left.days} days and {left.seconds // 3600} hours"
                yield Line("ok", about, f"open until {_moment(wave.expires)}, {hours} more")


def _moment(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
