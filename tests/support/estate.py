"""Writes a platform of any size, for what is measured by size: benchmarks and the engine at scale."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import LILLEBY

PER_SYSTEM = 40
PER_HOST = 20


def write(stacks: Path, servers: int) -> Path:
    """A platform `stacks/estate` with that many application servers, to be built as g26 beside nothing; its folder."""
    shutil.copytree(LILLEBY.parent / "catalog", stacks / "catalog", dirs_exist_ok=True)
    folder = stacks / "estate"
    own = ("systems", "hardware.yaml", "networks.yaml", "refresh.yaml", "desktops.yaml", "flows.yaml")
    shutil.copytree(LILLEBY, folder, ignore=shutil.ignore_patterns(*own))
    edit(folder, {"platform.yaml": {"consumers": REMOVE, "runners": REMOVE, "directory": REMOVE}})
    (folder / "refresh.yaml").write_text(
        "generations:\n  g22: {origin: observed, state: live}\n  g26: {origin: managed, state: building}\n"
    )
    (folder / "networks.yaml").write_text(
        "services: {dns: {addresses: [10.20.20.12]}}\n"
        "networks:\n  servers:\n    purpose: Servers\n    switch: production\n    vlan: {g22: 20, g26: 220}\n"
        "    prefix: {g22: 10.20.20.0/24, g26: 10.32.0.0/16}\n    found: {g22: VLAN20_Servere}\n"
        "  hosts: {purpose: Hosts, switch: production, kernel: management, vlan: {g26: 200}, "
        "prefix: {g26: 10.33.0.0/16}}\n"
        "  vmotion: {purpose: vMotion, switch: production, kernel: vmotion, vlan: {g26: 201}, "
        "prefix: {g26: 10.34.0.0/16}}\n"
    )
    hosts = servers // PER_HOST + 2
    lines = ["models:", "  new-host: {cores: 64, memory_gib: 1024, nics: [vmnic2, vmnic3]}", "hosts:"]
    lines += ["  esx01.lilleby.example: {generation: g22, cluster: servers, model: new-host}"]
    lines += [
        f"  esx-g26-{n:03d}.lilleby.example: {{generation: g26, cluster: servers, model: new-host, number: {n + 10}}}"
        for n in range(hosts)
    ]
    lines += ["datastores:", *(_datastore(n) for n in range(hosts))]
    lines += [_datastore(999, "g22")]
    (folder / "hardware.yaml").write_text("\n".join(lines) + "\n")
    (folder / "systems").mkdir()
    claimed = ["LILDC01", "LILDC02", "LILSQL01", "LILAPP01", "LILAPP02", "LILLNX01"]
    for system in range((servers + PER_SYSTEM - 1) // PER_SYSTEM):
        count = min(PER_SYSTEM, servers - system * PER_SYSTEM)
        text = _system(system, count, claimed if system == 0 else [])
        (folder / "systems" / f"{_code(system)}.yaml").write_text(text)
    return folder


def _code(system: int) -> str:
    return f"s{system:03d}"


def _datastore(number: int, generation: str = "g26") -> str:
    place = f"generation: {generation}, group: standard, cluster: servers, capacity_gib: 16384"
    return f"  DS-{generation.upper()}-{number:03d}: {{{place}, lun: naa.600a0980383146485{number:015d}}}"


def _system(system: int, count: int, claimed: list[str]) -> str:
    code = _code(system)
    head = f"code: {code}\ntitle: System {system}\nhosting: own\nowner: IT-afdelingen\n"
    lines = [head + "criticality: normal\npersonal_data: none\nservers:"]
    for number in range(count):
        found = ""
        if number < len(claimed):
            found = f", found: {{g22: {claimed[number]}}}"
        host = 100 + system * PER_SYSTEM + number
        lines.append(f"  {code}-app{number + 1:02d}: {{role: app, host: {host}{found}}}")
    return "\n".join(lines) + "\n"


def identity(number: int) -> str:
    """The server of that number in a platform that `write` made."""
    system, place = divmod(number, PER_SYSTEM)
    return f"{_code(system)}-app{place + 1:02d}"


def claims(machines: list[str]) -> Edits:
    """Edits by which the servers of a platform that `write` made are these machines of g22, each in its turn."""
    edits: dict[str, dict[str, dict[str, str]]] = {}
    for number, name in enumerate(machines):
        server = identity(number)
        edits.setdefault(f"systems/{server.partition('-')[0]}.yaml", {})[f"servers.{server}.found"] = {"g22": name}
    return edits
