"""All sites, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from refresh.certificate.estate import Estate
from refresh.certificate.facts import Certificate, Link
from refresh.certificate.links import LOOKS
from refresh.certificate.links.network import working
from refresh.certificate.reading.tables import Site


def certificates(estate: Estate) -> Iterator[Certificate]:
    """The certificate of every site that NetBox has, by code."""
    for site in estate.sites.values():
        yield certificate(estate, site)


def certificate(estate: Estate, site: Site) -> Certificate:
    """The certificate of one site."""
    links = tuple(Link(key, tuple(look(estate, site))) for key, look in LOOKS.items())
    return Certificate(site.code, site.name, len(working(site)), links)
