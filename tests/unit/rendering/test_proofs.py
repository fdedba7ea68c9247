"""The proofs of Icinga and of the playbook find what they are there for: each is given one broken file at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from model import Platform
from rendering.target import Target
from rendering.writer import write
from templates import ansible_apply, icinga
from tests.golden.trees import LILLEBY
from tests.support.validators import program


@pytest.fixture(scope="module")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


@pytest.mark.parametrize(
    ("target", "path", "old", "new", "told"),
    [
        (icinga.TARGET, "servers.conf", 'Host "ad-dc01-g22"', 'Host "ad-dc91-g22"', "ad-dc01-g22 is no host"),
        (icinga.TARGET, "sites.conf", "check_command", "chek_command", "icinga2: "),
        (icinga.TARGET, "systems.conf", 'check_command = "http"', 'check_command = "htp"', "icinga2: "),
        (ansible_apply.TARGET, "hosts.yml", "site_S001:", "site_S009:", "site_S001 has []"),
        (ansible_apply.TARGET, "site.yml", "ansible.builtin.file:", "ansible.builtin.fil:", "ansible-playbook: "),
        (ansible_apply.TARGET, "tasks/firewall.yml", "- name: ", "-name: ", "ansible-playbook: "),
    ],
    ids=lambda value: value.name if isinstance(value, Target) else None,
)  # fmt: skip
def test_a_broken_file_is_found(
    lilleby: Platform, target: Target, path: str, old: str, new: str, told: str, tmp_path: Path
) -> None:
    program("icinga2")
    program("ansible-playbook")
    write(lilleby, [target], tmp_path, whole=False)
    file = tmp_path / target.name / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(told in finding.message for finding in target.verify(lilleby, tmp_path / target.name))
