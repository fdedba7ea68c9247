"""What each certificate bears, which stable names need one, and until when each must be valid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from model import names
from model.derive import watching
from model.derive.serving import named_servers

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.certificates import Certificate

AFTER_CUTOVER = timedelta(days=90)
"""For how long after the cutover nobody should have to change a certificate."""


@dataclass(frozen=True, slots=True)
class Borne:
    """A certificate with all its names, sorted, the systems that answer to them, and the machines that show it."""

    key: str
    certificate: Certificate
    names: tuple[str, ...]
    systems: tuple[str, ...]
    machines: tuple[str, ...]


def full_names(platform: Platform, certificate: Certificate) -> tuple[str, ...]:
    """All its names in full, sorted."""
    zone = platform.settings.alias_zone or ""
    found = {names.alias(label, zone) for label in certificate.aliases} | {name.lower() for name in certificate.names}
    return tuple(sorted(found))


def borne(platform: Platform) -> tuple[Borne, ...]:
    """Every certificate, by key."""
    owners = {label: code for code, system in platform.estate.systems.items() for label in system.aliases}
    found: list[Borne] = []
    for key, certificate in sorted(platform.certificates.certificates.items()):
        labels = [label for label in certificate.aliases if label in owners]
        servers = {s.identity for label in labels for s in named_servers(platform.estate, owners[label], label)}
        machines = sorted(i.fqdn for i in platform.instances if i.stays and i.server.identity in servers)
        systems = tuple(sorted({owners[label] for label in labels}))
        found.append(Borne(key, certificate, full_names(platform, certificate), systems, tuple(machines)))
    return tuple(found)


def asked_by_tls(platform: Platform) -> dict[str, str]:
    """The system's code by each label of a stable name that somebody reaches over TLS."""
    labels = {names.alias(label, platform.settings.alias_zone or ""): label for label in _labels(platform)}
    return {
        labels[probe.address]: probe.of
        for probe in watching.probes(platform)
        if probe.kind in ("https", "tls") and probe.address in labels
    }


def _labels(platform: Platform) -> set[str]:
    return {label for system in platform.estate.systems.values() for label in system.aliases}


def least(platform: Platform) -> date | None:
    """The first last day that is late enough; None where no cutover is planned."""
    cutover = platform.weekend.cutover
    return cutover.closes.day + AFTER_CUTOVER if cutover is not None else None
