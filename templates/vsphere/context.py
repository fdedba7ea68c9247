"""The contexts of the two playbooks and their inventory: what vCenter is told once, and what every host is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.hosts import built_hosts
from model.derive.vcenter import SYSLOG_TLS, OuterRight, licences, log_targets, outer_rights
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

LOG_HOST = "Syslog.global.logHost"
TOP = ("rootFolder", "Folder")
"""What community.vmware calls the folder at the top of vCenter, and its kind."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role, with its privileges sorted."""

    title: str
    privileges: list[str]


@dataclass(frozen=True, slots=True)
class Right:
    """What an account may do on an object, by its name and kind."""

    principal: str
    group: bool
    role: str
    object: str
    kind: str
    propagates: bool


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by the name of its secret."""

    title: str
    secret: str


@dataclass(frozen=True, slots=True)
class Vcenter:
    """The context of vcenter.yml."""

    roles: list[Role]
    rights: list[Right]
    licences: list[Licence]


@dataclass(frozen=True, slots=True)
class Service:
    """A service of hosts, as vmware_host_service_manager wants it: `on` and `present`, or `off` and `absent`."""

    name: str
    policy: str
    state: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """The context of esxi.yml."""

    settings: dict[str, bool | int | str]
    services: list[Service]
    logs: bool
    licensed: bool


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and the secret of its licence."""

    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The context of hosts.yml."""

    vcenter: str
    hosts: list[Host]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A template that names no field."""


def files(platform: Platform) -> Iterator[File]:
    """The playbooks and their inventory; nothing where we build no host."""
    hosts = sorted(host.name for host in built_hosts(platform))
    if not hosts:
        return
    secrets = {name: licence.secret for licence, own in licences(platform) for name in own}
    label = platform.vmware.settings.vcenter
    vcenter = f"{label}.{platform.settings.domain.lower()}" if label is not None else ""
    yield File("vcenter.yml", "vcenter.yml.j2", _vcenter(platform))
    yield File("esxi.yml", "esxi.yml.j2", _hosts(platform, licensed=bool(secrets)))
    yield File("hosts.yml", "hosts.yml.j2", Inventory(vcenter, [Host(n, secrets.get(n, "")) for n in hosts]))
    yield File("requirements.yml", "requirements.yml.j2", Nothing())


def settings(platform: Platform) -> dict[str, bool | int | str]:
    """What every host is set to, with where its log goes."""
    found = {key: setting.value for key, setting in platform.vmware.host_settings.items()}
    if targets := log_targets(platform):
        found[LOG_HOST] = ",".join(f"ssl://{target}:{SYSLOG_TLS}" for target in targets)
    return dict(sorted(found.items()))


def _vcenter(platform: Platform) -> Vcenter:
    given = outer_rights(platform)
    keys = sorted({right.role for right in given})
    roles = platform.vmware.roles
    return Vcenter(
        [Role(roles[key].title, sorted(roles[key].privileges)) for key in keys],
        [_right(platform, right) for right in given],
        [Licence(licence.title, licence.secret) for licence, _ in licences(platform)],
    )


def _right(platform: Platform, right: OuterRight) -> Right:
    account, title = right.account, platform.vmware.roles[right.role].title
    where = TOP if right.on == "top" else (platform.vmware.settings.datacenter, "Datacenter")
    return Right(account.principal, account.group, title, *where, right.propagates)


def _hosts(platform: Platform, *, licensed: bool) -> Hosts:
    services = [
        Service(name, *(("on", "present") if service.running else ("off", "absent")))
        for name, service in sorted(platform.vmware.host_services.items())
    ]
    found = settings(platform)
    return Hosts(found, services, LOG_HOST in found, licensed)
