"""Every computed name in Azure, with the limit it must keep: what names.py is for everything else.

Abbreviations are those of Microsoft's Cloud Adoption Framework; lengths and characters those of Azure Resource Manager
("Naming rules and restrictions for Azure resources"). What is built anew each time carries its generation, what an area
keeps does not. A name that the whole world shares starts with the municipality's code.
"""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5

MAX = {
    "rg": 90, "vnet": 64, "snet": 80, "nsg": 80, "rt": 80, "nic": 80, "vm": 15, "osdisk": 80, "disk": 80, "kv": 24,
    "st": 24, "log": 63, "rsv": 50, "vdpool": 64, "vdag": 64, "vdws": 64, "vdscaling": 64, "mg": 90, "policy": 24,
    "budget": 63, "bkpol": 150, "dcr": 64,
}  # fmt: skip
"""The longest name, by abbreviation; 80 for what is not here. `policy` is an assignment at a management group."""
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]")
"""A rule of a security group, and of the firewall."""


def name(kind: str, *parts: str) -> str:
    """`rg-schools-network`: the abbreviation and the parts, lower case."""
    return "-".join((kind, *parts)).lower()


def compact(kind: str, *parts: str) -> str:
    """`stherfslogixg26`: letters and digits alone, for storage accounts."""
    return "".join(c for part in (kind, *parts) for c in part.lower() if c.isalnum())


def fault(kind: str, value: str) -> str | None:
    """What is wrong with a name, or None."""
    if kind == "kv" and "--" in value:
        return f"name {value} has two hyphens together; write one"
    limit = MAX.get(kind, 80)
    return f"name {value} has {len(value)} characters; keep it to {limit}" if len(value) > limit else None


def resource_group(*parts: str) -> str:
    """The resource group of an area's network, a system's servers in a generation: `rg-sbsys-g26`."""
    return name("rg", *parts)


def virtual_network(area: str) -> str:
    """The spoke of an area, or the hub's network: `vnet-schools`, `vnet-hub`."""
    return name("vnet", area)


def subnet(key: str) -> str:
    """A subnet of a spoke: `snet-servers`."""
    return name("snet", key)


def network_resource_group(area: str) -> str:
    """Where an area's network stands: `rg-schools-network`."""
    return resource_group(area, "network")


def management_group(code: str, key: str) -> str:
    """A management group, unique in the tenant: `mg-hlr-corp`."""
    return name("mg", code, key)


def key_vault(code: str, subscription: str) -> str:
    """A subscription's Key Vault, unique in the world: `kv-hlr-corp`."""
    return name("kv", code, subscription)


def recovery_vault(code: str, subscription: str) -> str:
    """A subscription's Recovery Services vault: `rsv-hlr-corp`."""
    return name("rsv", code, subscription)


def workspace(code: str) -> str:
    """The Log Analytics workspace: `log-hlr`."""
    return name("log", code)


def security_resource_group(subscription: str) -> str:
    """Where a subscription's vaults stand: `rg-corp-security`."""
    return resource_group(subscription, "security")


def guid(*parts: str) -> str:
    """A name that must be a GUID, such as a role assignment's: the same for the same parts, and nobody else's."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts).lower()))


def subnet_id(subscription: str, area: str, key: str) -> str:
    """The ARM id of a subnet, by which whatever stands in it refers to it from another stack."""
    return (
        f"/subscriptions/{subscription}/resourceGroups/{network_resource_group(area)}/providers/Microsoft.Network"
        f"/virtualNetworks/{virtual_network(area)}/subnets/{subnet(key)}"
    )


def disk(logical_name: str, label: str, *, system: bool) -> str:
    """A disk of a server: `osdisk-sbsys-sql01-g26`, `disk-sbsys-sql01-g26-data`."""
    return name("osdisk", logical_name) if system else name("disk", logical_name, label)


def network_interface(logical_name: str) -> str:
    """The NIC of a server: `nic-sbsys-app01-g26`."""
    return name("nic", logical_name)


def pool_resource_group(pool: str, generation: str | None = None) -> str:
    """Where a pool stands in a generation, `rg-avd-legacy-g26`; without one, where its people's profiles lie."""
    return resource_group("avd", pool, generation or "profiles")


def host_pool(pool: str, generation: str) -> str:
    """A pool's host pool: `vdpool-legacy-g26`."""
    return name("vdpool", pool, generation)


def application_group(pool: str, generation: str) -> str:
    """A pool's application group: `vdag-legacy-g26`."""
    return name("vdag", pool, generation)


def desktop_workspace(pool: str, generation: str) -> str:
    """Where users find a pool: `vdws-legacy-g26`."""
    return name("vdws", pool, generation)


def scaling_plan(pool: str, generation: str) -> str:
    """When a pool's hosts run: `vdscaling-legacy-g26`."""
    return name("vdscaling", pool, generation)


def profile_storage(code: str, short: str) -> str:
    """The storage account of a pool's profiles, unique in the world: `stherprofilesleg`."""
    return compact("st", code, "profiles", short)


def resource_id(subscription: str, group: str, kind: str, *parts: str) -> str:
    """An ARM id: `kind` with its provider, and the names of parents and children with the types between them."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{'/'.join(parts)}"


def gallery_image_version(subscription: str, group: str, gallery: str, image: str, version: str) -> str:
    """A version of an image in a Compute Gallery: `2611.1` of a desktop image is `2611.1.0`, for three numbers."""
    kind = "Microsoft.Compute/galleries"
    return resource_id(subscription, group, kind, gallery, "images", image, "versions", f"{version}.0")


def slug(text: str) -> str:
    """A text of people as letters, digits and hyphens: `Ældre & pleje` as `Aeldre-pleje`."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text.translate(_DANISH)).strip("-")


def published(title: str) -> str:
    """The name of an application of an application group, at most 24 characters."""
    return slug(title)[:24].strip("-")
