"""A live vCenter, played by vcsim over TLS, gives the same records and the same report as exports do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

import model
from importers import vcenter
from importers.login import Login
from importers.report import Report
from tests.support.paths import ROOT
from tests.unit.importers.helpers import EXPORTS, call, files
from tests.unit.importers.test_round_trip import back, exported

VCSIM = shutil.which("vcsim", path=os.pathsep.join((str(ROOT / ".venv" / "bin"), os.environ.get("PATH", ""))))
PASSWORD = "Sommerfugl-17"
WINDOWS = "Microsoft Windows Server 2019 (64-bit)"

pytestmark = pytest.mark.skipif(VCSIM is None, reason="vcsim is not built: scripts/setup.py --tools")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a vCenter with two clusters, 8 machines in them and 4 on a host of its own."""
    assert VCSIM is not None
    command = [
        VCSIM,
        "-l",
        "127.0.0.1:0",
        "-cluster",
        "2",
        "-vm",
        "4",
        "-nsx",
        "1",
        "-stdinexit",
        "-username",
        "it",
        "-password",
        PASSWORD,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            found = re.search(r"@(127\.0\.0\.1:\d+)", process.stdout.readline())
            assert found is not None
            yield f"https://{found[1]}"
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VSPHERE_USER", "it")
    monkeypatch.setenv("VSPHERE_PASSWORD", PASSWORD)
    monkeypatch.setenv("VSPHERE_ALLOW_UNVERIFIED_SSL", "true")


class Estate:
    """Makes of vcsim's machines those of an untidy municipality."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("https://").split(":")
        self.service = SmartConnect(host=host, port=int(port), user="it", pwd=PASSWORD, disableSslCertValidation=True)
        self.content: Any = self.service.RetrieveContent()

    def all(self, kind: Any) -> list[Any]:
        return list(self.content.viewManager.CreateContainerView(self.content.rootFolder, [kind], True).view)

    def vm(self, name: str) -> Any:
        return next(vm for vm in self.all(vim.VirtualMachine) if vm.name == name)

    def wait(self, task: Any) -> Any:
        deadline = time.monotonic() + 20
        while task.info.state not in ("success", "error"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert task.info.state == "success", task.info.error
        return task.info.result

    def make(self, old: str, new: str, note: str, address: str = "", guest: str = WINDOWS, **spec: Any) -> None:
        """Renames a machine and gives it notes, a guest and, through vcsim's own SET keys, what its tools report."""
        told = {"guest.hostName": f"{new.lower()}.lilleby.example", "config.guestFullName": guest}
        if address:
            told["guest.ipAddress"] = address
        keys = [vim.option.OptionValue(key=f"SET.{key}", value=value) for key, value in told.items()]
        self.wait(self.vm(old).ReconfigVM_Task(vim.vm.ConfigSpec(name=new, annotation=note, extraConfig=keys, **spec)))

    def folder(self, name: str, *machines: str) -> None:
        datacenter = self.all(vim.Datacenter)[0]
        folder = datacenter.vmFolder.CreateFolder(name)
        self.wait(folder.MoveIntoFolder_Task([self.vm(machine) for machine in machines]))

    def vlan(self, group: str, number: int) -> None:
        (portgroup,) = [g for g in self.all(vim.dvs.DistributedVirtualPortgroup) if g.name == group]
        setting = vim.dvs.VmwareDistributedVirtualSwitch.VlanIdSpec(vlanId=number, inherited=False)
        port = vim.dvs.VmwareDistributedVirtualSwitch.VmwarePortConfigPolicy(vlan=setting)
        spec = vim.dvs.DistributedVirtualPortgroup.ConfigSpec(
            defaultPortConfig=port, configVersion=portgroup.config.configVersion
        )
        self.wait(portgroup.ReconfigureDVPortgroup_Task(spec))

    def connect(self, machine: str, network: str) -> None:
        """Puts a machine's adapter on a network of a standard switch, or on a segment of NSX."""
        (there,) = [n for n in self.all(vim.Network) if n.name == network]
        (card,) = [
            d for d in self.vm(machine).config.hardware.device if isinstance(d, vim.vm.device.VirtualEthernetCard)
        ]
        kinds = vim.vm.device.VirtualEthernetCard
        if isinstance(there, vim.OpaqueNetwork):
            told: Any = there.summary
            card.backing = kinds.OpaqueNetworkBackingInfo(
                opaqueNetworkId=told.opaqueNetworkId, opaqueNetworkType=told.opaqueNetworkType
            )
        else:
            card.backing = kinds.NetworkBackingInfo(deviceName=network, network=there)
        change = vim.vm.device.VirtualDeviceSpec(operation="edit", device=card)
        self.wait(self.vm(machine).ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[change])))


@pytest.fixture(scope="module")
def untidy(url: str) -> str:
    estate = Estate(url)
    large = vim.vm.device.VirtualDisk(capacityInKB=300 * 1024 * 1024, controllerKey=-1, unitNumber=5, key=-5)
    large.backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(diskMode="persistent", fileName="[LocalDS_0]")
    second = vim.vm.device.VirtualDeviceSpec(operation="add", fileOperation="create", device=large)
    estate.make("DC0_C0_RP0_VM0", "LILDC01", "Domain controller", "10.40.10.12", numCPUs=4, memoryMB=8192)
    estate.make("DC0_C0_RP0_VM1", "LILSQL01", "SQL Server - SBSYS", "10.40.10.13", numCPUs=16, memoryMB=65536)
    estate.wait(estate.vm("LILSQL01").ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[second])))
    estate.make("DC0_C0_RP0_VM2", "LILRÅDHUS1", "Applikationsserver - Økonomi", "10.40.50.14")
    estate.make("DC0_C0_RP0_VM3", "TMPL-W2019", "Skabelon")
    estate.wait(estate.vm("TMPL-W2019").PowerOffVM_Task())
    estate.vm("TMPL-W2019").MarkAsTemplate()
    estate.make("DC0_C1_RP0_VM0", "LILXA001", "Citrix VDA 1912 LTSR", "10.40.40.12")
    estate.make("DC0_C1_RP0_VM1", "LILXA002", "Citrix VDA 1912 LTSR", "10.40.40.13")
    estate.make("DC0_C1_RP0_VM2", "GAMMEL-SQL", "må slettes?")
    estate.wait(estate.vm("GAMMEL-SQL").PowerOffVM_Task())
    estate.make("DC0_C1_RP0_VM3", "lildc01", "kopi")
    estate.wait(estate.vm("lildc01").PowerOffVM_Task())
    estate.make("DC0_H0_VM0", "LILLNX01", "Linux appliance", "10.40.60.60", guest="Ubuntu Linux (64-bit)")
    estate.make("DC0_H0_VM1", "LILAPP01", "Applikationsserver - SBSYS")
    estate.make("DC0_H0_VM2", "vCLS (1)", "", "10.40.10.99")
    estate.make("DC0_H0_VM3", "=HYPERLINK(1)", "", "10.40.10.98")
    estate.folder("Infrastruktur", "LILDC01")
    estate.folder("Økonomi", "LILRÅDHUS1")
    estate.vlan("DC0_DVPG0", 10)
    estate.connect("LILLNX01", "VM Network")
    estate.connect("LILRÅDHUS1", "DC0_NSX0")
    Disconnect(estate.service)
    return url


def login(url: str, **changes: str) -> Login:
    wanted = {"VSPHERE_USER": "it", "VSPHERE_PASSWORD": PASSWORD, "VSPHERE_ALLOW_UNVERIFIED_SSL": "true"} | changes
    return Login.from_environment(url, wanted)


def test_every_machine_is_imported_or_reported(untidy: str, tmp_path: Path) -> None:
    done = call(["--vcenter", untidy], tmp_path / "lilleby")
    assert {(name, code) for _, name, code in done.reported("vcenter")} == {
        ("TMPL-W2019", "TEMPLATE"),
        ("GAMMEL-SQL", "POWERED-OFF"),
        ("lildc01", "DUPLICATE"),
        ("vCLS (1)", "VCLS"),
        ("=HYPERLINK(1)", "BAD-NAME"),
        ("LILAPP01", "NO-ADDRESS"),
    }
    for account in done.report["files"].values():
        assert account["rows"] == account["imported"] + len(account["reported"])
    assert (done.report["files"]["vcenter"]["rows"], done.report["files"]["vcenter"]["kept_apart"]) == (12, 2)
    assert (done.status, done.report["faults"]) == (0, [])


def test_the_platform_has_what_only_a_vcenter_tells(untidy: str, tmp_path: Path) -> None:
    call(["--vcenter", untidy], tmp_path / "lilleby")
    platform = model.load(str(tmp_path / "lilleby"))
    assert {s.found["g22"]: s.identity for s in platform.estate.servers.values()} == {
        "LILDC01": "ad-dc01",
        "LILSQL01": "sbsys-sql01",
        "LILRÅDHUS1": "oekon-app01",
        "LILLNX01": "lnx-lnx01",
    }
    sql = platform.estate.servers["sbsys-sql01"]
    assert (sql.cpus, sql.memory_gib, dict(sql.disks)) == (16, 64, {"system": 10, "data": 300})
    assert platform.network.networks["servers"].vlan == {"g22": 10}
    assert platform.network.networks["servers"].found == {"g22": "DC0_DVPG0"}
    assert platform.vmware.clusters["servers"].found == {"g22": "DC0_C0"}
    assert set(platform.observed.vdas["g22"]) == {"LILXA001", "LILXA002"}
    observed = platform.observed.servers["g22"]
    assert (observed["LILDC01"].folder, observed["LILRÅDHUS1"].folder) == ("Infrastruktur", "Økonomi")
    assert (observed["LILSQL01"].switch, observed["LILSQL01"].disk_mib) == ("DVS0", 310 * 1024)
    assert observed["LILDC01"].dns_name == "lildc01.lilleby.example"


def test_vlans_of_every_kind_of_switch(untidy: str, tmp_path: Path) -> None:
    done = call(["--vcenter", untidy], tmp_path / "lilleby")
    networks = model.load(str(tmp_path / "lilleby")).network.networks.values()
    assert {n.found["g22"]: dict(n.vlan) for n in networks if n.found} == {
        "DC0_DVPG0": {"g22": 10},
        "VM Network": {},
        "DC0_NSX0": {},
    }
    assert "NO-VLAN" not in {note["code"] for note in done.report["notes"]}, "no VLAN is what the vCenter tells"


def test_a_second_import_changes_no_byte_and_a_later_change_arrives(untidy: str, tmp_path: Path) -> None:
    folder = tmp_path / "lilleby"
    call(["--vcenter", untidy], folder)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    again = call(["--vcenter", untidy], folder)
    assert (again.status, again.report["updated"], again.report["conflicts"]) == (0, [], [])
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_our_own_export_of_it_changes_no_byte_and_neither_does_the_vcenter_after_it(
    untidy: str, tmp_path: Path
) -> None:
    folder = tmp_path / "lilleby"
    call(["--vcenter", untidy], folder)
    before = files(folder)
    done = back(folder, exported(folder, tmp_path / "own.csv"))
    account = done.report["files"]["rvtools"]
    assert (done.status, done.report["updated"], account["imported"]) == (0, [], 4)
    assert files(folder) == before
    call(["--vcenter", untidy], folder)
    assert files(folder) == before


def test_pages_of_any_size_give_the_same_machines(untidy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = vcenter.read_estate(login(untidy), Report("g22"))
    calls: list[int] = []
    options = vcenter.vmodl.query.PropertyCollector.RetrieveOptions

    def counted(**arguments: int) -> Any:
        calls.append(arguments["maxObjects"])
        return options(**arguments)

    monkeypatch.setattr(vcenter.vmodl.query.PropertyCollector, "RetrieveOptions", counted)
    monkeypatch.setattr(vcenter, "_PAGE", 5)
    assert vcenter.read_estate(login(untidy), Report("g22")).vms == whole.vms
    assert set(calls) == {5}


def test_a_wrong_password_is_refused_without_showing_it(
    untidy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VSPHERE_PASSWORD", "Forkert-99")
    done = call(["--vcenter", untidy], tmp_path / "lilleby")
    assert done.status == 2
    assert done.stderr.startswith("127.0.0.1:1: NOT-FOUND .: refuses this user or password")
    assert "Forkert-99" not in done.stderr
    assert not (tmp_path / "lilleby").exists()


def test_a_certificate_that_nobody_trusts_is_refused(
    untidy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VSPHERE_ALLOW_UNVERIFIED_SSL")
    done = call(["--vcenter", untidy], tmp_path / "lilleby")
    assert done.status == 2
    assert "its certificate is not trusted" in done.stderr
    assert "VSPHERE_ALLOW_UNVERIFIED_SSL=true" in done.stderr


def test_what_is_no_vcenter_is_one_clear_fault(tmp_path: Path) -> None:
    done = call(["--vcenter", "https://127.0.0.1:9"], tmp_path / "lilleby")
    assert done.status == 2
    assert done.stderr.startswith("127.0.0.1:1: NOT-FOUND .: does not answer as a vCenter")


def test_lists_go_with_a_vcenter_too(untidy: str, tmp_path: Path) -> None:
    lists = [part for option in ("sites", "systems") for part in (f"--{option}", str(EXPORTS / f"{option}.csv"))]
    done = call(["--vcenter", untidy, *lists], tmp_path / "lilleby")
    assert done.report["files"]["sites"]["imported"] == 4
    assert model.load(str(tmp_path / "lilleby")).estate.systems["sbsys"].criticality == "vital"
