"""Lilleby with Azure, whose office pool is Citrix's in g22 and one of Azure Virtual Desktop in g26."""

from __future__ import annotations

from pathlib import Path

from tests.support import zone

POOL = """
    placement: {g26: {area: administration}}
    applications:
      SBSYS: {executable: 'C:\\Program Files\\SBSYS\\sbsys.exe', arguments: "/kommune:lilleby"}
    cpus: 2
    memory_gib: 8
    avd:
      registration: {g26: {opens: "2026-12-01T06:00:00Z", hours: 48}}
      scaling: {holidays: {first: 2026, last: 2027, also: [2026-12-24]}}
"""
EDITS = (
    (
        "desktops.yaml",
        "    applications:\n      SBSYS: {executable: 'C:\\Program Files\\SBSYS\\sbsys.exe'}\n",
        POOL[1:],
    ),
    ("desktops.yaml", "    users: [GG-Citrix-Kontor]", "    users: [GG-Citrix-Kontor, GG-Jobcenter]"),
    ("desktops.yaml", "    network: servers\n    ou: Kontor", "    network: desktops\n    ou: Kontor"),
    (
        "desktops.yaml",
        "    title: Office\n",
        (
            "    title: Office\n    gallery: {subscription: management, resource_group: rg-images, name: gallil, "
            "image: kontor}\n"
        ),
    ),
    ("desktops.yaml", '    rollout: {to: "2612.1", waves: [[office]], wave: 0, reboot: drain}\n', ""),
    ("azure.yaml", "principals: {", "principals: {GG-Citrix-Kontor: 33333333-3333-4333-8333-333333333333, "),
    ("azure.yaml", "principals:", "avd_principal: 44444444-4444-4444-8444-444444444444\nprincipals:"),
    ("azure.yaml", "areas:\n", "quotas:\n  corp: {families: {standardDASv5Family: 1000}}\nareas:\n"),
    (
        "networks.yaml",
        "networks:\n",
        (
            "networks:\n  desktops:\n    purpose: Desktops\n    switch: production\n    vlan: {g22: 21}\n"
            "    prefix: {g22: 10.20.21.0/24}\n    found: {g22: VLAN21}\n"
        ),
    ),
)
"""File, what stands there, what stands there instead."""

PILOT = (
    ("refresh.yaml", "observed", "adopted"),
    ("refresh.yaml", "state: building", "state: pilot"),
    (
        "refresh.yaml",
        "stable:",
        "serving:\n  pilot: {generation: g26, groups: [GG-Jobcenter], reason: Pilot, expires: 2027-02-01}\nstable:",
    ),
)


def edit(folder: Path, *edits: tuple[str, str, str]) -> None:
    """Replaces text once, and refuses where it does not stand."""
    for file, old, new in edits:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lilleby(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """Writes it below `folder`, edited further, and gives its own folder."""
    own = zone.lilleby(folder)
    edit(own, *EDITS, *edits)
    return own
