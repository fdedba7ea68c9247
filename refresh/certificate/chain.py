"""The certificate as files that hold each other: a page that is edited afterwards, or a site that is left out, shows.

Each site's JSON has the digest of its page and of the site before it; certificate.json has that of every one, of what
was read, and of the overview. Its own digest is the seal, which is printed: who writes it down can tell a chain that
was made anew. Left out: a signature, which needs a key that somebody keeps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refresh.certificate.estate import Estate
from refresh.certificate.facts import TITLES, Certificate, Fact
from refresh.certificate.reading.text import BadInputError

FORMAT = 1
OVERVIEW = "certificate.json"
INDEX = "index.html"
HEAD = ("format", "platform", "day", "rendered", "outputs", "edited")
"""What a chain begins with."""


def digest(content: bytes) -> str:
    """Of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def text(document: Mapping[str, Any]) -> str:
    """A document as it is written."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def heading(estate: Estate, platform: str, day: str) -> dict[str, Any]:
    """What was read, and on which day: the beginning of every chain."""
    return {
        "format": FORMAT,
        "platform": platform,
        "day": day,
        "rendered": digest(estate.manifest.text.encode()),
        "outputs": [{"file": file.path, "sha256": digest(file.text.encode())} for file in estate.outputs.files],
        "edited": [_fact(fact) for fact in estate.edited],
    }


def site(certificate: Certificate) -> dict[str, Any]:
    """A site's certificate as JSON, not yet in the chain."""
    return {
        "format": FORMAT,
        "site": certificate.site,
        "name": certificate.name,
        "devices": certificate.devices,
        "ok": certificate.ok,
        "links": [
            {"key": link.key, "title": TITLES[link.key], "state": link.state, "facts": [_fact(f) for f in link.facts]}
            for link in certificate.links
        ],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    found = {"text": fact.text, "value": fact.value, "file": fact.at.file, "line": fact.at.line, "state": fact.state}
    return found | ({"should": fact.wrong} if fact.wrong else {})


@dataclass
class Chain:
    """Sites in their order. `last` is the digest that the next one names."""

    head: dict[str, Any]

    def __post_init__(self) -> None:
        self.last = digest(text(self.head).encode())
        self.sites: list[dict[str, Any]] = []

    def add(self, document: Mapping[str, Any], page: str) -> str:
        """A site's JSON with its place in the chain."""
        held = text({**document, "page": digest(page.encode()), "before": self.last})
        self.last = digest(held.encode())
        broken = [link["key"] for link in document["links"] if link["state"] == "broken"]
        told = {key: document[key] for key in ("site", "name", "ok")}
        self.sites.append({**told, "broken": broken, "sha256": self.last})
        return held

    def end(self) -> dict[str, Any]:
        """The overview, still without the digest of its page."""
        return {**self.head, "ok": not self.head["edited"] and all(s["ok"] for s in self.sites), "sites": self.sites}


def seal(overview: Mapping[str, Any], page: str) -> str:
    """The overview's file."""
    return text({**overview, "page": digest(page.encode())})


def check(folder: Path) -> Iterator[str]:
    """What has changed since a certificate was made. Raises BadInputError when there is none."""
    overview = _document(folder / OVERVIEW)
    try:
        last = digest(text({key: overview[key] for key in HEAD}).encode())
        sites: Sequence[Mapping[str, Any]] = overview["sites"]
        if overview["page"] != _digest(folder / INDEX):
            yield f"{folder / INDEX}: edited since the certificate was made; make it again with `refresh certify`"
        for entry in sites:
            yield from _site(folder, entry, last)
            last = entry["sha256"]
    except (KeyError, TypeError) as error:
        raise BadInputError(
            f"{folder / OVERVIEW}: no certificate ({error!r}); make it with `refresh certify`"
        ) from None
    extra = {path.stem for path in folder.glob("S*.json")} - {entry["site"] for entry in sites}
    for name in sorted(extra):
        yield f"{folder / name}.json: in no chain; make the certificate again with `refresh certify`"


def _site(folder: Path, entry: Mapping[str, Any], before: str) -> Iterator[str]:
    path, page = folder / f"{entry['site']}.json", folder / f"{entry['site']}.html"
    if _digest(path) != entry["sha256"]:
        yield f"{path}: edited since the certificate was made; make it again with `refresh certify`"
        return
    document = _document(path)
    if document["before"] != before:
        yield f"{path}: does not follow the site before it; make the certificate again with `refresh certify`"
    if document["page"] != _digest(page):
        yield f"{page}: edited since the certificate was made; make it again with `refresh certify`"


def _digest(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _document(path: Path) -> dict[str, Any]:
    try:
        found: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path}: no certificate ({error}); make it with `refresh certify`") from None
    if not hasattr(found, "items"):
        raise BadInputError(f"{path}: no certificate; make it with `refresh certify`")
    return found
