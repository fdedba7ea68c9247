"""Monday's certificate: whole platforms, and every link broken in a rendered file, which it names with its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from refresh.certificate.facts import LINKS
from tests.support.monday import Monday, monday
from tests.support.paths import ROOT
from tests.support.targets import VARIED


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


def read(name: str) -> dict[str, Broken]:
    """A table of breaks."""
    table = YAML(typ="safe").load(ROOT / "tests" / "data" / "certificate" / name)
    return {name: Broken(**values) for name, values in table.items()}


BROKEN, IN_AZURE = read("breaks.yaml"), read("breaks_in_azure.yaml")


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
    named(BROKEN[name], lilleby.copy(tmp_path))


def named(broken: Broken, stands: Monday) -> None:
    """Breaks it, and expects the link with file and line."""
    file, line = broken.apply(stands)
    (certificate,) = stands.certificates("S002").values()
    places = {(link.key, fact.at.file, fact.at.line) for link in certificate.links for fact in link.breaks}
    assert not certificate.ok
    assert (broken.link, file, line) in places, sorted(places)


def test_what_was_only_seen_is_never_claimed(tmp_path: Path) -> None:
    """Before its cutover: who is let in by a generation that no stack manages, the outputs cannot tell."""
    states = {
        "generations.g22.origin": "observed",
        "generations.g22.state": "live",
        "generations.g26.state": "building",
    }
    found = monday("lilleby", tmp_path, {"refresh.yaml": states}).certificates("S001")["S001"]
    assert (found.ok, found.whole) == (True, False)
    assert {link.key: link.state for link in found.links if link.state != "ok"} == {
        "store": "unseen", "desktop": "unseen", "session": "unseen",
    }  # fmt: skip


@pytest.fixture(scope="module")
def herlev(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    return monday("herlev", tmp_path_factory.mktemp("herlev"))


@pytest.fixture(scope="module")
def holstebro(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    return monday("holstebro", tmp_path_factory.mktemp("holstebro"))


@pytest.mark.parametrize("name", IN_AZURE)
def test_a_break_on_the_way_to_azure_is_named(name: str, herlev: Monday, tmp_path: Path) -> None:
    named(IN_AZURE[name], herlev.copy(tmp_path))


def test_sound_that_a_device_sends_elsewhere_is_seen(holstebro: Monday, tmp_path: Path) -> None:
    named(Broken("session", "igel/profiles/video.xml", ">16509<", ">16519<"), holstebro.copy(tmp_path))


def test_a_maker_whose_profiles_are_not_followed_is_told_as_such(tmp_path: Path) -> None:
    found = monday("lilleby", tmp_path, VARIED).certificates("S002")["S002"]
    (desktop,) = [link for link in found.links if link.key == "desktop"]
    unseen = {fact.text for fact in desktop.facts if fact.state == "unseen"}
    assert unseen == {"TK00003 har en profil", "TK00003-G26 har en profil"}
    assert desktop.breaks == ()


@pytest.mark.parametrize(("name", "sites"), [("holstebro", 150), ("herlev", 60)])
def test_every_site_of_a_shipped_platform_is_whole(name: str, sites: int, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(name).certificates()
    breaks = {str(fact) for each in found.values() for link in each.links for fact in link.breaks}
    assert breaks == set()
    assert len(found) == sites
    assert {link.state for each in found.values() for link in each.links} == {"ok"}
