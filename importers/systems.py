"""Systems, from the list that the municipality keeps and from what the machines' notes name.

A system is known again by its title; when people have changed that, by its DNS name, or by its servers. Left out: the
servers themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from importers.codes import system_codes
from importers.folder import Folder
from importers.merge import REMOVED, Merge, Place
from importers.records import Item
from importers.report import Source
from importers.sorting import OWN, Server

_OWN_TITLES = {own.title: own for own in OWN.values()}
_NO_OWNER = "Ukendt"
_FIELDS = ("code", "hosting", "owner", "vendor", "fqdn", "criticality", "personal_data")
_FIXED = frozenset({"code"})
"""The names of its servers hang on it."""


class Systems:
    """The systems of a folder, with those of an export beside them."""

    def __init__(self, folder: Folder, merge: Merge, items: Sequence[Item], servers: Sequence[Server]) -> None:
        self.folder = folder
        self.merge = merge
        generation = merge.report.generation
        self.listed = {item.key.casefold(): item.fields for item in items}
        titles = dict.fromkeys([*(item.key for item in items), *(server.system for server in servers)])
        self.by_title = {str(data.get("title", "")).casefold(): file for file, data in folder.systems()}
        self.by_fqdn = {str(data["fqdn"]).lower(): file for file, data in folder.systems() if data.get("fqdn")}
        at = {
            str((own.get("found") or {}).get(generation, "")).casefold(): file
            for file, data in folder.systems()
            for own in (data.get("servers") or {}).values()
            if isinstance(own, dict)
        }
        # A file that carries another title of the export is that system, whichever servers people moved into it.
        other = {self.by_title.get(title.casefold()) for title in titles}
        votes: dict[str, Counter[str]] = {}
        for server in servers:
            file = at.get(server.vm.name.casefold())
            if file is not None and file not in other:
                votes.setdefault(server.system, Counter())[file] += 1
        self.by_servers = {title: count.most_common(1)[0][0] for title, count in votes.items()}
        taken = {str(data.get("code")) for _, data in folder.systems()}
        own = [title for title in titles if title in _OWN_TITLES and _OWN_TITLES[title].code not in taken]
        self.codes = {title: _OWN_TITLES[title].code for title in own}
        new = [title for title in titles if title not in own and self.find(title) is None]
        told = {item.key: item.fields["code"] for item in items if item.key in new and "code" in item.fields}
        once = Counter(told.values())
        told = {title: code for title, code in told.items() if code not in {*taken, *OWN} and once[code] == 1}
        self.codes |= told | system_codes([t for t in new if t not in told], {*taken, *OWN, *told.values()})

    def find(self, title: str, fqdn: str = "") -> str | None:
        """The file of the system that the export calls `title`, or None."""
        return self.by_title.get(title.casefold()) or self.by_fqdn.get(fqdn.lower()) or self.by_servers.get(title)

    def title_of(self, file: str) -> str:
        """The title that a file gives its system."""
        return str(self.folder.data[file].get("title", ""))

    def bring(self, items: Sequence[Item], source: Source) -> None:
        """Merges or adds the systems of the list."""
        for item in items:
            file = self.find(item.key, item.fields.get("fqdn", ""))
            if file is not None:
                self._update(item, file)
            elif self.merge.known("systems", item.key):
                self.merge.take("systems", item.key, self.merge.base["systems"][item.key])
                source.reject(item.row, item.key, "REMOVED-HERE", REMOVED)
            else:
                self._add(item.key)
                self.merge.take("systems", item.key, item.fields)
        self.merge.gone("systems", ((self.title_of(file), file) for file, _ in self.folder.systems()))

    def file(self, title: str) -> tuple[str, str]:
        """The file and code of the system that the export calls `title`; made when there is none."""
        file = self.find(title) or self._add(title)
        return file, str(self.folder.data[file]["code"])

    def _add(self, title: str) -> str:
        code = self.codes[title]
        file = f"systems/{code}.yaml"
        fields = dict(self.listed.get(title.casefold(), {}))
        own = _OWN_TITLES.get(title)
        comments: dict[str, str] = {}
        if own is not None:
            fields = {"hosting": "own", "criticality": own.criticality, "personal_data": own.personal_data} | fields
            comments = dict.fromkeys(("criticality", "personal_data"), "assumed")
        elif not fields:
            fields = {"hosting": "own", "criticality": "normal", "personal_data": "ordinary"}
            comments = dict.fromkeys(fields, "assumed: only the notes of its machines name it")
            if self.listed:
                self.merge.report.note("SYSTEM-NOT-LISTED", title, "machines name it and the list of systems does not")
        if "owner" not in fields:
            fields["owner"] = own.owner if own is not None else _NO_OWNER
            comments["owner"] = "assumed: no export tells"
        values = {"code": code, "title": title, "hosting": fields["hosting"], "owner": fields["owner"]}
        values |= {field: fields[field] for field in ("vendor", "fqdn") if field in fields}
        values |= {field: fields[field] for field in ("criticality", "personal_data")}
        if "ports" in fields:
            values["flows"] = [{"source": "workplaces", "ports": fields["ports"]}]
        for field, value in values.items():
            self.folder.put(file, (field,), value, comments.get(field, ""))
        self.by_title[title.casefold()] = file
        self.merge.report.add("systems")
        return file

    def _update(self, item: Item, file: str) -> None:
        data = self.folder.data[file]
        flows: list[Any] = data["flows"] if isinstance(data.get("flows"), list) else []
        at = next((i for i, f in enumerate(flows) if isinstance(f, dict) and f.get("source") == "workplaces"), None)
        current = {field: data.get(field) for field in _FIELDS}
        current["ports"] = flows[at].get("ports") if at is not None else None

        def put(field: str, value: Any) -> None:
            if field != "ports":
                self.folder.put(file, (field,), value)
            elif at is not None:
                self.folder.put(file, ("flows", at, "ports"), value)
            else:
                self.folder.put(file, ("flows",), [*flows, {"source": "workplaces", "ports": value}])

        self.merge.item("systems", item.key, item.fields, Place(file, current, put, _FIXED))
