"""The real engine against the twin's Azure: two subscriptions, a session host by its token, and back to nothing."""

from __future__ import annotations

import json

import pytest

from tests.e2e.twin_fixtures import Bench, bench

__all__ = ["bench"]
pytestmark = pytest.mark.e2e

HUB = "11111111-1111-1111-1111-111111111111"
DESKTOPS = "22222222-2222-2222-2222-222222222222"
PROGRAM = """
import os
import pulumi
from pulumi import InvokeOptions, Output, ResourceOptions
from pulumi_azure_native import Provider, compute, authorization, desktopvirtualization, network, resources

REGION = "swedencentral"
hub, avd = (Provider(name, subscription_id=id_) for name, id_ in (("hub", "%s"), ("avd", "%s")))


def group(name, provider):
    return resources.ResourceGroup(
        name, resource_group_name=name, location=REGION, opts=ResourceOptions(provider=provider)
    )


home, pools = group("rg-hub", hub), group("rg-avd", avd)
on_hub, on_avd = ResourceOptions(provider=hub), ResourceOptions(provider=avd)


def net(name, prefix, owner, opts):
    return network.VirtualNetwork(
        name,
        virtual_network_name=name,
        resource_group_name=owner.name,
        location=REGION,
        address_space={"address_prefixes": [prefix]},
        opts=opts,
    )


vnet_hub, vnet_avd = net("vnet-hub", "10.0.0.0/16", home, on_hub), net("vnet-avd", "10.1.0.0/16", pools, on_avd)
peering = network.VirtualNetworkPeering(
    "hub-to-avd",
    virtual_network_peering_name="to-avd",
    resource_group_name=home.name,
    virtual_network_name=vnet_hub.name,
    remote_virtual_network={"id": vnet_avd.id},
    opts=on_hub,
)
subnet = network.Subnet(
    "snet-avd",
    subnet_name="snet-avd",
    resource_group_name=pools.name,
    virtual_network_name=vnet_avd.name,
    address_prefix=os.environ.get("PREFIX", "10.1.1.0/24"),
    opts=on_avd,
)
nic = network.NetworkInterface(
    "nic",
    network_interface_name="avd1-nic",
    resource_group_name=pools.name,
    location=REGION,
    ip_configurations=[{"name": "ipconfig", "subnet": {"id": subnet.id}}],
    opts=on_avd,
)
machine = compute.VirtualMachine(
    "avd1",
    vm_name="avd1",
    resource_group_name=pools.name,
    location=REGION,
    hardware_profile={"vm_size": os.environ.get("SIZE", "Standard_D4as_v5")},
    network_profile={"network_interfaces": [{"id": nic.id}]},
    identity={"type": "SystemAssigned"},
    os_profile={"computer_name": "avd1", "admin_username": "lokaladm", "admin_password": Output.secret("Hunter2-2")},
    storage_profile={"image_reference": {"publisher": "p", "offer": "o", "sku": "s", "version": "1.0.0"}},
    opts=on_avd,
)
pool = desktopvirtualization.HostPool(
    "vdpool",
    host_pool_name="vdpool-job",
    resource_group_name=pools.name,
    location=REGION,
    host_pool_type="Pooled",
    load_balancer_type="BreadthFirst",
    preferred_app_group_type="RailApplications",
    registration_info={"expiration_time": "2026-12-01T00:00:00Z", "registration_token_operation": "Update"},
    opts=on_avd,
)
token = Output.secret(
    desktopvirtualization.list_host_pool_registration_tokens_output(
        host_pool_name=pool.name, resource_group_name=pools.name, opts=InvokeOptions(provider=avd)
    ).value[0]["token"]
)
agent = compute.VirtualMachineExtension(
    "agent",
    vm_extension_name="agent",
    vm_name=machine.name,
    resource_group_name=pools.name,
    location=REGION,
    publisher="Microsoft.Compute",
    type="CustomScriptExtension",
    protected_settings=token.apply(lambda value: {"command": f"add {value}"}),
    opts=on_avd,
)
desktopvirtualization.SessionHost(
    "host",
    session_host_name="avd1",
    host_pool_name=pool.name,
    resource_group_name=pools.name,
    allow_new_session=False,
    opts=ResourceOptions(provider=avd, depends_on=[agent]),
)
# A lock goes before what is below its scope can.
authorization.ManagementLockByScope(
    "lock",
    lock_name="keep",
    scope=vnet_hub.id,
    level="CanNotDelete",
    opts=ResourceOptions(provider=hub, depends_on=[peering]),
)
pulumi.export("address", nic.ip_configurations.apply(lambda found: found[0].private_ip_address))
pulumi.export("principal", machine.identity.apply(lambda found: found.principal_id))
pulumi.export(
    "subscription", authorization.get_client_config_output(opts=InvokeOptions(provider=avd)).subscription_id
)
""" % (HUB, DESKTOPS)  # noqa: UP031


def test_two_subscriptions_from_nothing_to_nothing(bench: Bench) -> None:
    (bench.root / "__main__.py").write_text(PROGRAM)
    bench.up()
    assert bench.preview() == {}
    assert bench.preview("--refresh") == {}
    made = {item.name: item.id for item in bench.created()}
    assert made["vnet-hub"].startswith(f"/subscriptions/{HUB}/resourceGroups/rg-hub/")
    assert made["vnet-avd"].startswith(f"/subscriptions/{DESKTOPS}/resourceGroups/rg-avd/")
    outputs = json.loads(bench.pulumi("stack", "output", "--json").text)
    assert outputs["address"] == "10.1.1.4"
    assert outputs["subscription"] == DESKTOPS
    plain = bench.pulumi("stack", "export").text + bench.home.world.read_bytes().decode("latin-1")
    assert "twin-registration-" not in plain
    assert "Hunter2" not in plain

    bench.variables["SIZE"] = "Standard_D8as_v5"
    assert bench.preview() == {"update": ["avd1"]}
    bench.variables["PREFIX"] = "10.0.1.0/24"
    assert "NetcfgSubnetRangeOutsideVnet" in bench.up(fails=True).text
    bench.variables.clear()
    bench.up()

    bench.twin("faults", str(_faults(bench)))
    bench.variables["SIZE"] = "Standard_D16as_v5"
    bench.up()
    assert "Virtual clock: 14 s" in bench.twin("status").text
    bench.pulumi("destroy", "--yes", "--skip-preview")
    assert bench.created() == []


def _faults(bench: Bench) -> object:
    file = bench.root / "faults.yaml"
    file.write_text('- {type: "*:VirtualMachine", operation: update, times: 2, error: 429 Too many; Retry-After 7}\n')
    return file
