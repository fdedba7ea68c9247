"""The real engine against the twin: what is made, changed, replaced, adopted and found to have drifted."""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.e2e.twin_estate import OLD_SERVER, OTHER_TEMPLATE
from tests.e2e.twin_fixtures import Bench, bench, planted

__all__ = ["bench", "planted"]
pytestmark = pytest.mark.e2e

ADOPTED = """
vsphere.VirtualMachine(
    "hk-app01",
    name="hk-app01",
    folder="Servers",
    resource_pool_id=cluster.resource_pool_id,
    datastore_id="datastore-32",
    num_cpus=4,
    memory=8192,
    guest_id="windows9Server64Guest",
    firmware="efi",
    ept_rvi_mode="automatic",
    hv_mode="hvAuto",
    network_interfaces=[{"network_id": network.id, "adapter_type": "vmxnet3"}],
    disks=[
        {"label": "disk0", "size": 80, "unit_number": 0, "keep_on_remove": True},
        {"label": "disk1", "size": 200, "unit_number": 1, "keep_on_remove": True},
    ],
    opts=pulumi.ResourceOptions(import_="/HB/vm/Servers/hk-app01"),
)
"""


def test_from_nothing_to_nothing(planted: Bench) -> None:
    planted.program("a, b = machine('hk-a', 1), machine('hk-b', 2)")
    assert planted.preview() == {"create": ["hk-a", "hk-b"]}
    planted.up()
    assert planted.preview() == {}
    made = {item.name: item for item in planted.created()}
    assert made["hk-a"].properties["guestIpAddresses"] == ["10.2.0.1"]
    assert made["hk-a"].facts["moid"].startswith("vm-")
    assert made["hk-a"].properties["datastoreId"] in {"datastore-32", "datastore-33"}

    planted.program("a, b = machine('hk-a', 1, memory=8192), machine('hk-b', 2)")
    assert planted.preview() == {"update": ["hk-a"]}
    planted.up()
    assert planted.preview() == {}

    before = {item.name: item.id for item in planted.created()}
    planted.program(
        f"""
        a = machine('hk-a', 1, memory=8192)
        template.__dict__['id'] = '{OTHER_TEMPLATE}'
        b = machine('hk-b', 2)
        """
    )
    assert planted.preview() == {"replace": ["hk-b"]}
    done = planted.up()
    assert done.text.index("deleted original") < done.text.index("created replacement"), (
        "an explicit name is in the way"
    )
    after = {item.name: item.id for item in planted.created()}
    assert before["hk-a"] == after["hk-a"]
    assert before["hk-b"] != after["hk-b"]

    planted.pulumi("destroy", "--yes", "--skip-preview")
    assert planted.created() == []


def test_an_adoption_that_differs_shows_it_and_one_that_does_not_is_left_alone(planted: Bench) -> None:
    wrong = {"memory=8192": "memory=4096", '"size": 200': '"size": 300', '"label": "disk1"': '"label": "data"'}
    program = ADOPTED
    for right, other in wrong.items():
        program = program.replace(right, other)
    planted.program(program)
    assert planted.preview() == {"import": ["hk-app01"], "update": ["hk-app01"]}
    text = planted.pulumi("preview", "--diff").text
    assert re.search(r"~ memory *: 8192 => 4096", text)
    assert re.search(r"~ size *: 200 => 300", text)
    assert re.search(r'~ label *: "disk1" => "data"', text)

    planted.program(ADOPTED)
    assert planted.preview() == {"import": ["hk-app01"]}
    planted.up()
    state = next(item for item in planted.state() if item["type"].endswith("VirtualMachine"))
    assert state["id"] == OLD_SERVER
    assert state["outputs"]["imported"] is True
    assert planted.preview() == {}
    planted.pulumi("refresh", "--yes", "--skip-preview")
    assert planted.preview() == {}


def test_drift_is_found_and_mended(planted: Bench) -> None:
    planted.program("a, b = machine('hk-a', 1), machine('hk-b', 2)")
    planted.up()
    planted.twin("change", "vm", "hk-a", "memory=16384", "annotation=by hand", "enableLogging=true", "hvMode=hvOn")
    planted.twin("remove", "vm", "hk-b")
    assert planted.preview() == {}
    planted.pulumi("refresh", "--yes", "--skip-preview")
    done = planted.pulumi("preview", "--diff")
    assert re.search(r"~ memory +: 16384 => 4096", done.text)
    assert re.search(r'~ hvMode +: "hvOn" => "hvAuto"', done.text)
    assert re.search(r"- enableLogging *: true", done.text), "what the program never set is taken back"
    assert "annotation" not in done.text, "what vCenter fills in by itself is left alone"
    assert planted.preview() == {"update": ["hk-a"], "create": ["hk-b"]}
    planted.up()
    assert planted.preview("--refresh") == {}


def test_modes_left_unset_differ_on_every_run_and_what_is_ignored_does_not(planted: Bench) -> None:
    """pulumi-vsphere 472: left unset, the two modes differ on every run. Another template would replace its clones."""
    planted.program("machine('hk-a', 1, hv_mode=None, ept_rvi_mode=None), machine('hk-b', 2)")
    planted.up()
    assert planted.preview() == {"update": ["hk-a"]}
    planted.program(
        f"""
        modes, clone = (pulumi.ResourceOptions(ignore_changes=c) for c in (["hvMode", "eptRviMode"], ["clone"]))
        machine('hk-a', 1, hv_mode=None, ept_rvi_mode=None, opts=modes)
        template.__dict__['id'] = '{OTHER_TEMPLATE}'
        machine('hk-b', 2, opts=clone)
        """
    )
    assert planted.preview() == {}


def test_a_whole_platform_from_the_rack_up(planted: Bench) -> None:
    """Types beyond machines: made, left alone by a second preview, and gone after destroy."""
    planted.program(
        """
        tags = vsphere.TagCategory("tier", name="tier", cardinality="SINGLE", associable_types=["VirtualMachine"])
        gold = vsphere.Tag("gold", name="gold", category_id=tags.id)
        new = vsphere.Datacenter("new", name="NEW")
        c2 = vsphere.ComputeCluster("c2", name="CL2", datacenter_id=new.moid, drs_enabled=True)
        host = vsphere.Host("h91", hostname="esx91.kommune.test", username="root", password=password, cluster=c2.id)
        store = vsphere.VmfsDatastore("ds9", name="DS9", host_system_id=host.id, disks=["naa.600a"])
        dvs = vsphere.DistributedVirtualSwitch("dvs", name="DVS9", datacenter_id=new.moid,
            hosts=[{"host_system_id": host.id, "devices": ["vmnic0"]}])
        pg = vsphere.DistributedPortGroup("pg", name="VLAN20", distributed_virtual_switch_uuid=dvs.id, vlan_id=20)
        vsphere.Vnic("vmk", host=host.id, distributed_switch_port=dvs.id, distributed_port_group=pg.key,
            ipv4={"ip": "10.0.0.11", "netmask": "255.255.255.0"}, mtu=9000, services=["vmotion"])
        folder = vsphere.Folder("f", path="Servers", type="vm", datacenter_id=new.moid)
        sub = vsphere.Folder("sub", path=folder.path.apply(lambda p: p + "/SQL"), type="vm", datacenter_id=new.moid)
        pool = vsphere.ResourcePool("rp", name="prod", parent_resource_pool_id=c2.resource_pool_id)
        vm = vsphere.VirtualMachine("vm", name="hk-sql01", folder=sub.path, resource_pool_id=pool.id,
            datastore_id=store.id, guest_id="otherLinux64Guest", memory=2048,
            hv_mode="hvAuto", ept_rvi_mode="automatic",
            network_interfaces=[{"network_id": pg.id}], disks=[{"label": "disk0", "size": 20}], tags=[gold.id])
        vsphere.HaVmOverride("ha", compute_cluster_id=c2.id, virtual_machine_id=vm.id, ha_vm_restart_priority="high")
        group = vsphere.ComputeClusterVmGroup("g", name="sql", compute_cluster_id=c2.id, virtual_machine_ids=[vm.id])
        vsphere.ComputeClusterHostGroup("hg", name="hosts", compute_cluster_id=c2.id, host_system_ids=[host.id])
        vsphere.ComputeClusterVmHostRule("r", name="r", compute_cluster_id=c2.id, vm_group_name=group.name,
            affinity_host_group_name="hosts", opts=pulumi.ResourceOptions(depends_on=[group]))
        vsphere.VirtualMachineSnapshot("s", virtual_machine_uuid=vm.uuid, snapshot_name="before", description="x",
            memory=False, quiesce=True)
        """
    )
    planted.up()
    assert planted.preview("--refresh") == {}
    made = {item.type.rsplit(":", maxsplit=1)[-1]: item for item in planted.created()}
    assert made["VmfsDatastore"].properties["capacity"] == 4 << 20
    assert made["HaVmOverride"].id.startswith("domain-c")
    assert re.fullmatch(r"host-[0-9]+_vmk1", made["Vnic"].id)
    planted.pulumi("destroy", "--yes", "--skip-preview")
    assert planted.created() == []


def test_azure_in_general(bench: Bench) -> None:
    body = """
    import pulumi
    import pulumi_azure_native as azure
    import pulumi_vsphere as vsphere

    vsphere.Datacenter("dc", name="HB")
    group = azure.resources.ResourceGroup("rg", resource_group_name="rg-net", location="westeurope")
    net = azure.network.VirtualNetwork("net", resource_group_name=group.name, virtual_network_name="vnet",
        address_space={"address_prefixes": ["10.0.0.0/16"]}, tags={"owner": "it"})
    azure.network.Subnet("sub", resource_group_name=group.name, virtual_network_name=net.name, subnet_name="servers",
        address_prefix="10.0.1.0/24")
    azure.network.PublicIPPrefix("ippre", resource_group_name=group.name, public_ip_prefix_name="ippre-out",
        prefix_length=28)
    """
    (bench.root / "__main__.py").write_text(textwrap.dedent(body))
    assert bench.preview() == {"create": ["dc", "ippre", "net", "rg", "sub"]}
    bench.up()
    assert bench.preview("--refresh") == {}
    (bench.root / "__main__.py").write_text(textwrap.dedent(body).replace("length=28", "length=29"))
    text = bench.pulumi("preview", "--diff").text
    assert "does not know whether a change of prefixLength replaces azure-native:network:PublicIPPrefix" in text
    assert text.count("This is the twin") == 1, "once a command, however many providers it has"
    (bench.root / "__main__.py").write_text(textwrap.dedent(body).replace('"servers"', '"clients"'))
    assert bench.preview() == {"replace": ["sub"]}
    bench.pulumi("destroy", "--yes", "--skip-preview")
    assert bench.created() == []
