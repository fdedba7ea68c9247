"""Judges of what is declared in vSphere. Each yields a property and what is wrong with it, never its value."""

from __future__ import annotations

from collections.abc import Iterator

from policy.reading import Props, at, items, word

EXTRA = {
    "isolation.tools.copy.disable": "false",
    "isolation.tools.paste.disable": "false",
    "isolation.tools.setguioptions.enable": "true",
    "remotedisplay.vnc.enabled": "true",
    "isolation.tools.hgfsserverset.disable": "false",
}
"""Advanced settings of a machine by their values that open it (CIS VMware ESXi 8.0 Benchmark, virtual machines)."""

SHELLS = ("ssh", "sshd", "tsm", "tsm-ssh", "esxshell")
"""Services of a host that give a shell, by any of their names."""


def firmware(props: Props) -> Iterator[tuple[str, str]]:
    """VM-01. What is adopted was not cloned, and keeps the firmware that it has."""
    if at(props, "clone") is None:
        return
    if at(props, "firmware") != "efi":
        yield "firmware", "it does not start by UEFI; set it to efi"
    if at(props, "efiSecureBootEnabled") is not True:
        yield "efiSecureBootEnabled", "secure boot is off; set it to true"
    if at(props, "vtpm") is None:
        yield "vtpm", "it has no virtual TPM; add one of version 2.0"


def extras(props: Props) -> Iterator[tuple[str, str]]:
    """VM-02."""
    extra = at(props, "extraConfig") or {}
    for key in sorted(extra):
        if EXTRA.get(str(key).lower()) == word(str(at(extra, key))):
            yield f"extraConfig.{key}", "opens the machine to who looks at it; leave it out"


def host(props: Props) -> Iterator[tuple[str, str]]:
    """HOST-01."""
    if at(props, "lockdown") not in ("normal", "strict"):
        yield "lockdown", "the host takes orders from anybody; set it to normal or strict"
    times = False
    for path, service in items(props, "services"):
        times |= any(True for _ in items(at(service, "ntpd"), "ntpServers"))
        for shell in SHELLS:
            if at(service, shell) is not None:
                yield f"{path}.{shell}", "a shell is open; take it out"
    if not times:
        yield "services", "the host asks nobody for the time; give ntpd its ntpServers"


def cluster(props: Props) -> Iterator[tuple[str, str]]:
    """CLU-01."""
    if at(props, "haEnabled") is not True:
        yield "haEnabled", "a lost host's machines stay down; set it to true"
    if at(props, "haVmComponentProtection") == "disabled":
        yield "haVmComponentProtection", "lost storage is not noticed; set it to enabled"


def switch(props: Props) -> Iterator[tuple[str, str]]:
    """DVS-01, of the switch."""
    if len(list(items(props, "uplinks"))) < 2:
        yield "uplinks", "one cable is all there is; give two"
    yield from guarded(props)
    for field in ("allowPromiscuous", "allowForgedTransmits", "allowMacChanges"):
        if at(props, field) is None:
            yield field, "is left to vSphere; set it to false"


def guarded(props: Props) -> Iterator[tuple[str, str]]:
    """DVS-01, of the switch and its port groups, which may override it."""
    for field in ("allowPromiscuous", "allowForgedTransmits", "allowMacChanges"):
        if at(props, field) is True:
            yield field, "machines can listen to others, or speak for them; set it to false"


def vlan(props: Props) -> Iterator[tuple[str, str]]:
    """PG-01. A group with ranges of VLANs, for machines that tag themselves, is none of ours."""
    number = at(props, "vlanId")
    if not isinstance(number, int | float) or not 2 <= number <= 4094:
        yield "vlanId", "is everybody's, or all of them; set it to one from 2 to 4094"
