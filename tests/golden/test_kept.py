"""Every target renders lilleby byte by byte as it is kept here, and holstebro to the digest that is kept."""

from __future__ import annotations

import difflib

import pytest

from model import Platform
from rendering.target import Target, targets
from tests.golden.trees import AGAIN, KEPT, SHOWN, rendered, summary

every_target = pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)


def difference(kept: bytes, now: bytes, path: str) -> str:
    try:
        lines = difflib.unified_diff(kept.decode().splitlines(), now.decode().splitlines(), path, "now", lineterm="")
    except UnicodeDecodeError:
        return f"{path}: {len(kept)} bytes kept, {len(now)} now"
    return "\n".join(list(lines)[:40])


@every_target
def test_lilleby_is_rendered_as_it_is_kept(target: Target, lilleby: Platform) -> None:
    compare("lilleby", lilleby, target)


@pytest.mark.parametrize("name", SHOWN)
def test_what_lilleby_has_not_by_itself_is_rendered_as_it_is_kept(name: str, varied: Platform) -> None:
    (target,) = (target for target in targets() if target.name == name)
    compare("varied", varied, target)


def compare(name: str, platform: Platform, target: Target) -> None:
    folder = KEPT / name / target.name
    kept = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    now = dict(rendered(platform, target))
    assert sorted(kept) == sorted(now), AGAIN
    for path, content in now.items():
        assert kept[path] == content, f"{difference(kept[path], content, path)}\n{AGAIN}"


@every_target
def test_holstebro_is_rendered_to_the_digest_that_is_kept(target: Target, holstebro: Platform) -> None:
    kept = KEPT / "holstebro" / f"{target.name}.json"
    assert kept.is_file(), AGAIN
    assert kept.read_text() == summary(holstebro, target), AGAIN


def test_nothing_is_kept_of_a_target_that_is_gone() -> None:
    names = {target.name for target in targets()}
    for platform, shown in (("lilleby", names), ("varied", set(SHOWN)), ("holstebro", names)):
        assert {path.stem for path in (KEPT / platform).iterdir()} <= shown, AGAIN
