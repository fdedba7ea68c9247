"""Turns a cell into a value, in any of the spellings that exports use, or rejects it with a reason.

Left out: guessing. A cell that could mean two things is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address

from importers.report import RowError
from model.faults import nearest

_THOUSANDS = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*\Z")
_DECIMAL = re.compile(r"(\d+)(?:[.,](\d+))?\Z")
_SPEED = re.compile(r"([\d.,' ]+?)\s*(?:([gmk])(?:bit|bits|bps|b)?(?:/s|/sek|ps)?)?\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_KEPT_FROM_RUNNING = re.compile("(^|[,;|][\"']*)'(?=[=+@\uff1d\uff0b\uff0d\uff20-])")
"""What our own tables put before a formula (rendering/escape.py)."""
_TRUE = {"true", "sand", "yes", "ja", "1", "x"}
_FALSE = {"false", "falsk", "no", "nej", "0", ""}


def text(value: str, field: str) -> str:
    """One line of text for people: inner line breaks become spaces. At least one character, at most 200."""
    line = " ".join(value.split())
    if not line:
        raise RowError("MISSING-FIELD", f"{field} is empty")
    if _CONTROL.search(line):
        raise RowError("BAD-VALUE", f"{field} holds a control character")
    if len(line) > 200:
        raise RowError("BAD-VALUE", f"{field} has {len(line)} characters; keep it to 200")
    return line


def free_text(value: str) -> str:
    """A note as one line, without control characters and cut at 200: it is shown, never read by a program."""
    return " ".join(_CONTROL.sub(" ", value).split())[:200]


def note(value: str) -> str:
    """A machine's note as `free_text` has it, without the apostrophes that keep spreadsheets from running it."""
    return free_text(_KEPT_FROM_RUNNING.sub(r"\1", value))


def name(value: str, field: str) -> str:
    """A name in vSphere's inventory, as vSphere keeps it, that is safe in files, folders and spreadsheets."""
    if not value.strip():
        raise RowError("MISSING-FIELD", f"{field} is empty")
    if _CONTROL.search(value) or "\n" in value or "\r" in value or "\t" in value:
        raise RowError("BAD-NAME", f"{field} holds a control character")
    no_formula(value, field)
    kept = vsphere_name(value)
    if len(re.sub(r"%..", "%", kept)) > 80:
        raise RowError("BAD-NAME", f"{field} is no vSphere name: it has more than 80 characters")
    return kept


def vsphere_name(value: str) -> str:
    """`A/B` as `A%2fB`: vSphere keeps three marks escaped (Name of ManagedEntity, vSphere Web Services API), and what
    shows them to people may not.
    """
    return re.sub(r"%(?!2f|5c|25)", "%25", value, flags=re.IGNORECASE).replace("/", "%2f").replace("\\", "%5c")


def pool_path(value: str, cluster: str) -> str:
    """`/DC/CL01/Resources/Drift` as `CL01/Resources/Drift`: the path of a resource pool below the hosts' folder."""
    parts = [part for part in value.split("/") if part]
    roots = [index for index, part in enumerate(parts) if part == "Resources"]
    at = next((i for i in roots if i and parts[i - 1].casefold() == cluster.casefold()), roots[0] if roots else None)
    if at is None:
        return "/".join(parts)
    return "/".join([cluster, *parts[at:]])


def name_or_none(value: str, field: str) -> str:
    """A name as `name` has it, or empty where the source tells none."""
    return name(value, field) if value.strip() else ""


def no_formula(value: str, field: str) -> None:
    """Raises RowError when a spreadsheet would run the cell as a formula."""
    if value[:1] in ("=", "+", "-", "@"):
        raise RowError("BAD-NAME", f"{field} starts with {value[0]}, which a spreadsheet runs as a formula")


def form(value: str, field: str, pattern: re.Pattern[str], allowed: str) -> str:
    """A value that must match `pattern`; `allowed` says what that is."""
    if not value:
        raise RowError("MISSING-FIELD", f"{field} is empty")
    if not pattern.match(value):
        raise RowError("BAD-VALUE", f"{field} is {value!r}; write {allowed}")
    return value


def whole(value: str, field: str, low: int, high: int) -> int:
    """A whole number between `low` and `high`: `8192`, `8.192`, `8,192`, `8 192`, `8192,0`. `4.000` may be two."""
    cell = value.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if not cell:
        raise RowError("MISSING-FIELD", f"{field} is empty")
    if re.fullmatch(r"\d{1,3}[.,]000", cell) and low <= int(re.split("[.,]", cell)[0]) <= high:
        few, many = re.split("[.,]", cell)[0], re.sub(r"\D", "", cell)
        if int(many) <= high:
            raise RowError("BAD-VALUE", f"{field} is {value!r}, which may be {few} or {many}; write one of them")
        number = int(few)
    elif _THOUSANDS.match(cell):
        number = int(re.sub(r"\D", "", cell))
    else:
        match = _DECIMAL.match(cell)
        if match is None or int(match[2] or 0):
            raise RowError("BAD-VALUE", f"{field} is {value!r}; write a whole number")
        number = int(match[1])
    if not low <= number <= high:
        raise RowError("BAD-VALUE", f"{field} is {number}; write one from {low} to {high}")
    return number


def mbit(value: str, field: str) -> int:
    """A line's speed in Mbit/s: `1000`, `300 Mbit/s`, `1 Gbit`, `2,5 Gbit`. Without a unit it is Mbit/s."""
    cell = value.strip().replace("\u00a0", " ").lower()
    if not cell:
        raise RowError("MISSING-FIELD", f"{field} is empty")
    match = _SPEED.match(cell)
    number, unit = (match[1].strip(), match[2] or "m") if match else ("", "m")
    if unit != "g" and _THOUSANDS.match(number):
        number = re.sub(r"\D", "", number)
    decimal = _DECIMAL.match(number)
    if decimal is None:
        raise RowError("BAD-VALUE", f"{field} is {value!r}; write a speed such as 1000, 300 Mbit/s or 1 Gbit")
    speed = float(number.replace(",", ".")) * {"k": 0.001, "m": 1, "g": 1000}[unit]
    if speed != int(speed) or not 1 <= speed <= 400_000:
        raise RowError("BAD-VALUE", f"{field} is {value!r}; write whole Mbit/s from 1 to 400000")
    return int(speed)


def flag(value: str, field: str) -> bool:
    """True or false, in English or Danish."""
    word = value.strip().casefold()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise RowError("BAD-VALUE", f"{field} is {value!r}; write True or False")


def mac(value: str, field: str) -> str:
    """A MAC address of one device in any notation, as upper case with colons."""
    if not value.strip():
        raise RowError("MISSING-FIELD", f"{field} is empty")
    digits = re.sub(r"[-:. ]", "", value.strip()).upper()
    if not re.fullmatch(r"[0-9A-F]{12}", digits):
        raise RowError("BAD-VALUE", f"{field} is {value!r}; write twelve hexadecimal digits")
    if int(digits[:2], 16) & 1 or not int(digits, 16):
        raise RowError("BAD-VALUE", f"{field} {value} is a group address or none, not one device's")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


_BRIDGES = re.compile(r"172\.(1[7-9]|2\d|3[01])\.0\.1|192\.168\.122\.1|10\.88\.0\.1|10\.(42|244)\.\d+\.[01]")
"""Addresses that a host gives its own bridge of containers or of virtual machines, by default: Docker's pools, libvirt,
Podman, and the pods of K3s, flannel and kubeadm. Many machines have the same, and nobody reaches them there.
"""


def ipv4s(value: str, field: str) -> tuple[str, ...]:
    """The IPv4 addresses of a cell, which may list several. IPv6, bridges of containers, and what a machine gives
    itself when it is given none, are left aside.
    """
    found: list[str] = []
    for word in re.split(r"[,; ]+", value.strip()):
        if word and ":" not in word:
            try:
                address = IPv4Address(word)
            except ValueError:
                raise RowError("BAD-VALUE", f"{field} is {value!r}; write an IPv4 address") from None
            if not (address.is_link_local or address.is_loopback or address.is_multicast or address.is_unspecified):
                found.append(str(address))
    return tuple(dict.fromkeys(a for a in found if not _BRIDGES.fullmatch(a)))


def ports(value: str, field: str) -> list[str]:
    """`443;UDP/3478-3481` as `["tcp/443", "udp/3478-3481"]`. Without a protocol it is TCP."""
    found: list[str] = []
    for word in re.split(r"[;, ]+", value.strip()):
        match = re.fullmatch(r"(?:(tcp|udp)[/:]?)?(\d{1,5})(?:-(\d{1,5}))?", word.lower())
        low, high = (int(match[2]), int(match[3] or match[2])) if match else (0, 0)
        if match is None or not 1 <= low <= high <= 65_535:
            raise RowError("BAD-VALUE", f"{field} holds {word!r}; write ports such as 443, UDP/3478 or 27000-27009")
        port = f"{match[1] or 'tcp'}/{low}" + (f"-{high}" if match[3] else "")
        if port not in found:
            found.append(port)
    return found


def word(value: str, field: str, known: Mapping[str, str]) -> str:
    """A word of a list, by the spellings in `known` (in lower case)."""
    if not value.strip():
        raise RowError("MISSING-FIELD", f"{field} is empty")
    try:
        return known[" ".join(value.split()).casefold()]
    except KeyError:
        raise RowError("BAD-VALUE", f"{field} is {value!r}; {nearest(value, known)}") from None
