"""The playbooks of vSphere, run by Ansible against vcsim, and what their modules take, by ansible-doc.

vcsim has roles, rights and licences as a vCenter does, and refuses a privilege that it does not know. It has no
settings and services of hosts: of those tasks ansible-doc says whether the modules have such options and values.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import SmartConnect
from pyVmomi import vmodl

from model import Platform
from model.derive.vcenter import outer_rights
from rendering import native
from templates.vsphere.verify import PLAYBOOKS, tasks
from tests.native.conftest import Render
from tests.support.validators import program

PASSWORD = "Sommerfugl-17"
KEY = "f600d-21ae3-5592b-249e0-cc341"  # the example of vcenter_license's own documentation

pytestmark = pytest.mark.native


class Vcenter:
    """vcsim, as a client sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        service = SmartConnect(host="127.0.0.1", port=port, user="it", pwd=PASSWORD, disableSslCertValidation=True)
        self.content: Any = service.RetrieveContent()

    def datacenter(self) -> Any:
        return self.content.rootFolder.childEntity[0]

    def roles(self) -> dict[str, set[str]]:
        found = self.content.authorizationManager.roleList
        return {role.name: {p for p in role.privilege if not p.startswith("System.")} for role in found}

    def rights(self, entity: Any) -> set[tuple[str, str, bool]]:
        names = {role.roleId: role.name for role in self.content.authorizationManager.roleList}
        found = self.content.authorizationManager.RetrieveEntityPermissions(entity, False)
        return {(p.principal, names[p.roleId], p.propagate) for p in found}


@pytest.fixture
def vcenter(holstebro: Platform) -> Iterator[Vcenter]:
    command = [program("vcsim"), "-l", "127.0.0.1:0", "-stdinexit", "-username", "it", "-password", PASSWORD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"@127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found is not None
        played = Vcenter(int(found[1]))
        played.datacenter().Rename_Task(holstebro.vmware.settings.datacenter)
        yield played
        process.terminate()


def run(folder: Path, vcenter: Vcenter, home: Path) -> str:
    """Runs vcenter.yml as an administrator does; what Ansible printed."""
    said = {
        "platform_vcenter": "127.0.0.1",
        "platform_vcenter_port": vcenter.port,
        "platform_vcenter_certificate": False,
        "platform_secrets": {"vcenter_user": "it", "vcenter_password": PASSWORD, "vsphere_licence": KEY},
    }
    (home / "said.json").write_text(json.dumps(said), encoding="utf-8")
    environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(home), "ANSIBLE_NOCOLOR": "1"}
    command = ("ansible-playbook", "-i", "hosts.yml", "-e", f"@{home / 'said.json'}", "vcenter.yml")
    done = native.run(*command, folder=folder, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("key", ["platform", "citrix"])
def test_an_administrator_gives_rights_once(
    holstebro: Platform, render: Render, vcenter: Vcenter, tmp_path: Path, key: str
) -> None:
    """One account at a time: vcsim keeps the last permission of an object alone, where a vCenter keeps those of others
    (govmomi 0.46, simulator/authorization_manager.go; vSphere Web Services API, SetEntityPermissions).
    """
    program("ansible-playbook")
    account = holstebro.vmware.accounts[key]
    alone = replace(holstebro, vmware=replace(holstebro.vmware, accounts={key: account}, licences={}))
    folder = render(alone, "vsphere")
    run(folder, vcenter, tmp_path)
    roles = holstebro.vmware.roles
    for right in outer_rights(alone):
        title = roles[right.role].title
        assert vcenter.roles()[title] == set(roles[right.role].privileges)
        entity = vcenter.content.rootFolder if right.on == "top" else vcenter.datacenter()
        assert (account.principal, title, right.propagates) in vcenter.rights(entity)
    assert re.search(r"changed=0 ", run(folder, vcenter, tmp_path))


def test_a_licence_is_given_and_its_key_printed_nowhere(
    holstebro: Platform, render: Render, vcenter: Vcenter, tmp_path: Path
) -> None:
    program("ansible-playbook")
    folder = render(replace(holstebro, vmware=replace(holstebro.vmware, accounts={})), "vsphere")
    assert KEY not in run(folder, vcenter, tmp_path)
    assert KEY in {licence.licenseKey for licence in vcenter.content.licenseManager.licenses}


def test_vcenter_knows_every_privilege_of_the_catalog(holstebro: Platform, vcenter: Vcenter) -> None:
    manager = vcenter.content.authorizationManager
    for role in holstebro.vmware.roles.values():
        manager.AddAuthorizationRole(name=role.title, privIds=list(role.privileges))
    with pytest.raises(vmodl.fault.InvalidArgument):
        manager.AddAuthorizationRole(name="none", privIds=["VirtualMachine.Interact.PowerUp"])


def test_modules_have_the_options_that_tasks_give_them(holstebro: Platform, render: Render, tmp_path: Path) -> None:
    program("ansible-doc")
    folder = render(holstebro, "vsphere")
    calls = [
        (module, given)
        for book in PLAYBOOKS
        for task in tasks(folder / book)
        for module, given in task.items()
        if module != "debug"
    ]
    names = sorted({f"community.vmware.{module}" for module, _ in calls})
    environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(tmp_path)}
    done = native.run("ansible-doc", "--json", *names, folder=folder, environment=environment)
    told = json.loads(done.stdout)
    for module, given in calls:
        options = told[f"community.vmware.{module}"]["doc"]["options"]
        for option, value in given.items():
            assert option in options, f"{module} has no {option}"
            choices = options[option].get("choices")
            assert choices is None or value in choices, f"{module}: {option} is {value}"
    assert len(names) >= 6
