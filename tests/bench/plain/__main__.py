"""What our program declares, as a plain program would: the same typed resources, no component, no model.

The resources come from a file that the bench recorded, in their order. Ids of other resources in it are put back as
Outputs, and what our program looks up is looked up here too.
"""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import pulumi_vsphere as vsphere

DATA = json.loads(Path(os.environ["BENCH_RESOURCES"]).read_text())
provider = vsphere.Provider("vcenter", vsphere_server="vcenter.example", persist_session=True)
lookups = pulumi.InvokeOutputOptions(provider=provider)
datacenter = vsphere.get_datacenter_output(name=DATA["datacenter"], opts=lookups)
known: dict[str, Any] = {f"found-{DATA['datacenter']}": datacenter.apply(lambda found: found.id)}
for template in DATA["templates"]:
    found = vsphere.get_virtual_machine_output(name=template, datacenter_id=datacenter.id, opts=lookups)
    known[f"uuid-{template}"] = found.apply(lambda vm: vm.id)


def value(data: Any) -> Any:
    """A recorded value with its references as Outputs."""
    if isinstance(data, dict):
        return (
            pulumi.Output.secret(data["secret"]) if set(data) == {"secret"} else {k: value(v) for k, v in data.items()}
        )
    if isinstance(data, list):
        return [value(item) for item in data]
    return known.get(data, data) if isinstance(data, str) else data


for recorded in DATA["resources"]:
    kind = getattr(vsphere, recorded["type"])
    arguments = {name: value(item) for name, item in recorded["inputs"].items()}
    resource = kind(recorded["name"], **arguments, opts=pulumi.ResourceOptions(provider=provider))
    known[f"id-{recorded['name']}"] = resource.id
    if recorded["type"] == "ComputeCluster":
        known[f"root-{recorded['name']}"] = resource.resource_pool_id
