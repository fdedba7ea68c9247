"""Texts that somebody typed to break a file, in every place of the data that takes text: every target stays provable.

The model refuses what no file should hold (control characters, marks that turn the reading direction, 300 characters);
what it lets through must come out as what it is, so the target's own proof reads it back and compares.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from model import Platform
from model.base import Text
from rendering.target import Missing, Target, targets
from rendering.writer import write

HOSTILE = (
    'it\'s "quoted" \\ \u2018so\u2019',
    "$(touch /tmp/pwned) `id` ${IFS} $x$",
    "=cmd|' /C calc'!A0",
    "+45;=1+1, @SUM(A1)",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "]]></x><script>alert(1)</script> & <!--",
    "; drop * // /* # ! % ? '@ -- : - | >",
    "a\u2028b\u0085c\u200b\u00a0d\ufeff",
    "æøå ÆØÅ é 漢字 🏠 ﷽",
    "x" * 200,
)
REFUSED = ("two\nlines", "a\0b", "tab\there", "\u202egnp.exe", "\u2066x\u2069", "x" * 300, "")


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_file_should_hold_is_a_model_error(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_python(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_rest_is_text_to_the_model(text: str) -> None:
    assert TypeAdapter(Text).validate_python(text) == text


def hostile(platform: Platform) -> Platform:
    """The platform with every name, title, owner, reason and address that a person types replaced by a hostile one."""
    texts = cycle(HOSTILE)

    def swapped(items: Any, *fields: str) -> dict[str, Any]:
        return {key: _with(item, texts, fields) for key, item in items.items()}

    sites = swapped(platform.places.sites, "name", "address", "city")
    systems = swapped(platform.estate.systems, "title", "owner", "vendor")
    return dataclasses.replace(
        platform,
        settings=_with(platform.settings, texts, ("title", "cost_center")),
        places=dataclasses.replace(
            platform.places,
            sites=sites,
            types=swapped(platform.places.types, "title"),
            workplaces=swapped(platform.places.workplaces, "department"),
        ),
        site_networks={
            code: dataclasses.replace(networks, site=sites[code]) for code, networks in platform.site_networks.items()
        },
        estate=dataclasses.replace(platform.estate, systems=systems),
        instances=tuple(dataclasses.replace(i, system=systems[i.system.code]) for i in platform.instances),
        flows=swapped(platform.flows, "owner", "reason"),
        network=dataclasses.replace(platform.network, networks=swapped(platform.network.networks, "purpose")),
        desktops=dataclasses.replace(platform.desktops, profiles=swapped(platform.desktops.profiles, "title")),
    )


def _with(item: BaseModel, texts: Iterator[str], fields: tuple[str, ...]) -> BaseModel:
    return item.model_copy(update={field: next(texts) for field in fields if getattr(item, field, None) is not None})


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_a_hostile_platform_is_rendered_and_proved(target: Target, lilleby: Platform, tmp_path: Path) -> None:
    platform = hostile(lilleby)
    assert platform.places.sites["S001"].name in HOSTILE
    write(platform, [target], tmp_path, whole=False)
    try:
        findings = target.verify(platform, tmp_path / target.name)
    except Missing as missing:
        findings = missing.findings
    assert findings == []
