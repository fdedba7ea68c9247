"""All that was read, before a link is looked at: files that are missing or can not be read are told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, TypeVar

from refresh.certificate.facts import At, Fact, judged
from refresh.certificate.reading import clients, dhcp, ios, rules, tables, watching, zones
from refresh.certificate.reading.outputs import Outputs, outputs
from refresh.certificate.reading.reach import Flow, Rule, passes
from refresh.certificate.reading.text import BadInputError, Text, as_json, in_script, need, read

T = TypeVar("T")
MANIFEST = "manifest.json"
WORKING = "clients"
"""The VLAN that people work on, by the name that switches and NetBox have for it."""


@dataclass(frozen=True)
class Filter:
    """The rules of one file. `head` is the line that is named when none of them decides."""

    file: Text
    rules: Sequence[Rule]
    head: int = 0

    def passes(self, flow: Flow) -> tuple[bool, At]:
        """Whether a flow passes, and where that is decided."""
        allowed, line = passes(self.rules, flow)
        return allowed, At(self.file.path, line or self.head)


@dataclass(frozen=True)
class Script:
    """A script's data, and the file."""

    data: Any
    file: Text


@dataclass
class Estate:
    """The rendered files and the outputs, each by what it is."""

    folder: Path
    manifest: Text
    edited: list[Fact]
    outputs: Outputs
    sites: Mapping[str, tables.Site]
    topdesk: tables.Topdesk
    switches: Mapping[str, Sequence[ios.Config]]
    scopes: Sequence[tuple[Text, Mapping[IPv4Network, dhcp.Scope]]]
    names: zones.Names
    directory: zones.DirectoryDns | None
    filters: Sequence[Filter]
    store: Script | None
    marks: Mapping[str, Script]
    clients: Mapping[str, Sequence[clients.Client]]
    others: str
    icinga: Mapping[str, watching.Watched]
    services: Sequence[watching.Watched]
    depends: Mapping[str, watching.Watched]
    targets: Mapping[str, watching.Watched]
    watchers: Mapping[str, Sequence[str]]
    lines: Mapping[str, watching.Line]
    report: Text
    icinga_file: Text
    ping_file: Text


def load(folder: Path, stacks: Iterable[Text]) -> Estate:
    """Everything below `folder`, and the outputs of the stacks. Raises BadInputError with every message at once."""
    return _Loading(folder).load(list(stacks))


class _Loading:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wrong: list[str] = []

    def load(self, stacks: list[Text]) -> Estate:
        folder = self._folder
        manifest = need(folder, MANIFEST)
        edited = list(as_rendered(folder, manifest))
        icinga = self._try(lambda: need(folder, "icinga/sites.conf"))
        pings = self._try(lambda: need(folder, "prometheus/targets/ping.json"))
        report = self._try(lambda: need(folder, "report/index.html"))
        parts: dict[str, Any] = {
            "outputs": self._try(lambda: outputs(stacks)),
            "sites": self._try(lambda: tables.netbox(folder)),
            "topdesk": self._try(lambda: tables.topdesk(folder)),
            "switches": self._try(self._switches),
            "scopes": self._try(self._scopes),
            "names": self._try(self._names),
            "directory": self._try(lambda: self._maybe("dns/Set-Dns.ps1", zones.directory)),
            "filters": self._try(self._filters),
            "store": self._try(lambda: self._maybe("storefront/Set-StoreFront.ps1", _script)),
            "marks": self._try(self._marks),
            "clients": self._try(lambda: clients.clients(folder)),
            "others": self._try(lambda: clients.others(folder)),
            "icinga": self._try(lambda: {each.name: each for each in watching.icinga(icinga, "Host")}),
            "services": self._try(lambda: watching.icinga(need(folder, "icinga/systems.conf"), "Service")),
            "depends": self._try(
                lambda: {each.values["child_host_name"]: each for each in watching.icinga(icinga, "Dependency")}
            ),
            "targets": self._try(self._targets),
            "watchers": self._try(lambda: watching.watchers(need(folder, "ansible_apply/hosts.yml"))),
            "lines": self._try(lambda: watching.lines(report)),
        }
        if self._wrong:
            raise BadInputError(*dict.fromkeys(self._wrong))
        return Estate(
            folder=folder,
            manifest=manifest,
            edited=edited,
            report=report,
            icinga_file=icinga,
            ping_file=pings,
            **parts,
        )

    def _try(self, step: Callable[[], T]) -> Any:
        """What a step gives. Its fault is kept, so that all are told; None then, which nothing looks at."""
        try:
            return step()
        except BadInputError as error:
            self._wrong += error.messages
        except AttributeError:
            # What it reads is missing, and that was told where it was read.
            if not self._wrong:
                raise
        return None

    def _maybe(self, name: str, step: Callable[[Text], T]) -> T | None:
        file = read(self._folder, name)
        return step(file) if file is not None else None

    def _switches(self) -> dict[str, list[ios.Config]]:
        found: dict[str, list[ios.Config]] = {}
        for path in sorted((self._folder / "switches").glob("*/*.cfg")):
            file = need(self._folder, path.relative_to(self._folder).as_posix())
            found.setdefault(path.parent.name, []).append(ios.parse(file))
        return found

    def _scopes(self) -> list[tuple[Text, dict[IPv4Network, dhcp.Scope]]]:
        kea = sorted((self._folder / "kea").glob("*.json"))
        files = [(f"kea/{path.name}", dhcp.kea) for path in kea]
        files += [("windows_dhcp/Set-Dhcp.ps1", dhcp.windows)]
        found = [(file, step(file)) for name, step in files if (file := read(self._folder, name)) is not None]
        if not found:
            raise BadInputError(
                f"{self._folder}: neither kea nor windows_dhcp is there; write it with `refresh render`"
            )
        return found

    def _names(self) -> zones.Names:
        names = zones.Names()
        for path in sorted((self._folder / "dns" / "zones").glob("*.zone")):
            names.add(need(self._folder, f"dns/zones/{path.name}"))
        return names

    def _filters(self) -> list[Filter]:
        nft, flows = (need(self._folder, f"firewall/{name}") for name in ("platform-refresh.nft", "flows.csv"))
        return [Filter(nft, rules.nftables(nft)), Filter(flows, rules.table(flows))]

    def _marks(self) -> dict[str, Script]:
        return {
            key: _script(need(self._folder, f"qos/{name}.ps1"))
            for key, name in (("session", "Set-QosSessionMachine"), ("workplace", "Set-QosWorkplace"))
        }

    def _targets(self) -> dict[str, watching.Watched]:
        found: dict[str, watching.Watched] = {}
        for name in ("ping", "https", "servers"):
            found |= watching.prometheus(need(self._folder, f"prometheus/targets/{name}.json"))
        return found


def _script(file: Text) -> Script:
    return Script(in_script(file), file)


def as_rendered(folder: Path, manifest: Text) -> Iterable[Fact]:
    """The files that are no longer what `refresh render` wrote, by the digests of its list."""
    try:
        files = as_json(manifest)["files"]
        digests = {path: entry["sha256"] for path, entry in files.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise manifest.unread(0, f"no list of what was rendered ({error!r})") from None
    for path, digest in sorted(digests.items()):
        try:
            found = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        except FileNotFoundError:
            yield judged("Filen er der", "mangler", At(path), "den blev skrevet af refresh render")
            continue
        except OSError as error:
            raise BadInputError(
                f"{folder / path}: cannot be read ({error}); write it again with `refresh render`"
            ) from None
        if found != digest:
            text = "Filen er, som den blev skrevet"
            yield judged(text, f"rettet, {found[:12]}", At(path), digest[:12])


def platform_of(manifest: Text) -> str:
    """Whose files they are."""
    return str(json.loads(manifest.text).get("platform", ""))
