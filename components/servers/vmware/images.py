"""What a template decides for the servers cloned from it: guest id, firmware, SCSI type, the least size of its disks.

Asked of vCenter, once an image: a second statement of the same facts in the data would be one that can be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from model.types.infrastructure import Image


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template in vCenter. `disk_gib`: the sizes of its disks in GiB, in the order of their unit numbers."""

    uuid: pulumi.Output[str]
    guest_id: pulumi.Output[str]
    firmware: pulumi.Output[str]
    scsi_type: pulumi.Output[str]
    disk_gib: pulumi.Output[list[int]]


def look_up(key: str, image: Image, datacenter_id: pulumi.Input[str], opts: pulumi.InvokeOutputOptions) -> Template:
    """The template of an image. The engine reports one that is not there; one of another guest id is refused here, for
    a clone's must be its template's (terraform-provider-vsphere, ValidateVirtualMachineClone).
    """
    found = vsphere.get_virtual_machine_output(name=image.template, datacenter_id=datacenter_id, opts=opts)
    return Template(
        uuid=found.apply(lambda vm: vm.id),
        guest_id=found.apply(lambda vm: same_guest(key, image, vm.guest_id)),
        firmware=found.apply(lambda vm: vm.firmware or "efi"),
        scsi_type=found.apply(lambda vm: vm.scsi_type),
        disk_gib=found.apply(lambda vm: [d.size for d in sorted(vm.disks, key=lambda d: d.unit_number)]),
    )


def same_guest(key: str, image: Image, found: str | None) -> str:
    """The guest id that the image and its template agree on. Raises RunError, which the engine shows as it stands."""
    if found != image.guest_id:
        raise pulumi.RunError(
            f"images.{key}: template {image.template} has guest id {found} and not {image.guest_id}; set `guest_id` to "
            "it, or name another template"
        )
    return image.guest_id


def disk_sizes(declared: Sequence[int], template: Sequence[int]) -> list[int]:
    """The sizes in GiB that a clone gets: as declared, but a template's disk never shrinks.

    Raises RunError when the template has more disks than are declared, for a clone has at least the template's
    (terraform-provider-vsphere, DiskCloneValidateOperation).
    """
    if len(template) > len(declared):
        raise pulumi.RunError(
            f"the template has {len(template)} disks and the server {len(declared)}; give it as many as the template"
        )
    least = [*template, *[0] * (len(declared) - len(template))]
    return [max(size, floor) for size, floor in zip(declared, least, strict=True)]
