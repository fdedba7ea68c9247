"""Runs the Pulumi program under mocks and hands back what it declared, as plain data.

A test reads that data and never an Output, so it cannot pass by not being awaited.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pulumi_vsphere as vsphere
from google.protobuf import json_format
from pulumi.runtime import mocks, settings
from pulumi.runtime.stack import Stack

from components import layers, servers
from components.desktops import citrix
from components.sources import Sources
from model import Platform

TOKEN = "registration-token-of-this-wave"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_running: list[object] = []


def running() -> bool:
    """Whether the program runs right now: only then may Outputs be made outside a decorated test."""
    return bool(_running)


@dataclass(frozen=True)
class Secret:
    """A value that the engine was told to keep secret."""

    value: Any


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource as the program registered it. `type` is the last part of its token: `VirtualMachine`."""

    token: str
    name: str
    urn: str
    parent: str
    inputs: dict[str, Any]
    protect: bool
    ignore_changes: frozenset[str]
    delete_before_replace: bool | None
    import_id: str
    depends_on: frozenset[str]
    provider: str
    aliases: frozenset[str]
    """The logical names that it had before."""

    @property
    def type(self) -> str:
        return self.token.rpartition(":")[2]

    @property
    def is_component(self) -> bool:
        return self.token.startswith("platform:")

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


@dataclass
class Program:
    """What one run declared, asked, exported and logged."""

    resources: list[Declared] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    trusted: list[str] = field(default_factory=list)
    """Warnings that hosts are trusted at first use, which the sample estate has on every run."""

    def of(self, type_: str) -> dict[str, Declared]:
        """The resources of a type by name."""
        return {r.name: r for r in self.resources if r.type == type_}

    def counts(self) -> Counter[str]:
        """How many resources there are of each type."""
        return Counter(r.type for r in self.resources)

    def asked(self, function: str) -> list[dict[str, Any]]:
        """The arguments of each call of a function, as `getVirtualMachine`."""
        return [arguments for token, arguments in self.calls if token.rpartition(":")[2] == function]


def run(
    platform: Platform,
    *,
    preview: bool = False,
    state: Mapping[str, Mapping[str, Any]] | None = None,
    templates: Mapping[str, Any] | None = None,
    layer: str = layers.ALL,
    others: Mapping[str, Mapping[str, Any]] | None = None,
    before: Mapping[str, Mapping[str, Any]] | None = None,
) -> Program:
    """Runs the program for a platform, or one layer of it, with the outputs of the `others`. `state` gives outputs that
    resources have already, by name; `templates` facts of templates that differ from the ordinary; `before` the outputs
    of this stack's own resources before the run, by URN, as the engine answers."""

    world = World(platform, state, templates, others, before)
    return run_program(declaring(platform, layer), world, preview=preview, layer=layer)


def declaring(platform: Platform, layer: str = layers.ALL) -> Callable[[], object]:
    """The program for a platform, or one layer of it."""

    def build() -> None:
        secret = pulumi.Output.secret("p4ss")
        sources = Sources(
            vcenter=cache(lambda: vsphere.Provider("vcenter", vsphere_server="vcenter.lilleby.example")),
            secrets=servers.Secrets(
                guest=lambda: servers.GuestSecrets(
                    local_admin_password=secret, domain_join_user=secret, domain_join_password=secret
                ),
                esxi=lambda: servers.EsxiSecrets(user="root", password=secret),
            ),
            citrix=lambda: citrix.VcenterAccount(user="svc-citrix", password=secret),
            azure=cache(lambda key: azure_native.Provider(f"azure-{key}", subscription_id=key)),
            vpn_key=lambda: secret,
            digests=lambda: {"kea": "d1"},
        )
        for name, value in layers.declare(platform, sources, layer).items():
            pulumi.export(name, value)

    return build


def run_program(
    build: Callable[[], object], world: mocks.Mocks, *, preview: bool = False, layer: str = layers.ALL
) -> Program:
    """Runs `build` as a Pulumi program until everything it started has ended."""
    program = Program()

    def whole() -> pulumi.Output[None]:
        root = pulumi.runtime.get_root_resource()
        assert isinstance(root, Stack)
        # The SDK keeps the root from one program to the next.
        root.outputs.clear()
        build()
        return pulumi.Output.from_input(root.outputs).apply(program.outputs.update)

    _running.append(program)
    # As the program itself has it, see __main__.py.
    gc.disable()
    # A test that ran asyncio.run before this one left the process without a loop, which the SDK takes for granted.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        mocks.set_mocks(
            world,
            project="platform-refresh",
            stack="test" if layer == layers.ALL else f"test-{layer}",
            preview=preview,
            logger=_Warnings(program),
            monitor=_Monitor(world, program),
        )
        setattr(settings.SETTINGS, "callbacks", _Hooks())  # noqa: B010 its type is a property of a context
        mocks.test(whole)()
    finally:
        gc.enable()
        _end(loop)
        _running.pop()
    return program


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Ends what a program that stopped left behind: the SDK would drop it in the next run, in the midst of its test."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    # The SDK's monitor answers from threads, which a loop keeps for as long as it lives.
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    asyncio.set_event_loop(None)


class World(mocks.Mocks):
    """vSphere and Azure, as far as the program asks them."""

    def __init__(
        self,
        platform: Platform,
        state: Mapping[str, Mapping[str, Any]] | None = None,
        templates: Mapping[str, Any] | None = None,
        others: Mapping[str, Mapping[str, Any]] | None = None,
        before: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._state = state or {}
        self._before = before or {}
        self._others = others or {}
        self._uuids: dict[str, str] = {
            vm.name: vm.uuid for table in platform.observed.servers.values() for vm in table.values()
        }
        self._templates = {
            image.template: {
                "id": f"uuid-{image.template}",
                "guestId": image.guest_id,
                "firmware": "efi",
                "scsiType": "pvscsi",
                "disks": [{"label": "disk0", "size": 40, "unitNumber": 0}],
            }
            | (templates or {}).get(key, {})
            for key, image in platform.estate.images.items()
            if image.template
        }

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.inputs["name"], "outputs": self._others[args.name]}
        computed = {"moid": f"vm-{args.name}", "resourcePoolId": f"root-{args.name}"}
        if args.typ.endswith(":VirtualMachine"):
            # An adopted one is what the export told, unless `state` says otherwise.
            computed["uuid"] = self._uuids.get(args.inputs.get("name", ""), f"uuid-{args.name}")
        if args.typ.endswith(":DistributedPortGroup"):
            computed["key"] = f"key-{args.name}"
        outputs = {key: value for key, value in computed.items() if key not in args.inputs}
        if args.typ.startswith("azure-native:"):
            outputs = _azure_outputs(args)
        # The one id that the program reads: where a server's backup belongs.
        group = f"/subscriptions/s/resourceGroups/{args.inputs.get('resourceGroupName')}/providers"
        policy = (
            f"{group}/Microsoft.RecoveryServices/vaults/{args.inputs.get('vaultName')}/backupPolicies/id-{args.name}"
        )
        id_ = policy if args.typ.endswith(":ProtectionPolicy") else f"id-{args.name}"
        return id_, args.inputs | outputs | dict(self._state.get(args.name, {}))

    def call(self, args: mocks.MockCallArgs) -> Any:
        if args.token.endswith(":readStackResourceOutputs"):
            return {"outputs": self._before}
        if args.token.endswith(":listHostPoolRegistrationTokens"):
            return {"value": [{"token": TOKEN, "expirationTime": "2026-12-03T06:00:00Z"}]}
        name = str(args.args.get("name", args.args.get("address")))
        if args.token.endswith(":getVirtualMachine"):
            return self._templates[name]
        return {"id": f"found-{name}"}


def _azure_outputs(args: mocks.MockResourceArgs) -> dict[str, Any]:
    """What Azure adds: a thing's own name, which stands under another key in its inputs, and who an identity is."""
    own = {f"{args.typ.rpartition(':')[2]}Name".lower(), "groupid", "ipgroupsname"}
    named = [value for key, value in args.inputs.items() if key.lower() in own]
    found: dict[str, Any] = {"name": named[0]} if named else {}
    if args.typ.endswith(":PublicIPAddress"):
        found["ipAddress"] = f"203.0.113.{sum(args.name.encode()) % 251}"
    if args.inputs.get("identity"):
        found["identity"] = args.inputs["identity"] | {"principalId": f"principal-{args.name}"}
    return found


class _Monitor(mocks.MockMonitor):
    """Keeps what the mocks' own monitor drops: the options, and where in the inputs a secret stands."""

    def __init__(self, world: mocks.Mocks, program: Program) -> None:
        super().__init__(world)
        self._program = program

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        self._program.calls.append((request.tok, json_format.MessageToDict(request.args)))
        return super().Invoke(request)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type != "pulumi:pulumi:Stack":
            self._program.resources.append(
                Declared(
                    token=request.type,
                    name=request.name,
                    urn=self.make_urn(request.parent, request.type, request.name),
                    parent=request.parent,
                    inputs=_plain(json_format.MessageToDict(request.object)),
                    protect=request.protect,
                    ignore_changes=frozenset(request.ignoreChanges),
                    delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
                    import_id=request.importId,
                    depends_on=frozenset(request.dependencies),
                    provider=request.provider,
                    aliases=frozenset(alias.spec.name for alias in request.aliases if alias.spec.name)
                    | frozenset(urn.rpartition("::")[2] for urn in request.aliasURNs),
                )
            )
        return super().RegisterResource(request)


class _Hooks:
    """Takes the hooks of a program and runs none: the mocks have no engine that would."""

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        assert hook.name


class _Warnings(logging.Logger):
    """Keeps the warnings."""

    def __init__(self, program: Program) -> None:
        super().__init__("engine")
        self._program = program

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        super().warning(msg, *args, **kwargs)
        text = str(msg)
        (self._program.trusted if "trusted at first use" in text else self._program.warnings).append(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return Secret(_plain(value["value"]))
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
