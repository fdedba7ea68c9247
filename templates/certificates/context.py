"""The contexts: a certificate's names and kind of key for its request, and a row for the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.certificates import Borne, borne
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

LIST = "certifikater.csv"
COMMON_NAME = 64
"""What a common name holds (RFC 5280, appendix A.1, ub-common-name)."""

_KIND = {"internal": "egen", "public": "offentlig"}
_NEW_KEY: Mapping[str, str] = {"rsa-3072": "rsa:3072", "ecdsa-p256": "ec -pkeyopt ec_paramgen_curve:P-256"}
_HEADER = (
    "Certifikat", "Navne", "Udsteder", "Slags", "Bestilles med", "Nøgle", "Udløber", "Højst (dage)", "Systemer",
    "Maskiner",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """The context of a request's configuration. `common` is empty where no name is short enough; `new_key` is what
    `openssl req -newkey` takes. An RSA key may also carry the keys of older TLS.
    """

    key: str
    common: str
    names: list[str]
    new_key: str
    rsa: bool
    issuer: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Table:
    """The list: the header, and what follows."""

    rows: list[list[str | int]]


def files(platform: Platform) -> Iterator[File]:
    """A configuration for each certificate, and the list; nothing where none is written down."""
    every = borne(platform)
    for one in every:
        yield File(f"{one.key}.cnf", "request.cnf.j2", _request(platform, one))
    if every:
        yield File(LIST, "table.csv.j2", Table([[*_HEADER], *(_row(platform, one) for one in every)]))


def _request(platform: Platform, one: Borne) -> Request:
    issuer = platform.certificates.issuers[one.certificate.issuer]
    return Request(
        key=one.key,
        common=next((name for name in one.names if len(name) <= COMMON_NAME), ""),
        names=list(one.names),
        new_key=_NEW_KEY[one.certificate.key],
        rsa=one.certificate.key.startswith("rsa"),
        issuer=issuer.title,
        asked_by=issuer.asked_by,
    )


def _row(platform: Platform, one: Borne) -> list[str | int]:
    issuer = platform.certificates.issuers[one.certificate.issuer]
    return [
        one.key,
        " ".join(one.names),
        issuer.title,
        _KIND[issuer.kind],
        issuer.asked_by,
        one.certificate.key,
        one.certificate.ends.isoformat(),
        issuer.days,
        " ".join(one.systems),
        " ".join(one.machines),
    ]
