"""A small given estate: one cluster of two hosts, one datastore cluster, one port group, two templates, one
old server."""

from __future__ import annotations

from typing import Any

from twin.vsphere.naming import LUN, RACK, token

SWITCH = "50 1e 00 00 00 00 00 00-00 00 00 00 00 00 00 01"
TEMPLATE = "42000000-0000-0000-0000-000000000001"
OTHER_TEMPLATE = "42000000-0000-0000-0000-000000000003"
OLD_SERVER = "42000000-0000-0000-0000-000000000002"


def planted(kind: str, id_: str = "", facts: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    """An object to plant."""
    return {"type": token(kind), "id": id_, "properties": properties, "facts": facts or {}}


def estate(*, memory: int = 1 << 18, capacity: int = 10 << 20) -> list[dict[str, Any]]:
    """The objects, in order; memory of a host and capacity of a datastore in MB."""
    datacenter = {"datacenterId": "datacenter-2"}
    machine = {"resourcePoolId": "resgroup-9", "datastoreId": "datastore-32", "firmware": "efi"}
    adapters = [{"networkId": "dvportgroup-41", "adapterType": "vmxnet3"}]
    template = machine | {
        "guestId": "windows2022srvNext_64Guest",
        "numCpus": 2,
        "memory": 4096,
        "disks": [{"label": "disk0", "size": 60, "unitNumber": 0}],
        "networkInterfaces": adapters,
    }
    return [
        {"type": RACK, "properties": {"hostname": "esx91.kommune.test", "cores": 64, "memoryMb": memory}},
        {"type": LUN, "properties": {"name": "naa.600a", "sizeMb": 4 << 20}},
        planted("Datacenter", name="HB", moid="datacenter-2"),
        planted("ComputeCluster", "domain-c8", name="CL1", resourcePoolId="resgroup-9", **datacenter),
        *(
            planted(
                "Host",
                f"host-2{number}",
                {"cores": 64, "memoryMb": memory},
                hostname=f"esx{number}.kommune.test",
                cluster="domain-c8",
            )
            for number in (1, 2)
        ),
        planted("DatastoreCluster", "group-p31", name="POD1", **datacenter),
        *(
            planted(
                "VmfsDatastore",
                f"datastore-3{number + 1}",
                name=f"DS{number}",
                datastoreClusterId="group-p31",
                capacity=capacity,
            )
            for number in (1, 2)
        ),
        planted("DistributedVirtualSwitch", SWITCH, name="DVS1", **datacenter),
        planted(
            "DistributedPortGroup",
            "dvportgroup-41",
            name="VLAN10",
            distributedVirtualSwitchUuid=SWITCH,
            vlanId=10,
        ),
        planted("Folder", "group-v51", path="Servers", type="vm", **datacenter),
        planted("VirtualMachine", TEMPLATE, {"template": True}, name="tpl-ws2025", **template),
        planted("VirtualMachine", OTHER_TEMPLATE, {"template": True}, name="tpl-ws2025-b2", **template),
        planted(
            "VirtualMachine",
            OLD_SERVER,
            name="hk-app01",
            folder="Servers",
            guestId="windows9Server64Guest",
            numCpus=4,
            memory=8192,
            disks=[
                {"label": "Hard disk 1", "size": 80, "unitNumber": 0},
                {"label": "Hard disk 2", "size": 200, "unitNumber": 1},
            ],
            networkInterfaces=adapters,
            guestIpAddresses=["10.1.0.5"],
            **machine,
        ),
    ]
