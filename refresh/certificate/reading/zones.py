"""Names as they were rendered: the zones, read by dnspython, and what the script for AD DNS adds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.reversename
import dns.zone

from refresh.certificate.facts import At
from refresh.certificate.reading.text import Text, in_script


@dataclass
class Names:
    """Every A, PTR and NS record, by its full name without the last dot."""

    a: dict[str, dict[str, At]] = field(default_factory=dict[str, dict[str, At]])
    ptr: dict[str, dict[str, At]] = field(default_factory=dict[str, dict[str, At]])
    ns: dict[str, dict[str, At]] = field(default_factory=dict[str, dict[str, At]])
    files: dict[str, Text] = field(default_factory=dict[str, Text])
    """By the name of the zone."""

    def add(self, file: Text) -> None:
        """Takes a zone's records in. Raises BadInputError for what dnspython does not read."""
        found = re.search(r"^\$ORIGIN (\S+)$", file.text, re.MULTILINE)
        if found is None:
            raise file.unread(0, "no $ORIGIN")
        origin = found[1]
        try:
            zone = dns.zone.from_text(file.text, origin, relativize=False, check_origin=False)
        except (dns.exception.DNSException, ValueError) as error:
            raise file.unread(0, f"no zone that dnspython reads ({error})") from None
        self.files[origin.rstrip(".")] = file
        lines = _lines(file, origin)
        for kind, records in (("A", self.a), ("PTR", self.ptr), ("NS", self.ns)):
            for name, _, data in zone.iterate_rdatas(kind):
                full, value = name.to_text().rstrip(".").lower(), data.to_text().rstrip(".").lower()
                at = At(file.path, lines.get((full, kind, value), 0))
                records.setdefault(full, {})[value] = at

    def addresses(self, name: str) -> Mapping[str, At]:
        """The addresses of a name."""
        return self.a.get(name.lower(), {})

    def back(self, address: str) -> Mapping[str, At]:
        """The names of an address."""
        return self.ptr.get(dns.reversename.from_address(address).to_text().rstrip("."), {})

    def zone_of(self, name: str) -> Text | None:
        """The file of the nearest zone above a name."""
        labels = name.split(".")
        above = (".".join(labels[n:]) for n in range(len(labels)))
        return next((self.files[zone] for zone in above if zone in self.files), None)


def _lines(file: Text, origin: str) -> dict[tuple[str, str, str], int]:
    """The line of each record that stands in one line."""
    found: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(file.lines, 1):
        match = re.match(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(A|PTR|NS)\s+(\S+)\s*$", row)
        if match:
            name = origin if match[1] == "@" else match[1] if match[1].endswith(".") else f"{match[1]}.{origin}"
            found[name.rstrip(".").lower(), match[2], match[3].rstrip(".").lower()] = number
    return found


@dataclass(frozen=True, slots=True)
class DirectoryDns:
    """What the script adds to AD DNS. `forwarded` gives the servers of each zone that is asked for elsewhere."""

    domain: str
    child: str
    delegation: tuple[tuple[str, str], ...]
    hosts: Mapping[str, str]
    forwarded: Mapping[str, tuple[str, ...]]
    file: Text


def directory(file: Text) -> DirectoryDns:
    """The script's data."""
    data: Any = in_script(file)
    try:
        return DirectoryDns(
            domain=data["domain"],
            child=data["child"] or "",
            delegation=tuple((name, address) for name, address in data["delegation"]),
            hosts={each["name"]: each["address"] for each in data["hosts"]},
            forwarded={each["zone"]: tuple(each["servers"]) for each in data.get("forwarders", ())},
            file=file,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise file.unread(0, f"not what the script reads ({error!r})") from None
