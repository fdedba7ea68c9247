"""All sites, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from refresh.certificate.estate import Estate
from refresh.certificate.facts import LIVE, Certificate, Link
from refresh.certificate.links import LOOKS
from refresh.certificate.links.network import working
from refresh.certificate.live import live
from refresh.certificate.reading.tables import Site
from refresh.certificate.wire import Network


def certificates(estate: Estate) -> Iterator[Certificate]:
    """The certificate of every site that NetBox has, by code."""
    for site in estate.sites.values():
        yield certificate(estate, site)


def certificate(estate: Estate, site: Site, network: Network | None = None) -> Certificate:
    """The certificate of one site; with what answers on a network, where one is given."""
    links = [Link(key, tuple(look(estate, site))) for key, look in LOOKS.items()]
    if network is not None:
        links.append(Link(LIVE, tuple(live(estate, site, network))))
    return Certificate(site.code, site.name, len(working(site)), tuple(links))
