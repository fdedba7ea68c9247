"""Who gets rights on what in vCenter, and what hosts are told: from accounts and services to single objects.

A stack gives rights on what it made alone. EntityPermissions is all permissions of an object: whoever else has some on
it loses them at the update after (terraform-provider-vsphere 2.16.1, resource_vsphere_entity_permissions.go: Read fills
`permissions` with everybody's, and Update removes whom the program does not name). On a datacenter that was there
before us that would be the administrators, so what lies above our own objects is the playbook's, which only adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model.derive.hosts import built_hosts
from model.derive.instances import attach

if TYPE_CHECKING:
    from model.platform import Declared, Platform
    from model.types.vcenter import VcenterAccount, VcenterLicence

Holder = Literal["cluster", "datastores", "network"]
"""The objects of a generation that an account works on."""

SYSLOG_TLS = 6514
"""Syslog over TLS (RFC 5425, section 4.1)."""


@dataclass(frozen=True, slots=True)
class Right:
    """An account may do what `role` says on an object of a generation and below it: machines have the rights of their
    cluster. `key` is that of the cluster, the datastore cluster or the network.
    """

    holder: Holder
    key: str
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class OuterRight:
    """What an account may do above what we build: on the `top` of vCenter or on the datacenter, and below it too where
    it `propagates`.
    """

    account: VcenterAccount
    on: Literal["top", "datacenter"]
    role: str
    propagates: bool


def rights(platform: Declared, generation: str) -> tuple[Right, ...]:
    """Every right on an object of a generation, sorted by object and account."""
    found: set[Right] = set()
    for name, account in platform.vmware.accounts.items():
        there = [key for key in account.clusters if key in platform.vmware.clusters]
        for key in there:
            group = platform.vmware.clusters[key].datastores
            found |= {Right("cluster", key, name, account.role), Right("datastores", group, name, account.role)}
        for key in account.networks:
            network = platform.network.networks.get(key)
            if network is not None and attach(key, network, generation) is not None:
                found.add(Right("network", key, name, account.role))
    return tuple(sorted(found, key=lambda right: (right.holder, right.key, right.account)))


def given_roles(platform: Declared) -> tuple[str, ...]:
    """The roles that a stack makes, for it gives them itself, in the order of the data."""
    used = {a.role for a in platform.vmware.accounts.values() if a.clusters or a.networks}
    return tuple(key for key in platform.vmware.roles if key in used)


def outer_rights(platform: Declared) -> tuple[OuterRight, ...]:
    """What the playbook gives above what we build, by account."""
    found: list[OuterRight] = []
    for account in platform.vmware.accounts.values():
        if account.everywhere:
            found.append(OuterRight(account, "top", account.role, propagates=True))
        if account.top_role is not None:
            found.append(OuterRight(account, "top", account.top_role, propagates=False))
        if account.datacenter_role is not None:
            found.append(OuterRight(account, "datacenter", account.datacenter_role, propagates=True))
    return tuple(found)


def licences(platform: Declared) -> Iterator[tuple[VcenterLicence, tuple[str, ...]]]:
    """Each licence with the hosts that get it, by DNS name. None where it has no host that we build."""
    for licence in platform.vmware.licences.values():
        own = tuple(sorted(h.name for h in built_hosts(platform) if h.generation in licence.generations))
        if own:
            yield licence, own


def log_targets(platform: Platform) -> tuple[str, ...]:
    """Where hosts and servers send their log, over TLS: by name, which the certificate of a log server bears, or by
    address where the machine is none of ours. Those that we build and that stay: what was there before us is set up by
    others.
    """
    entry = platform.network.addressing.services.get("log")
    if entry is None:
        return ()
    named = [
        i.fqdn
        for i in platform.instances
        if i.found is None
        and i.stays
        and i.system.code == entry.system
        and i.server.role == entry.role
        and (not entry.servers or i.server.identity in entry.servers)
    ]
    return tuple(sorted(named)) or tuple(str(address) for address in sorted(entry.addresses))
