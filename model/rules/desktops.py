"""Rules over pools: references, names, sizes. Those over their images are in desktop_images.py.

What Citrix would find out while building is found here before anything is built. What it would accept and nobody wants
is in desktop_traps.py, what concerns Azure Virtual Desktop alone in avd.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from model import names
from model.derive.pools import generations_of
from model.faults import Fault, nearest
from model.rules.estate import reaches
from model.rules.rule import Rule, Severity
from model.types.desktops import DesktopImage, Pool
from model.types.pools import PoolInstance

if TYPE_CHECKING:
    from model.platform import Desktops, Platform, Refresh
    from model.provenance import Provenance


def prerequisites(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where Citrix makes a pool there is a cluster, a network and an image for it, in each of its generations."""
    for name, pool in platform.desktops.pools.items():
        source = written.sources["pools", name]
        for field in ("cluster", "network"):
            value, there = getattr(pool, field), written.known.get(f"{field}s", set())
            if value is not None and value not in there and _on_citrix(platform.refresh, pool):
                yield source.fault((field,), "DANGLING", f"no {field} {value}; {nearest(value, there)}")
        for generation in pool.found:
            if generation not in pool.image:
                yield source.fault(("image",), "MISSING-KEY", f"no image for {generation}; add one for each generation")
        yield from _built(platform, written, pool)


def _on_citrix(refresh: Refresh, pool: Pool) -> bool:
    """Whether Citrix has the pool in some generation."""
    return any(g.name in pool.found or g.name not in pool.placement for g in generations_of(pool, refresh.generations))


def _built(platform: Platform, written: Provenance, pool: Pool) -> Iterator[Fault]:
    """What is needed to build a pool in a managed generation, and what Citrix needs where it builds it."""
    source = written.sources["pools", pool.name]
    if pool.desktop is None and not pool.applications:
        message = "nothing for its users to start; add `desktop` with the name that they see, or `applications`"
        yield source.fault(("desktop",), "MISSING-KEY", message)
    network = platform.network.networks.get(pool.network)
    for generation in generations_of(pool, platform.refresh.generations):
        name = generation.name
        if name in pool.found:
            continue
        if name not in pool.machines and pool.workplaces is None:
            message = (
                f"nothing tells how many machines {name} needs; set `workplaces` to size it for, or `machines: "
                f"{{{name}: N}}`"
            )
            yield source.fault(("workplaces",), "MISSING-KEY", message)
        if name in pool.placement:
            continue
        for field in ("cluster", "ou"):
            if getattr(pool, field) is None:
                message = f"{field} is missing; set it to where Citrix makes its machines in {name}"
                yield source.fault((field,), "MISSING-KEY", message)
        if network is not None:
            yield from reaches(written, pool.network, network, name)
        site = platform.desktops.citrix
        if site is None or site.vcenter is None:
            message = f"citrix.vcenter is missing; set it to where Citrix makes the machines of {pool.name} in {name}"
            yield written.sources["file", "desktops.yaml"].fault(("citrix", "vcenter"), "MISSING-KEY", message)
        yield from _master(platform.desktops, written, pool, name)


def _master(desktops: Desktops, written: Provenance, pool: Pool, generation: str) -> Iterator[Fault]:
    """What Citrix makes a pool's machines from is there: the master VM, and of each version the snapshot and agent."""
    name = pool.image[generation]
    image = desktops.images.get(name)
    if image is None:
        return
    source = written.sources["desktop_images", name]
    if image.master is None:
        message = f"desktop image {name} has no master; set it to the VM in vSphere whose snapshots it is"
        yield source.fault(("master",), "MISSING-KEY", message)
    told = {
        "snapshot": f"no snapshot; name one of {image.master or 'its master'}",
        "vda": "no vda; write the release of its agent, in quotes",
    }
    for version in _versions_used(image, pool.name):
        for field, missing in told.items():
            if version in image.versions and getattr(image.versions[version], field) is None:
                yield source.fault(("versions", version, field), "MISSING-KEY", f"version {version} has {missing}")


def _versions_used(image: DesktopImage, pool: str) -> list[str]:
    rollout = image.rollout
    comes = rollout is not None and any(pool in wave for wave in rollout.waves)
    return [image.current, *([rollout.to] if rollout is not None and comes else [])]


def session_machines(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every session machine that was found belongs to exactly one pool, once the pools are described."""
    whole = written.known.get("pools", set()) == set(platform.desktops.pools)
    for generation, machines in platform.observed.vdas.items() if platform.desktops.pools and whole else ():
        claims: dict[str, list[str]] = defaultdict(list)
        for name, pool in platform.desktops.pools.items():
            if generation in pool.found:
                claims[pool.found[generation].folder].append(name)
        for folder, pools in claims.items():
            for name in pools[1:]:
                message = f"folder {folder} is that of {pools[0]}; name each folder in one pool"
                path = ("found", generation, "folder")
                yield written.sources["pools", name].fault(path, "DUPLICATE-NAME", message)
            if not any(vm.folder == folder for vm in machines.values()):
                message = (
                    f"no session machine stands in {folder}; {nearest(folder, {vm.folder for vm in machines.values()})}"
                )
                path = ("found", generation, "folder")
                yield written.sources["pools", pools[0]].fault(path, "DANGLING", message)
        for name, vm in machines.items():
            if vm.folder not in claims:
                file, line = written.lines[f"vdas {generation}", name.lower()]
                message = f"no pool has found: {{{generation}: {{folder: {vm.folder}}}}}; add it to the machine's pool"
                yield Fault(file, line, "DANGLING", name, message)


def room(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What will be built has room: for its addresses in the network, and in three digits for its names."""
    taken: dict[tuple[str, str], int] = defaultdict(int)
    for instance in platform.pool_instances:
        if instance.attachment is None:
            continue
        prefix, network = instance.attachment.prefix, instance.attachment.network
        taken[network, instance.generation.name] += instance.machines
        servers = sum(
            i.attachment.network == network and i.generation is instance.generation for i in platform.instances
        )
        free = prefix.num_addresses - 3 - servers
        wanted = taken[network, instance.generation.name]
        if wanted > free:
            message = (
                f"{wanted} machines in {prefix} of {network}, which has room for {free}; give it a larger prefix, "
                "or name another network"
            )
            yield written.sources["pools", instance.pool.name].fault(("network",), "POOL-SIZE", message)
        if instance.machines > 999:
            message = f"{instance.machines} machines; give at most 999, for their names have three digits"
            yield written.sources["pools", instance.pool.name].fault((), "POOL-SIZE", message)


def pool_names(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Names in Citrix are unique in the site, and computer names in the forest, over all generations."""
    seen: dict[tuple[str, str], PoolInstance] = {}
    computers = {i.computer_name.upper(): i.logical_name for i in platform.instances}
    computers |= {
        name.upper(): f"the session machine {name}" for found in platform.observed.vdas.values() for name in found
    }
    schemes: list[PoolInstance] = []
    for instance in platform.pool_instances:
        source, path = written.sources["pools", instance.pool.name], _place(instance)
        own = instance.citrix
        named = (("catalog", own.catalog), ("delivery group", own.delivery_group)) if own is not None else ()
        for what, name in named:
            first = seen.setdefault((what, name.lower()), instance)
            if first is not instance:
                message = (
                    f"{what} {name} is that of {first.logical_name}; give it a name that is unique in any letter "
                    "case, over all generations"
                )
                yield source.fault(path, "DUPLICATE-NAME", message)
        scheme = instance.naming_scheme
        if scheme is None:
            continue
        wrong = names.computer_name_fault(scheme.replace("#", "0"))
        if wrong is not None:
            yield source.fault(("short",), "BAD-NAME", wrong)
        other = next((s for s in schemes if names.schemes_meet(scheme, s.naming_scheme or "")), None)
        holder = (
            other.logical_name
            if other
            else next((holder for name, holder in computers.items() if names.schemes_meet(scheme, name)), None)
        )
        if holder is not None:
            message = f"computer names {scheme} meet those of {holder}; give it another `short`"
            yield source.fault(("short",), "DUPLICATE-NAME", message)
        schemes.append(instance)


def draining(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A machine that takes no new session is of a pool that we build in that generation, and in Azure one of its hosts.

    Citrix numbers machines itself and leaves gaps, so that there any number may be one.
    """
    built = {(i.pool.name, i.generation.name): i for i in platform.pool_instances if i.found is None}
    for name, pool in platform.desktops.pools.items():
        source = written.sources["pools", name]
        ours = [generation for of, generation in built if of == name]
        for generation, numbers in pool.draining.items():
            instance = built.get((name, generation))
            if instance is None:
                message = f"no machines of ours in {generation}; {nearest(generation, ours)}"
                yield source.fault(("draining", generation), "DANGLING", message)
                continue
            for index, number in enumerate(numbers):
                if instance.avd is not None and number > instance.machines:
                    message = f"no host {number} in {generation}; give one from 1 to {instance.machines}"
                    yield source.fault(("draining", generation, index), "DANGLING", message)


def _place(instance: PoolInstance) -> tuple[str | int, ...]:
    return ("found", instance.generation.name) if instance.found is not None else ()


def unused_profiles(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A policy set that is assigned to no delivery group applies to nobody, and Citrix does not say so.

    Source: citrix/terraform-provider-citrix, policy_set_v2, delivery_groups. The catalog may offer more than is used.
    """
    own = PurePath(written.sources["file", "platform.yaml"].parts[0].doc.file).parent
    used = {i.pool.profile for i in platform.pool_instances if i.found is None}
    for name in platform.desktops.profiles:
        for part in written.sources["profiles", name].parts:
            if PurePath(part.doc.file).parent == own and name not in used:
                message = (
                    f"no pool that we build has profile {name}, so its settings reach nobody; name it in a pool, "
                    "or remove the profile"
                )
                yield Fault(part.doc.file, part.doc.line(part.path), "POLICY-UNASSIGNED", f"profiles.{name}", message)


PROVISIONING = "pvs"
"""The catalog's role of a Provisioning server."""


def provisioning(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No Provisioning server is built for a generation whose session machines Machine Creation Services makes."""
    made = {i.generation.name for i in platform.pool_instances if i.citrix is not None and i.found is None}
    for instance in platform.instances:
        server, name = instance.server, instance.generation.name
        if server.role == PROVISIONING and instance.found is None and name in made:
            message = (
                f"{name}'s session machines are made by Machine Creation Services and start from no Provisioning "
                f"server; add `strategy: {{{name}: {{how: retire}}}}`"
            )
            yield written.sources["servers", server.identity].fault(("strategy", name), "STRATEGY", message)


RULES = (
    Rule(
        "desktops.prerequisites",
        "Citrix would find out while it builds the pool.",
        ("DANGLING", "MISSING-KEY"),
        prerequisites,
    ),
    Rule(
        "desktops.session-machines",
        "A session machine that no pool has is forgotten in the refresh, and one that two have is counted twice.",
        ("DANGLING", "DUPLICATE-NAME"),
        session_machines,
    ),
    Rule(
        "desktops.room",
        "DHCP gives the last machines no address; the naming scheme has three digits.",
        ("POOL-SIZE",),
        room,
    ),
    Rule(
        "desktops.names",
        "Citrix refuses a second catalog of a name, and a second computer of a name takes over the first one's "
        "account.",
        ("BAD-NAME", "DUPLICATE-NAME"),
        pool_names,
    ),
    Rule(
        "desktops.draining",
        "A number that no machine has drains nobody, and whoever wrote it takes the machine for empty.",
        ("DANGLING",),
        draining,
    ),
    Rule(
        "desktops.unused-profiles",
        "Settings that reach nobody look as if they did (citrix/terraform-provider-citrix, policy_set_v2, "
        "delivery_groups).",
        ("POLICY-UNASSIGNED",),
        unused_profiles,
    ),
    Rule(
        "desktops.provisioning",
        "A server that nothing starts from still takes its memory, its licence and its patches.",
        ("STRATEGY",),
        provisioning,
        Severity.CHECKED,
    ),
)
