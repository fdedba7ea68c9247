"""Where a server is in Azure: its area's subscription and subnet, its size, its disks, its zone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AzureDisk:
    """A managed disk in GiB. `lun` is None for the system disk."""

    label: str
    name: str
    id: str
    gib: int
    kind: str
    lun: int | None


@dataclass(frozen=True, slots=True)
class AzurePlace:
    """Where a server stands. `subscription` is a key of the model, `subscription_id` Azure's; `zone` is 1 to 3.

    `migrated`: its machine of the generation before, which Azure Migrate makes anew as it is; `brought`: it has.
    `trusted`: it has secure boot and a virtual TPM, as whatever does not start by BIOS.
    """

    area: str
    subscription: str
    subscription_id: str
    location: str
    resource_group: str
    subnet_id: str
    nic: str
    size: str
    size_why: str
    disks: tuple[AzureDisk, ...]
    zone: int
    migrated: bool
    brought: bool
    trusted: bool
