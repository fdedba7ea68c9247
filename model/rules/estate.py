"""Rules over the whole platform: references, names, addresses. Each rule yields every offender.

A rule reads the model alone. What a single item must be, its type says; what only the whole can tell is here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from model import names
from model.derive.azure_servers import RESERVED
from model.derive.instances import address_in, generations_of, placement_of
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.rules.flows import known_ends
from model.rules.rule import Rule
from model.types.instances import Instance

if TYPE_CHECKING:
    from model.platform import Estate, Platform
    from model.types.estate import Server
    from model.types.infrastructure import Generation, Network


def systems(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A system's flows come from somewhere that is known, and one that its vendor hosts has a name to reach it by."""
    sources = known_ends(platform, written)
    for code, system in platform.estate.systems.items():
        source = written.sources["systems", code]
        for index, flow in enumerate(system.flows):
            if flow.source not in sources:
                message = f"no source {flow.source}; {nearest(flow.source, sources)}"
                yield source.fault(("flows", index, "source"), "DANGLING", message)
        if system.hosting == "vendor" and system.fqdn is None:
            message = "fqdn is missing; set it to the name by which its vendor hosts the system"
            yield source.fault(("fqdn",), "MISSING-KEY", message)


def servers(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A server's identity is code, role and number, and what it needs exists in each of its generations."""
    for identity, server in platform.estate.servers.items():
        source = written.sources["servers", identity]
        role = platform.estate.roles.get(server.role)
        if role is not None and names.server_number(identity, server.system, role.short) is None:
            example = names.server_identity(server.system, role.short, 1)
            yield source.fault(
                (), "BAD-NAME", f"{identity} is not system code, role and number; name it such as {example}"
            )
        network = platform.network.networks.get(server.network)
        system = platform.estate.systems.get(server.system)
        for generation in generations_of(server, platform.refresh.generations):
            name = generation.name
            placement = placement_of(server, system, name) if system is not None else None
            if placement is None or placement.by == "rebuild":
                yield from _image(platform.estate, server, generation, written, in_azure=placement is not None)
            if placement is None and network is not None:
                yield from reaches(written, server.network, network, name)


def reaches(written: Provenance, key: str, network: Network, generation: str) -> Iterator[Fault]:
    """A network has what it is made of in a generation that stands in it. It is told where it is mended.

    One that was found may be untagged or a segment of NSX, which have no VLAN.
    """
    for field, example in (("vlan", "N"), ("prefix", "...")):
        untagged = field == "vlan" and generation in network.found
        if generation not in getattr(network, field) and not untagged:
            message = f"{key} has no {field} in {generation}; add `{field}: {{{generation}: {example}}}`"
            yield written.sources["networks", key].fault((field,), "MISSING-KEY", message)


def _image(
    estate: Estate, server: Server, generation: Generation, written: Provenance, *, in_azure: bool
) -> Iterator[Fault]:
    """A server has an image in a generation, of its own operating system, and there is one to make it from."""
    source, name = written.sources["servers", server.identity], generation.name
    key = server.image.get(name)
    if key is None:
        yield source.fault(("image",), "MISSING-KEY", f"no image for {name}; add one for each of its generations")
        return
    image = estate.images.get(key)
    if image is None:
        return
    if image.os != server.os:
        message = f"image {key} is {image.os} and the server {server.os}; name one of the same `os`"
        yield source.fault(("image", name), "BAD-VALUE", message)
    if image.multi_session:
        message = f"image {key} is for session hosts of Azure Virtual Desktop alone; name one of a server"
        yield source.fault(("image", name), "BAD-VALUE", message)
    if in_azure and image.azure is None:
        message = f"image {key} has no azure; add `azure:`, which {name} is made from there"
        yield source.fault(("image", name), "MISSING-KEY", message)
    if not in_azure and generation.origin == "managed" and image.template is None:
        message = f"image {key} has no template; add it to images.yaml, with what {name} is cloned from"
        yield _of_own_images(written, key, message)


def _of_own_images(written: Provenance, key: str, message: str) -> Fault:
    """A fault of an image's template, which the municipality says, also of an image that only the catalog has."""
    source = written.sources["images", key]
    own = PurePath(written.sources["file", "platform.yaml"].parts[0].doc.file).parent / "images.yaml"
    if PurePath(source.parts[-1].doc.file) == own:
        return source.fault(("template",), "MISSING-KEY", message)
    return Fault(str(own), 1, "MISSING-KEY", f"images.{key}.template", message)


def observed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every machine that was found belongs to exactly one server, and every server's find exists."""
    claims: dict[tuple[str, str], list[str]] = defaultdict(list)
    for identity, server in platform.estate.servers.items():
        for generation, name in server.found.items():
            claims[generation, name].append(identity)
            if generation in platform.refresh.generations and name not in platform.observed.servers.get(generation, {}):
                machines = platform.observed.servers.get(generation, {})
                message = f"no {name} in observed/{generation}.csv; {nearest(name, machines)}"
                yield written.sources["servers", identity].fault(("found", generation), "DANGLING", message)
    for (generation, name), identities in claims.items():
        for identity in identities[1:]:
            message = f"{name} is {identities[0]} already; name each machine in one server"
            yield written.sources["servers", identity].fault(("found", generation), "DUPLICATE-NAME", message)
    for generation, machines in platform.observed.servers.items():
        for name in machines:
            if (generation, name) not in claims and name not in written.known.get("found", set()):
                file, line = written.lines[f"observed {generation}", name.lower()]
                message = (
                    f"no server has found: {{{generation}: {name}}}; add it to a server in systems/*.yaml, or take its "
                    "row out when it is retired"
                )
                yield Fault(file, line, "DANGLING", name, message)


def workplaces(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No two workplaces have one MAC address."""
    seen: dict[str, str] = {}
    for name, workplace in platform.places.workplaces.items():
        file, line = written.lines["workplaces", name.lower()]
        first = seen.setdefault(workplace.mac, name)
        if first != name:
            yield Fault(
                file, line, "ADDRESS-TWICE", name, f"MAC {workplace.mac} is that of {first}; correct one of them"
            )


def computer_names(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Computer names keep the NetBIOS limits and are unique over all generations; VM names are unique likewise."""
    computers: dict[str, Instance] = {}
    machines: dict[str, Instance] = {}
    for instance in platform.instances:
        source = written.sources["servers", instance.server.identity]
        wrong = names.computer_name_fault(instance.computer_name)
        if wrong is not None and instance.found is None:
            yield source.fault((), "BAD-NAME", wrong)
        for what, name, seen in (
            ("computer name", instance.computer_name, computers),
            ("VM name", instance.vm_name, machines),
        ):
            first = seen.setdefault(name.lower(), instance)
            brought = instance.azure is not None and instance.azure.migrated and first.server is instance.server
            if first is not instance and not brought:
                message = (
                    f"{what} {name} is that of {first.logical_name}; give it a name that is unique in any letter "
                    "case, over all generations"
                )
                yield source.fault((), "DUPLICATE-NAME", message)


def prefixes(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No two prefixes overlap, over all networks and generations; VLANs are unique on a switch. Port groups that were
    found together in a generation are as they were found.
    """
    spans = sorted(
        (prefix.network_address, prefix.broadcast_address, key, generation)
        for key, network in platform.network.networks.items()
        for generation, prefix in network.prefix.items()
    )
    widest = None
    for low, high in pairwise(spans):
        widest = low if widest is None or low[1] > widest[1] else widest
        key, generation = high[2:]
        if high[0] <= widest[1] and not _as_found(platform, (widest[2], widest[3]), (key, generation)):
            other = platform.network.networks[widest[2]].prefix[widest[3]]
            message = (
                f"{platform.network.networks[key].prefix[generation]} overlaps {widest[2]} {widest[3]} {other}; "
                "give it another prefix"
            )
            yield written.sources["networks", key].fault(("prefix", generation), "PREFIX-OVERLAP", message)
    vlans: dict[tuple[str, int], tuple[str, str]] = {}
    for key, network in platform.network.networks.items():
        for generation, vlan in network.vlan.items():
            first = vlans.setdefault((network.switch, vlan), (key, generation))
            if first != (key, generation) and not _as_found(platform, first, (key, generation)):
                message = f"VLAN {vlan} is that of {first[0]} {first[1]}; give each network a VLAN of its own"
                yield written.sources["networks", key].fault(("vlan", generation), "ADDRESS-TWICE", message)
        for generation, gateway in network.gateway.items():
            prefix = network.prefix.get(generation)
            if prefix is not None and gateway not in prefix:
                message = f"gateway {gateway} is outside {prefix}; give it an address of the prefix"
                yield written.sources["networks", key].fault(("gateway", generation), "ADDRESS-OUTSIDE", message)


def _as_found(platform: Platform, one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether both are port groups that stood side by side before us: vSphere takes several of one VLAN and prefix."""
    groups = [platform.network.networks[key].found.get(generation) for key, generation in (one, other)]
    return one[1] == other[1] and None not in groups


def addresses(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An instance's address lies in its prefix, is not the gateway's, and is nobody else's."""
    seen: dict[IPv4Address, Instance] = {}
    for instance in platform.instances:
        source = written.sources["servers", instance.server.identity]
        attachment = instance.attachment
        address = instance.address
        if address is None:
            if instance.found is None:
                kept = ", of which Azure keeps the first four" if instance.azure is not None else ""
                message = (
                    f"number {instance.server.host} has no address in {attachment.prefix}{kept}; give it a host "
                    "of the prefix"
                )
                yield source.fault(("host",), "ADDRESS-OUTSIDE", message)
            continue
        if address not in attachment.prefix:
            message = (
                f"{address} is outside {attachment.prefix} of {attachment.network}; give it an address of its network"
            )
            yield source.fault(("found", instance.generation.name), "ADDRESS-OUTSIDE", message)
        path = ("host",) if instance.found is None else ("found", instance.generation.name)
        if address == attachment.gateway:
            yield source.fault(
                path, "ADDRESS-TWICE", f"{address} is the gateway's; {_free(platform.instances, instance)}"
            )
        first = seen.setdefault(address, instance)
        if first is not instance:
            message = f"{address} is that of {first.logical_name}; {_free(platform.instances, instance)}"
            yield source.fault(path, "ADDRESS-TWICE", message)


def _free(instances: tuple[Instance, ...], instance: Instance) -> str:
    """The first host number that is free in the instance's network."""
    attachment = instance.attachment
    taken = {i.address for i in instances if i.attachment.network == attachment.network} | {attachment.gateway}
    host = 2 if instance.azure is None else RESERVED
    while (address := address_in(attachment.prefix, host)) is not None and address in taken:
        host += 1
    return (
        f"give it host {host}, which is free" if address is not None else "give it a larger prefix, for no host is free"
    )


def spread(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Servers that must not share a host are fewer than the hosts, so that one host may be down.

    In Azure they stand in different zones as far as there are zones (placement.py).
    """
    groups: dict[tuple[str, str, str, str], list[Instance]] = defaultdict(list)
    for instance in platform.instances:
        if instance.server.spread and instance.generation.origin == "managed" and instance.azure is None:
            server = instance.server
            groups[instance.generation.name, server.cluster, server.system, server.role].append(instance)
    for (generation, cluster, system, role), members in groups.items():
        hosts = len(platform.hardware.hosts_of(generation, cluster))
        if len(members) > max(hosts - 1, 1):
            message = (
                f"{len(members)} servers of {system} with role {role} must not share a host and {cluster} has {hosts} "
                f"hosts in {generation}; keep it to {max(hosts - 1, 1)}, or set `spread: false`"
            )
            yield written.sources["servers", members[0].server.identity].fault(("spread",), "SPREAD", message)


RULES = (
    Rule(
        "estate.systems",
        "A flow from an end that nobody knows would become a rule that lets nobody through; what a vendor hosts "
        "has no address of ours.",
        ("DANGLING", "MISSING-KEY"),
        systems,
    ),
    Rule(
        "estate.servers",
        "A server without an image or a network in a generation stops the build of that generation half way.",
        ("BAD-NAME", "BAD-VALUE", "MISSING-KEY"),
        servers,
    ),
    Rule(
        "estate.observed",
        "A machine that no server has is forgotten in the refresh, and one that two have would be moved twice.",
        ("DANGLING", "DUPLICATE-NAME"),
        observed,
    ),
    Rule(
        "estate.workplaces",
        "A device without a site gets no address; a MAC address that is there twice gives one of the two the other's.",
        ("ADDRESS-TWICE",),
        workplaces,
    ),
    Rule(
        "estate.computer-names",
        "NetBIOS cuts a name at 15 characters, and a second computer of a name takes over the first one's account "
        '(Microsoft, "Naming conventions in Active Directory").',
        ("BAD-NAME", "DUPLICATE-NAME"),
        computer_names,
    ),
    Rule(
        "estate.prefixes",
        "Two networks with one address have one route, and one of them is not reached.",
        ("ADDRESS-OUTSIDE", "ADDRESS-TWICE", "PREFIX-OVERLAP"),
        prefixes,
    ),
    Rule(
        "estate.addresses",
        "Two machines with one address answer in turns, and neither is reached for sure.",
        ("ADDRESS-OUTSIDE", "ADDRESS-TWICE"),
        addresses,
    ),
    Rule(
        "estate.spread",
        "vSphere starts no machine that its anti-affinity rule allows no host for; with one host down the last "
        "one would stay off.",
        ("SPREAD",),
        spread,
    ),
)
