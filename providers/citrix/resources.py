"""The resources as a program declares them: one class a kind, and the arguments that they take (arguments.py)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import pulumi
from pulumi import Input, Output

from providers.citrix.arguments import (
    AccountsArgs,
    ApplicationArgs,
    CatalogMachinesArgs,
    DeliveryGroupAccessArgs,
    DeliveryGroupArgs,
    DesktopArgs,
    HostingConnectionArgs,
    HostingUnitArgs,
    ImageRolloutArgs,
    InstalledArgs,
    MachineArgs,
    MachineCatalogArgs,
    PolicyArgs,
    PolicyFilterArgs,
    PolicySetArgs,
    ProvisioningSchemeArgs,
    RebootScheduleArgs,
    ZoneArgs,
)

__all__ = [
    "AccountsArgs",
    "Application",
    "ApplicationArgs",
    "CatalogMachinesArgs",
    "DeliveryGroup",
    "DeliveryGroupAccess",
    "DeliveryGroupAccessArgs",
    "DeliveryGroupArgs",
    "DesktopArgs",
    "HostingConnection",
    "HostingConnectionArgs",
    "HostingUnit",
    "HostingUnitArgs",
    "ImageRolloutArgs",
    "InstalledArgs",
    "MachineArgs",
    "MachineCatalog",
    "MachineCatalogArgs",
    "PolicyArgs",
    "PolicyFilterArgs",
    "PolicySet",
    "PolicySetArgs",
    "Provider",
    "ProvisioningSchemeArgs",
    "RebootSchedule",
    "RebootScheduleArgs",
    "Zone",
    "ZoneArgs",
]

Options = pulumi.ResourceOptions | None


class _Resource(pulumi.CustomResource):
    """A resource of the package: arguments as a data class in, outputs by their Python names."""

    _outputs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, resource_name: str, args: Any, opts: pulumi.ResourceOptions | None) -> None:
        given = {item.name: _wire(getattr(args, item.name)) for item in dataclasses.fields(args)}
        self._names = {name: _camel(name) for name in (*given, *self._outputs)}
        properties = {**given, **dict.fromkeys(self._outputs)}
        super().__init__(f"citrix:index:{type(self).__name__}", resource_name, properties, opts)

    def translate_input_property(self, prop: str) -> str:
        return self._names.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        return next((name for name, wire in self._names.items() if wire == prop), prop)


class _Named(_Resource):
    """A resource that is an object of the site."""

    name: Output[str]


class Provider(pulumi.ProviderResource):
    """A site of one's own choice, where the stack's configuration (`citrix:endpoint`, `user`, `password`) does not do.

    `endpoint` is `https://DDC/cvad/manage`; `site` is the id or the name of one of the customer's sites, needed where
    there are several; `poll_seconds` is how often a background job is asked about.
    """

    def __init__(  # noqa: PLR0913 - one parameter a setting
        self,
        resource_name: str,
        *,
        endpoint: Input[str],
        user: Input[str],
        password: Input[str],
        customer: Input[str] | None = None,
        site: Input[str] | None = None,
        verify_tls: Literal["true", "false"] = "true",
        poll_seconds: int = 10,
        opts: Options = None,
    ) -> None:
        secret = Output.secret(password)
        given = {
            "endpoint": endpoint,
            "user": user,
            "password": secret,
            "customer": customer,
            "site": site,
            "verifyTls": verify_tls,
            "pollSeconds": str(poll_seconds),
        }
        super().__init__("citrix", resource_name, given, opts)


class Zone(_Named):
    """A zone."""

    def __init__(self, resource_name: str, args: ZoneArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class HostingConnection(_Named):
    """A connection to a vCenter; its password is a secret of the state."""

    def __init__(self, resource_name: str, args: HostingConnectionArgs, opts: Options = None) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password"])
        super().__init__(resource_name, args, pulumi.ResourceOptions.merge(secret, opts))


class HostingUnit(_Named):
    """A hosting unit; its id is `CONNECTION/UNIT`."""

    def __init__(self, resource_name: str, args: HostingUnitArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class MachineCatalog(_Named):
    """A machine catalog; `machine_names` are `DOMAIN/NAME` with a backslash, by name."""

    _outputs = ("catalog_id", "machine_names")
    catalog_id: Output[str]
    machine_names: Output[Sequence[str]]

    def __init__(self, resource_name: str, args: MachineCatalogArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class DeliveryGroup(_Named):
    """A delivery group."""

    _outputs = ("delivery_group_id", "machine_names")
    delivery_group_id: Output[str]
    machine_catalogs: Output[Sequence[Mapping[str, Any]]]
    desktops: Output[Sequence[Mapping[str, Any]]]
    machine_names: Output[Sequence[str]]

    def __init__(self, resource_name: str, args: DeliveryGroupArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class DeliveryGroupAccess(_Resource):
    """Who may use a delivery group. Removing it lets nobody in and turns maintenance mode on."""

    delivery_group: Output[str]

    def __init__(self, resource_name: str, args: DeliveryGroupAccessArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class RebootSchedule(_Named):
    """A reboot schedule; its id is `GROUP/SCHEDULE`."""

    def __init__(self, resource_name: str, args: RebootScheduleArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class Application(_Named):
    """A published application."""

    def __init__(self, resource_name: str, args: ApplicationArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


class PolicySet(_Named):
    """A policy set."""

    policies: Output[Sequence[Mapping[str, Any]]]

    def __init__(self, resource_name: str, args: PolicySetArgs, opts: Options = None) -> None:
        super().__init__(resource_name, args, opts)


def _wire(value: Any) -> Any:
    """Arguments as the engine gets them: data classes as maps with camelCase names, what is not given left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
        return {_camel(name): _wire(item) for name, item in given.items() if item is not None}
    if isinstance(value, Mapping):
        return {key: _wire(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_wire(item) for item in value]
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
