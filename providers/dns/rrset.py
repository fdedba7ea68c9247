"""A record set in the one form in which it is compared, stored and sent, and what is wrong with one that is not.

Canonical means: names absolute and in lower case, values as dnspython writes them, sorted. Two record sets are equal
exactly when a name server would say so, whatever letter case, order or quoting they were written in.

Left out on purpose: NS and SOA (delegation belongs to those who run the name servers, and servers ignore some updates
of them without a word), the record types of DNSSEC (the server makes them), names with characters that need escaping,
and internationalised names in anything but their `xn--` form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import dns.exception
import dns.ipv4
import dns.ipv6
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

SHAPES: Final = {
    "A": "an IPv4 address",
    "AAAA": "an IPv6 address",
    "CAA": 'flags, tag and a value in double quotes, such as 0 issue "ca.example"',
    "CNAME": "a name with a final dot",
    "MX": "a preference and a name with a final dot",
    "PTR": "a name with a final dot",
    "SRV": "priority, weight, port and a name with a final dot",
    "SSHFP": "algorithm, kind of fingerprint and the fingerprint in hex",
    "TLSA": "usage, selector, matching type and data in hex",
    "TXT": "a text, or strings in double quotes",
}
"""The record types, and what a value of each is."""

PROPERTIES: Final = ("zone", "name", "type", "ttl", "rdatas")
IDENTITY: Final = ("zone", "name", "type")
MAX_TTL: Final = 2**31 - 1
"""Seconds; RFC 2181 section 8."""

_LABEL: Final = re.compile(r"[A-Za-z0-9_-]*|\*")
_TXT_STRING: Final = 255
_TARGETS: Final = ("target", "exchange")


class BadValueError(Exception):
    """A value that no record can have; the text says what is allowed."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with the property at `path`."""

    path: str
    reason: str


@dataclass(frozen=True)
class Owner:
    """Where a record set stands: its zone, its absolute name and its type."""

    zone: Name
    name: Name
    type: RdataType

    @property
    def id(self) -> str:
        """The resource's id, such as `alias.example./sbsys/CNAME`; `@` is the zone's own name."""
        return f"{self.zone}/{self.relative}/{self.type.name}"

    @property
    def relative(self) -> str:
        """The name without the zone."""
        return self.name.relativize(self.zone).to_text()

    def __str__(self) -> str:
        return f"{self.name} {self.type.name}"

    @classmethod
    def from_id(cls, text: str) -> Owner:
        """Reads an id in any letter case, with names relative or absolute. Raises BadValueError."""
        parts = text.split("/")
        if len(parts) != 3:
            raise BadValueError(f"{text!r} is no id of a record; write zone/name/type, such as example.dk/www/A")
        zone = zone_name(parts[0])
        return cls(zone, owner_name(parts[1], zone), record_type(parts[2]))


@dataclass(frozen=True)
class RRset:
    """All values of one type at one name; `ttl` in seconds, values canonical and sorted."""

    owner: Owner
    ttl: int
    rdatas: tuple[Rdata, ...]

    @classmethod
    def found(cls, owner: Owner, rdataset: dns.rdataset.Rdataset) -> RRset:
        """The record set that a name server answered with."""
        return cls(owner, rdataset.ttl, _sorted(canonical(rdata) for rdata in rdataset))

    @classmethod
    def parse(cls, properties: Mapping[str, Any]) -> RRset:
        """The record set of complete and sound properties. Raises BadValueError."""
        checked, faults = check(properties)
        if faults:
            raise BadValueError("; ".join(f"{fault.path}: {fault.reason}" for fault in faults))
        zone = zone_name(checked["zone"])
        kind = record_type(checked["type"])
        rdatas = _sorted(rdata(kind, text) for text in checked["rdatas"])
        return cls(Owner(zone, owner_name(checked["name"], zone), kind), checked["ttl"], rdatas)

    def rdataset(self, ttl: int) -> dns.rdataset.Rdataset:
        """The values for a message."""
        return dns.rdataset.from_rdata_list(ttl, list(self.rdatas))

    def properties(self) -> dict[str, Any]:
        """The resource's outputs: the canonical inputs, and `fqdn`."""
        return {
            "zone": self.owner.zone.to_text(),
            "name": self.owner.relative,
            "type": self.owner.type.name,
            "ttl": self.ttl,
            "rdatas": [rdata.to_text() for rdata in self.rdatas],
            "fqdn": self.owner.name.to_text(),
        }

    def __str__(self) -> str:
        values = ", ".join(rdata.to_text() for rdata in self.rdatas)
        return f"{self.owner.type.name} {values} (ttl {self.ttl})"


def zone_name(text: object) -> Name:
    """A zone's name, absolute with or without its final dot. Raises BadValueError."""
    name = _name(text).derelativize(dns.name.root)
    if name == dns.name.root:
        raise BadValueError("the root is nobody's to change; name a zone, such as alias.example.dk")
    return name


def owner_name(text: object, zone: Name) -> Name:
    """The absolute name of a record: given absolute, relative to the zone, or `@` for the zone itself.

    Raises BadValueError.
    """
    if text == "@":
        return zone
    name = _name(text)
    if name.is_absolute():
        if not name.is_subdomain(zone):
            raise BadValueError(f"{name} is not in the zone {zone}; name the zone that it is in")
        return name
    if name.derelativize(dns.name.root).is_subdomain(zone):
        short = name.derelativize(dns.name.root).relativize(zone)
        raise BadValueError(f"{text!r} ends with the zone but not with a dot; write {short.to_text()!r} or '{text}.'")
    try:
        return name.derelativize(zone)
    except dns.name.NameTooLong:
        raise BadValueError(f"{text!r} and the zone {zone} together are longer than 255 octets") from None


def record_type(text: object) -> RdataType:
    """A record type by its name in any letter case. Raises BadValueError."""
    if not isinstance(text, str) or text.upper() not in SHAPES:
        raise BadValueError(f"{text!r} is not a type that this provider writes; use {', '.join(SHAPES)}")
    return RdataType[text.upper()]


def ttl(value: Any) -> int:
    """A time to live in whole seconds. Raises BadValueError."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value <= MAX_TTL and value == int(value):
        return int(value)
    raise BadValueError(f"{value!r} is not a time to live; use whole seconds from 0 to {MAX_TTL}")


def rdata(kind: RdataType, text: object) -> Rdata:
    """One canonical value. Raises BadValueError.

    A TXT value that does not begin with a double quote is taken as it stands, spaces and all, and cut into strings of
    at most 255 octets; in a zone file it would be one string a word.
    """
    shape = SHAPES[kind.name]
    if not isinstance(text, str) or not text:
        raise BadValueError(f"{text!r} is not text; write {shape}")
    if kind is RdataType.TXT and not text.startswith('"'):
        data = text.encode()
        pieces = [data[start : start + _TXT_STRING] for start in range(0, len(data), _TXT_STRING)]
        return TXT(IN, RdataType.TXT, pieces)
    try:
        if not text.isprintable():
            raise dns.exception.SyntaxError
        value = dns.rdata.from_text(IN, kind, text, origin=None, relativize=False)
    except (dns.exception.DNSException, ValueError):
        raise BadValueError(f"{text!r} is not {shape}{_other_family(kind, text)}") from None
    for target in (getattr(value, attribute) for attribute in _TARGETS if hasattr(value, attribute)):
        if not target.is_absolute():
            raise BadValueError(f"the name {target.to_text()!r} has no final dot; write it in full, as '{target}.'")
        _name(target.to_text())
    return canonical(value)


def canonical(value: Rdata) -> Rdata:
    """The value with its names in lower case, by the canonical wire form of RFC 4034 section 6.2."""
    wire = value.to_digestable()
    return dns.rdata.from_wire(IN, value.rdtype, wire, 0, len(wire))


def check(given: Mapping[str, Any], unknown: Set[str] = frozenset()) -> tuple[dict[str, Any], list[Fault]]:
    """The canonical form of the properties that are sound, and all faults.

    `unknown` are the properties that have a value, but one that is not known yet: what depends on them is not judged.
    """
    faults = [Fault(key, _unknown_property(key)) for key in given if key not in PROPERTIES]
    faults += [Fault(key, "missing") for key in PROPERTIES if key not in unknown and given.get(key) is None]
    result: dict[str, Any] = {}

    def take(key: str, read: Callable[[Any], Any]) -> Any:
        if key in unknown or given.get(key) is None:
            return None
        try:
            value = read(given[key])
        except BadValueError as error:
            faults.append(Fault(key, str(error)))
            return None
        return value

    zone: Name | None = take("zone", zone_name)
    kind: RdataType | None = take("type", record_type)
    name: Name | None = take("name", lambda text: owner_name(text, zone)) if zone else None
    seconds: int | None = take("ttl", ttl)
    if zone:
        result["zone"] = zone.to_text()
    if zone and name:
        result["name"] = name.relativize(zone).to_text()
    if kind:
        result["type"] = kind.name
    if seconds is not None:
        result["ttl"] = seconds
    if kind and "rdatas" not in unknown and given.get("rdatas") is not None:
        result["rdatas"] = _check_rdatas(kind, given["rdatas"], name, faults)
    if kind is RdataType.CNAME and zone and name == zone:
        faults.append(Fault("name", "the zone's own name can not be a CNAME, for SOA and NS records stand there"))
    return result, faults


def _check_rdatas(kind: RdataType, given: object, name: Name | None, faults: list[Fault]) -> list[str]:
    if not isinstance(given, list | tuple) or not given:
        faults.append(Fault("rdatas", f"must be a list of at least one value: {SHAPES[kind.name]}"))
        return []
    values: dict[Rdata, int] = {}
    for index, text in enumerate(given):
        path = f"rdatas[{index}]"
        try:
            value = rdata(kind, text)
        except BadValueError as error:
            faults.append(Fault(path, str(error)))
            continue
        if value in values:
            faults.append(Fault(path, f"{text!r} is the same value as rdatas[{values[value]}]"))
        values.setdefault(value, index)
        if kind is RdataType.CNAME and value.to_text() == str(name):
            faults.append(Fault(path, "the CNAME points at itself"))
    if kind is RdataType.CNAME and len(given) > 1:
        faults.append(Fault("rdatas", "a CNAME record has exactly one value"))
    return [value.to_text() for value in _sorted(values)]


def _name(text: object) -> Name:
    if not isinstance(text, str) or not text:
        raise BadValueError(f"{text!r} is not a name")
    for label in text.split("."):
        if not _LABEL.fullmatch(label):
            raise BadValueError(
                f"{label!r} in {text!r} is not allowed in a name; use letters a to z, digits, hyphens and "
                "underscores, and * alone"
            )
    try:
        return dns.name.from_text(text.lower(), origin=None)
    except dns.name.EmptyLabel:
        raise BadValueError(f"{text!r} has an empty part between two dots") from None
    except dns.name.LabelTooLong:
        raise BadValueError(f"{text!r} has a part of more than 63 characters") from None
    except dns.name.NameTooLong:
        raise BadValueError(f"{text!r} is longer than 255 octets") from None


def _sorted(values: Any) -> tuple[Rdata, ...]:
    return tuple(sorted(values, key=Rdata.to_digestable))


def _other_family(kind: RdataType, text: str) -> str:
    """A hint for an address that belongs into the other type of record."""
    other = {RdataType.A: (dns.ipv6.inet_aton, "AAAA"), RdataType.AAAA: (dns.ipv4.inet_aton, "A")}.get(kind)
    if other is None:
        return ""
    try:
        other[0](text)
    except dns.exception.SyntaxError:
        return ""
    return f"; use type {other[1]}"


def _unknown_property(key: str) -> str:
    near = get_close_matches(key, PROPERTIES, n=1)
    hint = f"; did you mean {near[0]}" if near else ""
    return f"unknown property{hint}; use {', '.join(PROPERTIES)}"
