"""Every computed name, in one place, with the limit it must keep and where the limit comes from.

A name is made from stable ids alone: never from a state, an order in a file or a date. The generation is part of the
name of what is built anew each time, so two generations stand side by side; names that were adopted stay as found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

NETBIOS_MAX = 15
"""Computer names, [MS-NRPC] and domain.md: at most 15 characters, no dots, not digits alone, one forest wide."""
VSPHERE_MAX = 80
"""Names in the vSphere inventory: at most 80 characters (vSphere Web Services API, ManagedEntity.name)."""
TAG_MAX = 256
"""Tag and tag category names (vSphere Automation API, com.vmware.cis.tagging)."""
DNS_LABEL_MAX = 63
DNS_NAME_MAX = 253
"""RFC 1035, section 2.3.4."""

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_NETBIOS = re.compile(r"[A-Za-z0-9-]+")
_FQDN = re.compile(r"(?=.{4,253}\Z)[\w-]{1,63}(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


def year(generation: str) -> int:
    """What generations are ordered by: the two digits of the year in which one is built."""
    return int(generation[1:])


def server_identity(code: str, short: str, number: int) -> str:
    """The identity of a server: `sbsys-app01`."""
    return f"{code}-{short}{number:02d}"


def server_number(identity: str, code: str, short: str) -> int | None:
    """The number in an identity, or None when the identity is not `<code>-<short><number>` with two digits or more."""
    match = re.fullmatch(rf"{re.escape(code)}-{re.escape(short)}([0-9]{{2,3}})", identity)
    return int(match[1]) if match else None


def computer_name(code: str, short: str, number: int, generation: str) -> str:
    """The NetBIOS name of an instance that we build: `SBSYSAPP01G26`."""
    return f"{code}{short}{number:02d}{generation}".upper()


def device(workplace: str, generation: str) -> str:
    """The name of a workplace's device in a generation: `TK00001-G26`."""
    return f"{workplace}-{generation}".upper()


def computer_name_fault(name: str) -> str | None:
    """What is wrong with a computer name, or None."""
    if len(name) > NETBIOS_MAX:
        return f"computer name {name} has {len(name)} characters; keep it to {NETBIOS_MAX}"
    if not _NETBIOS.fullmatch(name) or name.startswith("-") or name.endswith("-"):
        return f"computer name {name}; write letters, digits and inner hyphens only"
    if name.isdigit():
        return f"computer name {name} is digits alone; add a letter"
    return None


def logical_name(identity: str, generation: str) -> str:
    """The Pulumi name of an instance: `sbsys-app01-g26`."""
    return f"{identity}-{generation}"


def fqdn(computer: str, domain: str) -> str:
    """The DNS name of a computer in the domain, lower case."""
    return f"{computer}.{domain}".lower()


def host_label(name: str) -> str:
    """A machine's name as a label of DNS: what no label may have becomes a hyphen."""
    return re.sub(r"[^\w-]+", "-", name).strip("-")


def found_fqdn(told: str, computer: str, domain: str) -> str:
    """The DNS name that a guest told where it is one in full: schools and DMZ have domains of their own."""
    name = told.rstrip(".").lower()
    return name if _FQDN.fullmatch(name) else fqdn(computer, domain)


def alias(label: str, zone: str) -> str:
    """A stable name: `sbsys.access.holstebro.example`."""
    return f"{label}.{zone}".lower()


def generation_folder(generation: str) -> str:
    """The folder of a generation's instances, below the datacenter's VM folder: `G26`."""
    return generation.upper()


def vm_folder(generation: str, code: str) -> str:
    """The folder of a system's instances, below the datacenter's VM folder: `G26/sbsys`."""
    return f"{generation_folder(generation)}/{code}"


def ou(role_ou: str, generation: str, server_ou: str, domain: str) -> str:
    """The distinguished name where a computer account belongs: `OU=App,OU=G26,OU=Servere,DC=...`."""
    return unit_dn((server_ou, generation.upper(), role_ou), domain)


def area_network(area: str, subnet: str) -> str:
    """A subnet of an area as a network among all others: `schools-servers`."""
    return f"{area}-{subnet}"


def unit_dn(units: Sequence[str], domain: str) -> str:
    """The distinguished name of an organizational unit by its path from the domain down; without one, the domain's."""
    parts = [f"OU={_escape_rdn(unit)}" for unit in reversed(units)] + [f"DC={label}" for label in domain.split(".")]
    return ",".join(parts)


def _escape_rdn(value: str) -> str:
    """Escapes a value of a distinguished name by RFC 4514, section 2.4."""
    escaped = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    return escaped[:-1] + "\\ " if escaped.endswith(" ") else escaped


def cluster(key: str, generation: str) -> str:
    """A cluster of a generation: `CL-G26-SERVERS`."""
    return f"CL-{generation}-{key}".upper()


def datastore_cluster(key: str, generation: str) -> str:
    """A datastore cluster of a generation: `DSC-G26-STANDARD`."""
    return f"DSC-{generation}-{key}".upper()


def switch(key: str, generation: str) -> str:
    """A distributed switch of a generation: `DVS-G26-PRODUCTION`."""
    return f"DVS-{generation}-{key}".upper()


def port_group(key: str, generation: str, vlan: int) -> str:
    """A port group of a generation: `PG-G26-SERVERS-220`."""
    return f"PG-{generation}-{key}-{vlan}".upper()


def resource_pool(generation: str, tier: str) -> str:
    """A resource pool of a generation: `RP-G26-VITAL`."""
    return f"RP-{generation}-{tier}".upper()


def group_policy(baseline: str, generation: str) -> str:
    """The Group Policy Object of a baseline: `GPO-G26-SERVERS`."""
    return f"GPO-{generation}-{baseline}".upper()


def managed_password_group(account: str) -> str:
    """The AD group whose computers may ask for a service account's password: `GG-gMSA-svc-sbsys`."""
    return f"GG-gMSA-{account}"


def vm_group(code: str, generation: str, start: int) -> str:
    """The DRS group of a system's servers that start together: `SBSYS-G26-START-2`."""
    return f"{code}-{generation}-START-{start}".upper()


def start_rule(code: str, generation: str, start: int, after: int) -> str:
    """The rule that a start group waits for the one before it: `SBSYS-G26-START-3-AFTER-2`."""
    return f"{code}-{generation}-START-{start}-AFTER-{after}".upper()


def spread_rule(code: str, role: str, generation: str) -> str:
    """The rule that a system's servers of one role stay on different hosts: `AD-DC-G26-SPREAD`."""
    return f"{code}-{role}-{generation}-SPREAD".upper()


def machine_catalog(pool: str, generation: str) -> str:
    """A pool's machine catalog: `MC-G26-OFFICE`."""
    return f"MC-{generation}-{pool}".upper()


def delivery_group(pool: str, generation: str) -> str:
    """A pool's delivery group: `DG-G26-OFFICE`."""
    return f"DG-{generation}-{pool}".upper()


def policy_set(pool: str, generation: str) -> str:
    """A pool's policy set: `PS-G26-OFFICE`."""
    return f"PS-{generation}-{pool}".upper()


def application(title: str, pool: str, generation: str) -> str:
    """A published application as administrators see it, unique in the site: `SBSYS (office G26)`."""
    return f"{title} ({pool} {generation.upper()})"


def hosting_unit(cluster_key: str, network: str, generation: str) -> str:
    """The cluster and network that machines of a pool are made on: `HU-G26-DESKTOPS-DESKTOPS-A`."""
    return f"HU-{generation}-{cluster_key}-{network}".upper()


def site_group(site: str) -> str:
    """The AD group of the people at a site."""
    return f"GG-Lokation-{site}"


def naming_scheme(code: str, short: str, generation: str) -> str:
    """The computer names of a pool's machines, `###` where Citrix puts the number: `CTXKON###G26`."""
    return f"{code}{short}###{generation}".upper()


def session_host(code: str, short: str, number: int, generation: str) -> str:
    """A session host that we make ourselves, by the scheme of a pool's machines: `CTXLEG001G26`."""
    return naming_scheme(code, short, generation).replace("###", f"{number:03d}")


def schemes_meet(one: str, other: str) -> bool:
    """Whether two naming schemes can give one name; a name without `#` is a scheme that gives itself alone."""
    return len(one) == len(other) and all(
        a == b or (a == "#" and (b == "#" or b.isdigit())) or (b == "#" and a.isdigit())
        for a, b in zip(one.upper(), other.upper(), strict=True)
    )


def master_image(unit: str, master: str, snapshot: str) -> str:
    """The path of a master image in Citrix's inventory of a hosting unit (CVAD REST API, MasterImagePath). A snapshot
    stands below the one that was taken before it, `first/second`.
    """
    steps = "".join(rf"\{step}.snapshot" for step in snapshot.split("/"))
    return rf"XDHyp:\HostingUnits\{unit}\{master}.vm{steps}"


def access_switch(site: str, number: int) -> str:
    """A switch of a site: `SW-S014-01`."""
    return f"SW-{site}-{number:02d}".upper()


def folded(text: str) -> str:
    """Lower case and ASCII, Danish letters by their usual spelling."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_DANISH))
    return plain.encode("ascii", "ignore").decode()


def slug(text: str, fallback: str = "item") -> str:
    """A key of the model: `VLAN10_Servere` becomes `vlan10-servere`. It starts with a letter and has at most 40."""
    key = re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")
    key = key if key[:1].isalpha() else f"{fallback}-{key}".rstrip("-")
    return key[:40].rstrip("-")
