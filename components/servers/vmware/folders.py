"""The folders of a generation's virtual servers: one for the generation, below it one for each system.

A folder is where permissions and backup jobs attach, so it follows the system and not the role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere


@dataclass(frozen=True, kw_only=True)
class FoldersArgs:
    """`tags` of the generation's folder; `systems` the path and tags of each system's folder by its code."""

    root: str
    systems: Mapping[str, tuple[str, pulumi.Input[Sequence[pulumi.Input[str]]]]]
    datacenter_id: pulumi.Input[str]
    tags: pulumi.Input[Sequence[pulumi.Input[str]]]


class Folders(pulumi.ComponentResource):
    """`paths` gives the path of a system's folder, relative to the datacenter's VM folder, once it is there."""

    paths: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: FoldersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Folders", name, {}, opts)
        root = vsphere.Folder(
            f"{name}-root",
            path=args.root,
            type="vm",
            datacenter_id=args.datacenter_id,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # A folder's parent must exist, and a path says nothing of it to the engine.
        below = pulumi.ResourceOptions(parent=self, depends_on=[root])
        self.paths = {
            code: vsphere.Folder(
                f"{name}-{code}",
                path=path,
                type="vm",
                datacenter_id=args.datacenter_id,
                tags=tags,
                opts=below,
            ).path
            for code, (path, tags) in args.systems.items()
        }
        self.register_outputs({})
