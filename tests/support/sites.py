"""A platform with many times its sites and workplaces, for what is measured by their number.

Made from a loaded one: hosts for the desktops of so many people are not what is measured.
"""

from __future__ import annotations

import dataclasses
from ipaddress import IPv4Network

from model import Platform
from model.derive import sites

WIDE = {"supernet": IPv4Network("10.128.0.0/9"), "transit": IPv4Network("10.64.0.0/16")}
"""Prefixes with room for every four-digit site: 16,384 blocks of a /23, and as many links."""


def many(platform: Platform, times: int) -> Platform:
    """The platform with each site and its workplaces `times` over."""
    codes = {code: [code, *(f"S{n * 1000 + int(code[1:])}" for n in range(1, times))] for code in platform.places.sites}
    places = {
        copy: site if copy == code else site.model_copy(update={"code": copy, "block": None})
        for code, site in platform.places.sites.items()
        for copy in codes[code]
    }
    workplaces = {
        # Even, for the first octet of a single device's address is (IEEE 802).
        (name := f"{w.name}-{n}" if n else w.name): w.model_copy(
            update={"name": name, "mac": f"{2 * n:02X}{w.mac[2:]}" if n else w.mac, "site": copy}
        )
        for w in platform.places.workplaces.values()
        for n, copy in enumerate(codes[w.site])
    }
    addressing = platform.network.addressing.model_copy(update=WIDE)
    large = dataclasses.replace(
        platform,
        places=dataclasses.replace(platform.places, sites=places, workplaces=workplaces),
        network=dataclasses.replace(platform.network, addressing=addressing),
    )
    return dataclasses.replace(large, site_networks=sites.build(large.network, large.places))
