"""What is watched: Icinga's hosts and services, and the targets of Prometheus."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from refresh.certificate.facts import At
from refresh.certificate.reading.text import Text, as_json

_OBJECT = re.compile(r'object (\w+) "([^"]*)" \{')
_VALUE = re.compile(r'([\w.]+) = "?([^"]*?)"?')


@dataclass(frozen=True, slots=True)
class Watched:
    """An object with its attributes, or a target with its labels."""

    name: str
    values: Mapping[str, str]
    at: At


def icinga(file: Text, kind: str) -> list[Watched]:
    """The objects of a kind in a file: `Host`, `Service`, `Dependency`."""
    found: list[Watched] = []
    values: dict[str, str] = {}
    for number, row in enumerate(file.lines, 1):
        line = row.strip()
        if begun := _OBJECT.fullmatch(line):
            values = {}
            if begun[1] == kind:
                found.append(Watched(begun[2], values, At(file.path, number)))
        elif value := _VALUE.fullmatch(line):
            values[value[1]] = value[2]
    return found


def prometheus(file: Text) -> dict[str, Watched]:
    """The targets of a file, by their label `instance`."""
    found: dict[str, Watched] = {}
    try:
        for entry in as_json(file):
            labels = {key: str(value) for key, value in entry["labels"].items()}
            name = labels["instance"]
            found[name] = Watched(name, labels | {"target": entry["targets"][0]}, file.at(f'"instance": "{name}"'))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise file.unread(0, f"no list of targets ({error!r})") from None
    return found


def watchers(file: Text) -> dict[str, list[str]]:
    """The servers that watch, by the tool, as the inventory of the playbook has them."""
    try:
        groups: dict[str, Any] = yaml.safe_load(file.text)["all"]["children"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise file.unread(0, f"no inventory of Ansible ({error!r})") from None
    return {tool: _hosts(groups.get(f"owner_{tool}")) for tool in ("icinga", "prometheus")}


def _hosts(group: Any) -> list[str]:
    return sorted(map(str, group["hosts"])) if group else []


_SITE = re.compile(r'<details class="site" id="([^"]+)">')
_MBIT = re.compile(r'class="wan">([\d.]+) Mbit/s<')
_RESERVE = re.compile(r"Reservelinje: ([\d.]+) Mbit/s")
_LOAD = re.compile(r'title="([\d.]+) af ([\d.]+) kbit/s: sessioner ([\d.]+), tale ([\d.]+), video ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Line:
    """A site's line as the report has it, in kbit/s: what it is, what is asked of it, what may be used, and voice.
    `reserve` is the line that takes over, 0 where there is none.
    """

    kbps: int
    asked: int
    usable: int
    voice: int
    at: At
    reserve: int = 0


def lines(file: Text) -> dict[str, Line]:
    """The line of each site that the report names."""
    found: dict[str, Line] = {}
    code = ""
    for number, row in enumerate(file.lines, 1):
        begun = _SITE.search(row)
        code = begun[1] if begun else code
        mbit, load = _MBIT.search(row), _LOAD.search(row)
        if code and mbit and load:
            asked, usable, _, voice, _ = (int(part.replace(".", "")) for part in load.groups())
            found[code] = Line(int(mbit[1].replace(".", "")) * 1000, asked, usable, voice, At(file.path, number))
        if code in found and (reserve := _RESERVE.search(row)):
            found[code] = replace(found[code], reserve=int(reserve[1].replace(".", "")) * 1000)
    return found
