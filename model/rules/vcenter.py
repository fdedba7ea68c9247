"""Rules over service accounts of vCenter and the licences of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.hosts import built_hosts
from model.faults import Fault
from model.rules.rule import Rule, Severity
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


def accounts(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A service account reaches something, either the whole vCenter or what it works on, and each is written once."""
    seen: dict[str, str] = {}
    for name, account in platform.vmware.accounts.items():
        fault = written.sources["accounts", name].fault
        if not (account.everywhere or account.clusters or account.networks):
            message = "reaches nothing; name its `clusters`, or set `everywhere`"
            yield fault((), "VCENTER-ACCOUNT", message)
        if account.everywhere and (account.clusters or account.networks or account.top_role or account.datacenter_role):
            message = "has the whole vCenter already; take away whatever else it has beside its `role`"
            yield fault(("everywhere",), "VCENTER-ACCOUNT", message)
        first = seen.setdefault(account.principal.lower(), name)
        if first != name:
            message = (
                f"{account.principal} is account {first}, and vCenter keeps one permission of an account on an "
                f"object; name another `principal`, or put both into {first}"
            )
            yield fault(("principal",), "VCENTER-ACCOUNT", message)


def pool_networks(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An account that works on the cluster of a pool whose machines Citrix makes may give them the pool's network."""
    networks: dict[tuple[str | None, str], set[str]] = {}
    for instance in platform.pool_instances:
        if instance.found is None and instance.citrix is not None:
            networks.setdefault((instance.pool.cluster, instance.pool.network), set()).add(instance.pool.name)
    for name, account in platform.vmware.accounts.items():
        for (cluster, network), pools in sorted(networks.items(), key=str):
            if cluster in account.clusters and network not in account.networks:
                message = (
                    f"makes machines of {', '.join(sorted(pools))} and may not give them {network}; "
                    "add it to its `networks`"
                )
                yield written.sources["accounts", name].fault(("networks",), "VCENTER-ACCOUNT", message)


def licences(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The hosts of a generation have one licence."""
    seen: dict[str, str] = {}
    for key, licence in platform.vmware.licences.items():
        for generation in licence.generations:
            first = seen.setdefault(generation, key)
            if first != key:
                message = f"hosts of {generation} have {first}; take {generation} out of `generations` of one of them"
                yield written.sources["licences", key].fault(("generations",), "VCENTER-LICENCE", message)


def unlicensed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where licences are given, the hosts of each generation that we build and that is begun have one."""
    seen = {generation for licence in platform.vmware.licences.values() for generation in licence.generations}
    if not seen:
        return
    begun = {name for name, g in platform.refresh.generations.items() if g.state != State.PLANNED}
    bare = {h.generation: h.name for h in built_hosts(platform) if h.generation in begun - seen}
    for generation, host in sorted(bare.items()):
        message = f"no licence is for hosts of {generation}; add {generation} to `generations` of one in vmware.yaml"
        yield written.sources["hosts", host].fault(("generation",), "VCENTER-LICENCE", message)


RULES = (
    Rule(
        "vcenter.accounts",
        "vCenter takes one permission of a principal on an object, the later in place of the earlier (vSphere Web "
        "Services API, SetEntityPermissions).",
        ("VCENTER-ACCOUNT",),
        accounts,
    ),
    Rule(
        "vcenter.pool_networks",
        "Machine Creation Services needs Network.Assign on the network (docs.citrix.com, VMware virtualization "
        "environments, Required privileges).",
        ("VCENTER-ACCOUNT",),
        pool_networks,
    ),
    Rule(
        "vcenter.unlicensed",
        "A host without a licence leaves vCenter when its 60 days of evaluation are over.",
        ("VCENTER-LICENCE",),
        unlicensed,
        Severity.CHECKED,
    ),
    Rule(
        "vcenter.licences_once",
        "vCenter assigns a host one key; which of two is a matter of who ran last.",
        ("VCENTER-LICENCE",),
        licences,
    ),
)
