"""Reads the lists that a municipality keeps of its own: sites, workplaces, devices and line-of-business systems.

Every row becomes an item whose fields are already those of the model. What a row is worth is decided by the model's
own types, so that what is imported here loads there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from importers import values
from importers.records import Item
from importers.report import RowError, Source
from importers.table import Columns, Row, read_table
from model.base import Model
from model.faults import nearest
from model.reading.advice import advice
from model.types.devices import Device, DeviceState
from model.types.estate import Site, Workplace

SITES = Columns(
    required={
        "code": ("Lokation", "Lokationskode", "Lokationsnr", "Site", "Code", "Location"),
        "name": ("Navn", "Name"),
        "type": ("Type",),
        "address": ("Adresse", "Address"),
        "postcode": ("Postnr", "Postnummer", "Postcode", "Zip"),
        "city": ("By", "City", "Town"),
    },
    optional={
        "wan": ("WAN (Mbit)", "WAN", "WAN (Mbit/s)", "WAN Mbit", "Linje (Mbit)", "Båndbredde", "Bandwidth"),
        "hours": ("Åbningstid", "Åbningstider", "Hours", "Opening hours"),
        "count": ("Arbejdspladser", "Antal arbejdspladser", "Workplaces"),
    },
)
WORKPLACES = Columns(
    required={
        "name": ("Navn", "Computernavn", "Name", "Hostname"),
        "mac": ("MAC", "MAC-adresse", "Mac Address"),
        "site": ("Lokation", "Site", "Location"),
        "kind": ("Slags", "Enhedstype", "Kind", "Type"),
        "model": ("Model",),
        "profile": ("Profil", "Profile"),
        "department": ("Afdeling", "Department"),
    },
    optional={},
)
DEVICES = Columns(
    required={
        "serial": ("Serienummer", "Serienr", "Serial number", "Serial", "S/N"),
        "generation": ("Generation",),
        "model": ("Model",),
        "state": ("Status", "Tilstand", "State"),
    },
    optional={
        "workplace": ("Arbejdsplads", "Plads", "Workplace"),
        "mac": ("MAC", "MAC-adresse", "Mac Address"),
        "firmware": ("Firmware", "Release"),
        "box": ("Kasse", "Kolli", "Box"),
    },
)
SYSTEMS = Columns(
    required={
        "title": ("System", "Navn", "Name"),
        "hosting": ("Hosting", "Drift"),
        "criticality": ("Kritikalitet", "Criticality"),
        "personal_data": ("Persondata", "Personoplysninger", "Personal data"),
    },
    optional={
        "vendor": ("Leverandør", "Vendor", "Supplier"),
        "fqdn": ("FQDN", "DNS", "Host"),
        "ports": ("Porte", "Ports"),
        "code": ("Kode", "Forkortelse", "Code"),
        "owner": ("Systemejer", "Ejer", "Owner"),
    },
)
_CODE = re.compile(r"[a-z][a-z0-9]{1,4}")
_FORMS = {
    (Site, "code"): "write S and three or four digits",
    (Site, "postcode"): "write four digits",
    (Device, "serial"): "write 4 to 30 capital letters, digits and hyphens",
    (Device, "generation"): "write g and two digits",
    (Workplace, "name"): "write at most 15 letters, digits and hyphens",
    (Workplace, "site"): "write S and three or four digits",
}
KINDS = {
    "tynd klient": "thin-client", "thin client": "thin-client", "thin-client": "thin-client",
    "bærbar": "laptop", "laptop": "laptop", "bærbar pc": "laptop",
    "delt pc": "shared-pc", "shared pc": "shared-pc", "shared-pc": "shared-pc",
}  # fmt: skip
PROFILES = {
    "kontor": "office", "office": "office",
    "video": "video",
    "grafik": "graphics", "graphics": "graphics",
}  # fmt: skip
_STATES = {
    "bestilt": "ordered", "modtaget": "received", "klargjort": "prepared", "pakket": "packed",
    "leveret": "delivered", "opsat": "installed", "afprøvet": "tested", "returneret": "returned",
    **{state: state for state in get_args(DeviceState)},
}  # fmt: skip
HOURS = {
    "weekday": "weekday", "weekdays": "weekday", "hverdage": "weekday",
    "weekend": "weekend", "weekender": "weekend", "også weekend": "weekend",
    "24x7": "24x7", "24/7": "24x7", "døgn": "24x7", "døgnåbent": "24x7", "døgnet rundt": "24x7",
}  # fmt: skip
HOSTING = {
    "own": "own", "egen": "own", "egen drift": "own",
    "vendor": "vendor", "leverandør": "vendor", "ekstern": "vendor",
}  # fmt: skip
CRITICALITY = {
    "vital": "vital", "kritisk": "vital", "high": "high", "høj": "high",
    "normal": "normal", "low": "low", "lav": "low",
}  # fmt: skip
PERSONAL = {
    "none": "none", "ingen": "none", "ordinary": "ordinary", "almindelige": "ordinary",
    "special": "special", "følsomme": "special",
}  # fmt: skip


def read_sites(path: Path, source: Source, types: dict[str, str]) -> Iterator[tuple[Item, int | None]]:
    """The sites with the number of workplaces each claims. `types`: a site type's Danish title in lower case → key.
    What a row does not tell of its line and its hours, its type does.
    """

    def item(row: Row) -> tuple[Item, int | None]:
        fields: dict[str, Any] = {
            "name": values.text(row["name"], "Navn"),
            "type": values.word(row["type"], "Type", types),
            "address": values.text(row["address"], "Adresse"),
            "postcode": row["postcode"],
            "city": values.text(row["city"], "By"),
        }
        if row.get("wan"):
            fields["wan_mbit"] = values.mbit(row["wan"], "WAN")
        if row.get("hours"):
            fields["hours"] = values.word(row["hours"], "Åbningstid", HOURS)
        code = row["code"].upper()
        _valid(Site, {"wan_mbit": 1, "hours": "weekday"} | fields | {"code": code})
        count = row.get("count", "")
        return Item(row.line, code, fields), values.whole(count, "Arbejdspladser", 0, 100_000) if count else None

    yield from _items(path, source, SITES, "code", item, lambda pair: [pair[0].key])


def read_workplaces(path: Path, source: Source, sites: Collection[str] | None) -> Iterator[Item]:
    """The workplaces. A site that is not among `sites` rejects the row; None means that the sites are not known."""

    def item(row: Row) -> Item:
        fields = {
            "mac": values.mac(row["mac"], "MAC"),
            "site": row["site"].upper(),
            "kind": values.word(row["kind"], "Slags", KINDS),
            "model": values.text(row["model"], "Model"),
            "profile": values.word(row["profile"], "Profil", PROFILES),
            "department": values.text(row["department"], "Afdeling"),
        }
        name = row["name"].upper()
        _valid(Workplace, fields | {"name": name})
        if sites is not None and fields["site"] not in sites:
            raise RowError("UNKNOWN-SITE", f"no site {fields['site']} in the list of sites")
        return Item(row.line, name, fields)

    yield from _items(path, source, WORKPLACES, "name", item, lambda i: [i.key, i.fields["mac"]])


def read_devices(
    path: Path, source: Source, workplaces: Collection[str], generations: Collection[str]
) -> Iterator[Item]:
    """The devices by serial number. A column that the list lacks is no field of any. A workplace that is none of
    `workplaces` rejects the row, and so does a generation that is none of `generations`.
    """

    def item(row: Row) -> Item:
        fields = {
            "generation": row["generation"].lower(),
            "model": values.text(row["model"], "Model"),
            "state": values.word(row["state"], "Status", _STATES),
        }
        told = {field: row[field] for field in DEVICES.optional if row.get(field)}
        if "workplace" in told:
            fields["workplace"] = told["workplace"].upper()
        if "mac" in told:
            fields["mac"] = values.mac(told["mac"], "MAC")
        fields |= {field: values.text(told[field], field) for field in ("firmware", "box") if field in told}
        serial = row["serial"].upper()
        _valid(Device, fields | {"serial": serial})
        generation, workplace = fields["generation"], fields.get("workplace")
        if generation not in generations:
            raise RowError("BAD-VALUE", f"no generation {generation}; {nearest(generation, generations)}")
        if workplace is not None and workplace not in workplaces:
            raise RowError("UNKNOWN-WORKPLACE", f"no workplace {workplace} in the list of workplaces")
        blank = {field: "" for field in DEVICES.optional if field in row and field not in told}
        return Item(row.line, serial, fields | blank)

    yield from _items(path, source, DEVICES, "serial", item, lambda i: list(filter(None, [i.key, i.fields.get("mac")])))


def read_systems(path: Path, source: Source) -> Iterator[Item]:
    """The systems by title. `ports` are those that workplaces need. What a row leaves blank is no field, and neither is
    a code that could be none of ours.
    """

    def item(row: Row) -> Item:
        hosting = values.word(row["hosting"], "Hosting", HOSTING)
        fqdn = row.get("fqdn", "").lower()
        if hosting == "vendor" and not fqdn:
            raise RowError("MISSING-FIELD", "FQDN is empty; write the name by which its vendor hosts it")
        fields: dict[str, Any] = {
            "hosting": hosting,
            "criticality": values.word(row["criticality"], "Kritikalitet", CRITICALITY),
            "personal_data": values.word(row["personal_data"], "Persondata", PERSONAL),
        }
        if row.get("vendor"):
            fields["vendor"] = values.text(row["vendor"], "Leverandør")
        if fqdn:
            fields["fqdn"] = _dns_name(fqdn)
        if row.get("ports"):
            fields["ports"] = values.ports(row["ports"], "Porte")
        if row.get("owner"):
            fields["owner"] = values.text(row["owner"], "Systemejer")
        if _CODE.fullmatch(row.get("code", "").lower()):
            fields["code"] = row["code"].lower()
        return Item(row.line, values.text(row["title"], "System"), fields)

    yield from _items(path, source, SYSTEMS, "title", item, lambda i: [i.key])


def _dns_name(name: str) -> str:
    labels = name.split(".")
    if len(name) > 253 or not all(
        0 < len(label) <= 63 and label.replace("-", "a").isalnum() and label.isascii() and label.strip("-") == label
        for label in labels
    ):
        raise RowError("BAD-VALUE", f"FQDN is {name!r}; write a DNS name")
    return name


def _items(
    path: Path,
    source: Source,
    columns: Columns,
    name_field: str,
    item: Callable[[Row], Any],
    unique: Callable[[Any], list[str]],
) -> Iterator[Any]:
    """The items of a table, each once: what repeats an earlier row's name or address is reported."""
    seen: dict[str, int] = {}
    for row in read_table(path, columns):
        source.rows += 1
        name = row[name_field]
        try:
            values.no_formula(name, name_field)
            found = item(row.whole())
            _first(unique(found), row.line, seen)
        except RowError as wrong:
            source.reject(row.line, values.free_text(name), wrong.code, wrong.reason)
        else:
            yield found


def _first(keys: Iterable[str], line: int, seen: dict[str, int]) -> None:
    """Notes an item's names and addresses as seen; raises RowError when an earlier row has one of them."""
    folded = {key.casefold(): key for key in keys}
    for fold, key in folded.items():
        if fold in seen:
            raise RowError("DUPLICATE", f"{key} is that of row {seen[fold]}")
    seen |= dict.fromkeys(folded, line)


def _valid(kind: type[Model], data: dict[str, Any]) -> None:
    """Raises RowError with what the model's own type finds wrong first."""
    try:
        kind.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(map(str, problem["loc"]))
        code = "MISSING-FIELD" if problem["input"] == "" else "BAD-NAME" if field in ("name", "serial") else "BAD-VALUE"
        allowed = _FORMS.get((kind, field)) or advice(problem)
        raise RowError(code, f"{field} is {problem['input']!r}; {allowed}") from None
