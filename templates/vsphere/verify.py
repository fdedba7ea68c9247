"""Proves the playbooks of vSphere: Ansible's syntax check, the inventory read back, and what the tasks say compared."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from model.derive.hosts import built_hosts
from model.derive.vcenter import licences, outer_rights
from rendering import native
from rendering.proof import differences
from rendering.target import Finding, Missing
from templates.vsphere.context import settings

if TYPE_CHECKING:
    from model import Platform

PLAYBOOKS = ("vcenter.yml", "esxi.yml")


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """The round trip's findings, then Ansible's. Raises Missing."""
    if not (folder / "hosts.yml").is_file():
        return []
    findings = list(_back(platform, folder))
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": home}
            command = ("ansible-inventory", "-i", "hosts.yml", "--list")
            listed = native.run(*command, folder=folder, environment=environment)
            for book in PLAYBOOKS:
                command = ("ansible-playbook", "-i", "hosts.yml", "--syntax-check", book)
                done = native.run(*command, folder=folder, environment=environment)
                if done.returncode:
                    findings.append(Finding(book, f"ansible-playbook: {(done.stdout + done.stderr).strip()}"))
    except Missing as missing:
        raise Missing(missing.program, findings) from None
    told = json.loads(listed.stdout)
    wanted = [host.name for host in built_hosts(platform)]
    findings += differences("hosts.yml", "host", wanted, told.get("esxi", {}).get("hosts", []))
    keys = {name: licence.secret for licence, own in licences(platform) for name in own}
    shown = {name: own["platform_licence"] for name, own in _own(told) if "platform_licence" in own}
    return findings + ([] if shown == keys else [Finding("hosts.yml", f"licences {shown}; {keys}")])


def _own(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from told["_meta"]["hostvars"].items()


def tasks(path: Path) -> list[dict[str, Any]]:
    """The tasks of a playbook's only play, by module: what each is called with."""
    play = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))[0]
    return [{k.rpartition(".")[2]: v for k, v in task.items() if "." in k} for task in play["tasks"]]


def _called(path: Path, module: str) -> list[dict[str, Any]]:
    return [task[module] for task in tasks(path) if module in task]


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    book = folder / "vcenter.yml"
    titles = {key: role.title for key, role in platform.vmware.roles.items()}
    where = {"top": "Folder", "datacenter": "Datacenter"}
    wanted = [
        f"{r.account.principal} as {titles[r.role]} on {where[r.on]}, below: {r.propagates}"
        for r in outer_rights(platform)
    ]
    shown = [
        f"{r.get('principal') or r.get('group')} as {r['role']} on {r['object_type']}, below: {r['recursive']}"
        for r in _called(book, "vmware_object_role_permission")
    ]
    yield from differences("vcenter.yml", "right", wanted, shown)
    roles = {platform.vmware.roles[r.role].title: platform.vmware.roles[r.role] for r in outer_rights(platform)}
    told = {r["local_role_name"]: r["local_privilege_ids"] for r in _called(book, "vmware_local_role_manager")}
    yield from differences("vcenter.yml", "role", roles, told)
    for title in roles.keys() & told.keys():
        yield from differences("vcenter.yml", f"{title}'s privilege", roles[title].privileges, told[title])
    book = folder / "esxi.yml"
    options = _called(book, "vmware_host_config_manager")[0]["options"]
    if options != settings(platform):
        yield Finding("esxi.yml", f"settings {options}; {settings(platform)}")
    services = [f"{s['service_name']} {s['service_policy']}" for s in _called(book, "vmware_host_service_manager")]
    due = [f"{name} {'on' if s.running else 'off'}" for name, s in platform.vmware.host_services.items()]
    yield from differences("esxi.yml", "service", due, services)
