"""Reads the directory's scripts back: no unit, group or account is missing, and each unit follows the one above it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.derive.principals import by_account
from model.types.states import State
from rendering import powershell, proof
from rendering.target import Finding
from templates.ad.context import DIRECTORY, MASTER, POLICY, SITES, scripts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model import Platform
    from model.types.baselines import Baseline


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trips and the PowerShell grammar find. The grammar also reads the scripts' data back."""
    return proof.joined(
        _lgpo(platform.baselines, folder),
        lambda: [
            *powershell.findings(folder),
            *_directory(platform, folder),
            *_policies(platform.baselines, folder),
            *_forest(platform, folder),
        ],
    )


def _data(folder: Path, script: str) -> Any:
    return powershell.data((folder / script).read_text(encoding="utf-8-sig"))


def _directory(platform: Platform, folder: Path) -> Iterator[Finding]:
    data = _data(folder, DIRECTORY)
    known = {",".join(f"DC={label}" for label in platform.settings.domain.split("."))}
    for unit in data["units"]:
        if unit["parent"] not in known:
            yield Finding(DIRECTORY, f"{unit['dn']} comes before the unit above it")
        known.add(unit["dn"])
    used = {
        i.ou for i in (*platform.instances, *platform.pool_instances) if i.ou and i.generation.state != State.RETIRED
    }
    used.add(data["group_path"])
    yield from (Finding(DIRECTORY, f"unit {unit} is missing") for unit in sorted(used - known))
    named = {group for pool in platform.desktops.pools.values() for group in pool.users}
    named |= {
        group
        for entry in (*platform.refresh.serving.values(), *platform.refresh.waves.values())
        for group in entry.groups
    }
    named |= {account["group"] for account in data["accounts"]}
    named |= {policy.group for policy in platform.network.addressing.port_policies.values()}
    yield from proof.differences(DIRECTORY, "group", named, [group["name"] for group in data["groups"]])
    wanted = [e.points_at.rpartition("\\")[2] for e in platform.refresh.stable.values() if e.kind == "service-account"]
    yield from proof.differences(DIRECTORY, "account", wanted, [account["name"] for account in data["accounts"]])
    borne = [f"{spn} of {account['name']}" for account in data["accounts"] for spn in account["principals"]]
    due = [
        f"{spn} of {account}"
        for entry, principals in by_account(platform).items()
        for account in platform.refresh.stable[entry].points_at.split("\\")[1:]
        for spn in principals
    ]
    yield from proof.differences(DIRECTORY, "principal", due, borne)


def _forest(platform: Platform, folder: Path) -> Iterator[Finding]:
    """Every machine is in one subnet of the site, and the master in the generation that serves is one that we built."""
    own = platform.settings.directory
    yield from proof.differences(".", "script", scripts(platform), [path.name for path in folder.glob("*.ps1")])
    if own is None:
        return
    subnets = [IPv4Network(text) for text in _data(folder, SITES)["subnets"]]
    for machine in platform.instances:
        inside = [subnet for subnet in subnets if machine.address is not None and machine.address in subnet]
        if machine.address is not None and len(inside) != 1:
            yield Finding(SITES, f"{machine.logical_name}, {machine.address}, is in {len(inside)} subnets")
    if (folder / MASTER).is_file():
        holder = _data(folder, MASTER)["computer"]
        may = {i.computer_name.upper() for i in platform.instances if i.server.identity == own.master}
        if holder not in may:
            yield Finding(MASTER, f"{holder} is no machine of {own.master}")


def _policies(baselines: Mapping[str, Baseline], folder: Path) -> Iterator[Finding]:
    units = {unit["dn"] for unit in _data(folder, DIRECTORY)["units"]}
    for policy in _data(folder, POLICY)["policies"]:
        shared = policy["target"].startswith("OU=Domain Controllers,") and policy["computers"]
        if policy["target"] not in units and not shared:
            yield Finding(POLICY, f"{policy['name']} is linked to {policy['target']}, which nothing makes")
        name = policy["name"].split("-", 2)[2].lower().removesuffix("-dc" if shared else "")
        shown = [f"{s['key']} {s['name']} {s['value']}" for s in policy["settings"]]
        yield from proof.differences(POLICY, f"value of {name}", _values(baselines, name), shown)


def _lgpo(baselines: Mapping[str, Baseline], folder: Path) -> Iterator[Finding]:
    """Reads LGPO text: of each entry four lines, after comments, with a blank line between (LGPO.exe documentation)."""
    for name in baselines:
        path = folder / "lgpo" / f"{name}.txt"
        shown: list[str] = []
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith(";")]
            if lines:
                kind, _, data = lines[-1].partition(":")
                if len(lines) != 4 or lines[0] != "Computer" or kind not in ("DWORD", "SZ"):
                    yield Finding(f"lgpo/{name}.txt", f"no entry: {' / '.join(lines)}")
                    continue
                shown.append(f"{lines[1]} {lines[2]} {data}")
        yield from proof.differences(f"lgpo/{name}.txt", "value", _values(baselines, name), shown)


def _values(baselines: Mapping[str, Baseline], name: str) -> list[str]:
    values = baselines[name].settings.values() if name in baselines else ()
    return [f"{v.key} {v.name} {v.dword if v.dword is not None else v.text}" for v in values]
