"""What our program declares, as a plain program would: the same typed resources, no component, no model.

The resources come from a file that the bench recorded, in their order. Ids of other resources in it are put back as
Outputs, and what our program looks up is looked up here too.
"""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pulumi_vsphere as vsphere

DATA = json.loads(Path(os.environ["BENCH_RESOURCES"]).read_text())
known: dict[str, Any] = {}
opts: dict[str, pulumi.ResourceOptions] = {}
if any(recorded["package"] == "vsphere" for recorded in DATA["resources"]):
    vcenter = vsphere.Provider("vcenter", vsphere_server="vcenter.example", persist_session=True)
    opts["vsphere"] = pulumi.ResourceOptions(provider=vcenter)
    lookups = pulumi.InvokeOutputOptions(provider=vcenter)
    datacenter = vsphere.get_datacenter_output(name=DATA["datacenter"], opts=lookups)
    known[f"found-{DATA['datacenter']}"] = datacenter.apply(lambda found: found.id)
    for template in DATA["templates"]:
        found = vsphere.get_virtual_machine_output(name=template, datacenter_id=datacenter.id, opts=lookups)
        known[f"uuid-{template}"] = found.apply(lambda vm: vm.id)
for key, subscription in DATA["subscriptions"].items():
    own = azure_native.Provider(f"azure-{key}", subscription_id=subscription)
    opts[key] = pulumi.ResourceOptions(provider=own)


def value(data: Any) -> Any:
    """A recorded value with its references as Outputs."""
    if isinstance(data, dict):
        return (
            pulumi.Output.secret(data["secret"]) if set(data) == {"secret"} else {k: value(v) for k, v in data.items()}
        )
    if isinstance(data, list):
        return [value(item) for item in data]
    return known.get(data, data) if isinstance(data, str) else data


def declare(recorded: dict[str, Any]) -> pulumi.CustomResource:
    """The resource, of its own class where an SDK has one."""
    name, arguments = recorded["name"], {key: value(item) for key, item in recorded["inputs"].items()}
    if recorded["package"] == "vsphere":
        return getattr(vsphere, recorded["type"])(name, **arguments, opts=opts["vsphere"])
    if recorded["package"] == "azure-native":
        kind = getattr(getattr(azure_native, recorded["module"]), recorded["type"])
        return kind(name, **arguments, opts=opts[recorded["subscription"]])
    return pulumi.CustomResource(recorded["token"], name, arguments)


for recorded in DATA["resources"]:
    resource: Any = declare(recorded)
    known[f"id-{recorded['name']}"] = resource.id
    if recorded["type"] == "ComputeCluster":
        known[f"root-{recorded['name']}"] = resource.resource_pool_id
