"""What is installed on the servers that we build: by role, by server, and what every one has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import model
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed
from tests.support.targets import findings, rendered


def hosts(folder: Path) -> dict[str, Any]:
    read: Any = YAML(typ="safe", pure=True).load((folder / "software-hosts.yml").read_text(encoding="utf-8"))
    groups = read["all"]["children"]
    return groups["windows"]["hosts"] | groups["linux"]["hosts"]


def test_a_server_has_what_its_role_or_itself_names_and_linux_its_agents(tmp_path: Path) -> None:
    edits: Edits = {"systems/sbsys.yaml": {"servers.sbsys-app02.software": ["Web-Server", "MSMQ"]}}
    platform = changed(tmp_path, edits)
    folder = rendered(platform, "ansible_apply", tmp_path / "out")
    software = {name: host["platform_software"] for name, host in hosts(folder).items()}
    assert software["sbsys-app01-g26"] == ["Web-Server"]
    assert software["sbsys-app02-g26"] == ["MSMQ", "Web-Server"]
    assert software["drift-lnx01-g26"] == ["chrony", "prometheus-node-exporter"]
    assert [name for name in software if name.endswith("-g22")] == [], "what was found has what it has"


def test_what_a_server_lacks_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "ansible_apply", tmp_path / "out")
    path = folder / "software-hosts.yml"
    path.write_text(path.read_text(encoding="utf-8").replace('["Web-Server"]', "[]", 1), encoding="utf-8")
    told = [finding.message for finding in findings(platform, "ansible_apply", folder)]
    assert told == ["sbsys-app01-g26 gets no Web-Server"]


CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "an installer without its service": (
        {"platform.yaml": {"agents.windows-exporter.service": REMOVE}},
        ("MISSING-KEY", "agents.windows-exporter.service", "add `service`, by which it is known to be there"),
    ),
    "an expression for Ansible": (
        {"platform.yaml": {"agents.node-exporter.package": "{{ lookup('pipe', 'id') }}"}},
        ("BAD-VALUE", "agents.node-exporter.package", "match"),
    ),
    "a feature with a space": (
        {"systems/sbsys.yaml": {"servers.sbsys-app02.software": ["Web Server"]}},
        ("BAD-VALUE", "servers.sbsys-app02.software[0]", "match"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    with pytest.raises(model.ModelError) as raised:
        changed(tmp_path, edits)
    faults = raised.value.faults
    assert any(f.code == code and f.path.endswith(path) and part in f.message for f in faults), "\n".join(
        map(str, faults)
    )
