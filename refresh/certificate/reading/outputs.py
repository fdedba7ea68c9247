"""What the stacks put out: `access`, `desktops`, `inventory`, of one stack or of its layers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from refresh.certificate.facts import At
from refresh.certificate.reading.text import BadInputError, Text, as_json


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool in one generation, as Citrix or Azure has it (docs/certify.md). `of` is the pool in every generation."""

    key: str
    of: str
    kind: str
    name: str
    generation: str
    published: tuple[str, ...]
    machines: int
    network: str
    endpoints: str
    unit: str
    settings: Mapping[str, Any]
    at: At
    file: Text

    def setting_at(self, name: str) -> At:
        """Where one of its settings stands."""
        start = self.file.text.find(f'"{self.key}"', self.file.text.find('"desktops"'))
        return self.file.at(f'"{name}"', max(start, 0))


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the inventory has."""

    name: str
    fqdn: str
    address: str
    generation: str
    at: At


@dataclass
class Outputs:
    """All of it. `access` gives the value of each point by kind and name, `states` the state of each generation, and
    `observed` are those that no stack manages.
    """

    platform: str = ""
    access: dict[tuple[str, str], tuple[str, At]] = field(default_factory=dict[tuple[str, str], tuple[str, At]])
    pools: dict[str, Pool] = field(default_factory=dict[str, Pool])
    servers: dict[str, Server] = field(default_factory=dict[str, Server])
    states: dict[str, str] = field(default_factory=dict[str, str])
    observed: set[str] = field(default_factory=set[str])
    networks: set[IPv4Network] = field(default_factory=set[IPv4Network])
    files: list[Text] = field(default_factory=list[Text])

    def record(self, name: str) -> tuple[list[str], At]:
        """The addresses of a stable name; none where nobody answers to it."""
        value, at = self.access.get(("record", name), ("", self.files[0].at('"access"')))
        return [part.strip() for part in value.split(",") if part.strip()], at

    def serves(self, generation: str) -> bool:
        """Whether a generation lets people in."""
        return self.states.get(generation) in ("pilot", "live")

    def open_points(self) -> list[tuple[str, str]]:
        """The delivery groups and host pools that let somebody in, by kind and name."""
        return sorted(point for point, (value, _) in self.access.items() if point[0] != "record" and value != "closed")

    def pool_of(self, point: tuple[str, str]) -> Pool | None:
        """The pool behind a point; None for one that was there before us."""
        return next((pool for pool in self.pools.values() if (pool.kind, pool.name) == point), None)

    def together(self, *addresses: str) -> bool:
        """Whether they are in one network, where no firewall is between them."""
        return any(all(IPv4Address(each) in network for each in addresses) for network in self.networks)

    def server_at(self, address: str) -> Server | None:
        """The server with an address."""
        return self._by_address.get(address)

    @cached_property
    def _by_address(self) -> dict[str, Server]:
        return {server.address: server for server in self.servers.values()}


def outputs(files: Iterable[Text]) -> Outputs:
    """The outputs of these files together. Raises BadInputError when one is none, or when something is in none."""
    found = Outputs()
    for file in files:
        document: Any = as_json(file)
        if not hasattr(document, "items"):
            raise BadInputError(f"{file.path}: no outputs of a stack; write it with `pulumi stack output --json`")
        found.files.append(file)
        try:
            _take(found, file, document)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInputError(
                f"{file.path}: not what a stack of ours puts out ({error!r}); update the stack with pulumi up"
            ) from None
    names = ", ".join(file.path for file in found.files)
    missing = [name for name, there in _parts(found) if not there]
    if missing:
        raise BadInputError(
            *(f"{names}: no output `{name}`; add the stack that has it, or update it first" for name in missing)
        )
    return found


def _parts(found: Outputs) -> list[tuple[str, object]]:
    return [("inventory", found.servers), ("access", found.access)]


def _take(found: Outputs, file: Text, document: Mapping[str, Any]) -> None:
    for point, value in document.get("access", {}).items():
        kind, _, name = point.partition(" ")
        found.access[kind, name] = (value, file.at(f'"{point}"'))
    for key, pool in document.get("desktops", {}).items():
        found.pools[key] = _pool(file, key, pool)
    inventory = document.get("inventory")
    if inventory is None:
        return
    if found.platform not in ("", inventory["platform"]):
        raise BadInputError(
            f"{file.path}: of {inventory['platform']}, and others are of {found.platform}; name stacks of one platform"
        )
    found.platform = inventory["platform"]
    found.networks |= {IPv4Network(each["prefix"]) for each in inventory["networks"].values()}
    found.observed |= {name for name, each in inventory["generations"].items() if each["origin"] == "observed"}
    found.states |= {name: each["state"] for name, each in inventory["generations"].items()}
    for key, each in inventory["servers"].items():
        address = each["address"] or ""
        found.servers[key] = Server(key, each["fqdn"].lower(), address, each["generation"], file.at(f'"{key}": {{'))


def _pool(file: Text, key: str, pool: Mapping[str, Any]) -> Pool:
    start = max(file.text.find('"desktops"'), 0)
    return Pool(
        key=key,
        of=pool["pool"],
        kind=pool["kind"],
        name=pool["name"],
        generation=pool["generation"],
        published=tuple(pool["published"]),
        machines=int(pool["machines"]),
        network=pool["network"] or "",
        endpoints=pool.get("endpoints") or "",
        unit=pool["unit"] or "",
        settings=pool["settings"],
        at=file.at(f'"{key}"', start),
        file=file,
    )
