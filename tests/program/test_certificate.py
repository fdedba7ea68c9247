"""Monday's certificate: whole platforms, and every link broken in a rendered file, which it names with its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from refresh.certificate.facts import LINKS
from tests.support.monday import Monday, monday
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def lilleby(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    return monday("lilleby", tmp_path_factory.mktemp("lilleby"))


@dataclass(frozen=True)
class Broken:
    """What stands in a file and what stands there instead, and which link breaks where, as breaks.yaml says it."""

    link: str
    file: str
    old: str
    new: str
    after: str = ""
    at: str | None = None
    place: str | None = None

    def apply(self, stands: Monday) -> tuple[str, int]:
        """Breaks it; the file and the line that must be named."""
        path = self._path(stands, self.file)
        text = path.read_bytes().decode("utf-8-sig")
        start = text.index(self.after)
        found = text.index(self.old, start)
        text = text[:found] + self.new + text[found + len(self.old) :]
        path.write_text(text, encoding="utf-8")
        if self.at is None:
            return self._named(stands, self.file), text.count("\n", 0, found) + 1
        place = self.place or self.file
        if not self.at:
            return self._named(stands, place), 0
        text = self._path(stands, place).read_text(encoding="utf-8-sig")
        return self._named(stands, place), text.count("\n", 0, text.index(self.at)) + 1

    def _path(self, stands: Monday, file: str) -> Path:
        return stands.outputs if file == "outputs" else stands.rendered / file

    def _named(self, stands: Monday, file: str) -> str:
        return stands.outputs.name if file == "outputs" else file


BROKEN = {
    name: Broken(**values)
    for name, values in YAML(typ="safe").load(ROOT / "tests" / "data" / "certificate" / "breaks.yaml").items()
}


def test_every_site_of_the_small_platform_is_whole(lilleby: Monday) -> None:
    found = lilleby.certificates()
    assert {code: [str(fact) for link in each.links for fact in link.breaks] for code, each in found.items()} == {
        "S001": [],
        "S002": [],
    }
    assert all(link.state == "ok" for each in found.values() for link in each.links)


def test_every_link_is_broken_by_something() -> None:
    assert {broken.link for broken in BROKEN.values()} == set(LINKS)
    assert len(BROKEN) > 50


@pytest.mark.parametrize("name", BROKEN)
def test_a_break_is_named_by_link_file_and_line(name: str, lilleby: Monday, tmp_path: Path) -> None:
    broken, stands = BROKEN[name], lilleby.copy(tmp_path)
    file, line = broken.apply(stands)
    (certificate,) = stands.certificates("S002").values()
    places = {(link.key, fact.at.file, fact.at.line) for link in certificate.links for fact in link.breaks}
    assert not certificate.ok
    assert (broken.link, file, line) in places, sorted(places)


@pytest.mark.parametrize(("name", "sites"), [("holstebro", 150), ("herlev", 60)])
def test_every_site_of_a_shipped_platform_is_whole(name: str, sites: int, tmp_path: Path) -> None:
    found = monday(name, tmp_path).certificates()
    breaks = {str(fact) for each in found.values() for link in each.links for fact in link.breaks}
    assert breaks == set()
    assert len(found) == sites
    assert {link.state for each in found.values() for link in each.links} == {"ok"}
