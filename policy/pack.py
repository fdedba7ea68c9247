"""The policies: for each type of resource its judges, as one validation each, and the controls that they hold.

What a control means is said once, in model/security/; here it becomes a policy's level, severity and text. A judge
yields a property and what is wrong with it. Whatever happens, it ends: a property that is not known before the update,
and a fault of ours, are findings of their own, for the SDK would pass the one and stop the engine at the other. No
message holds a value, for secrets arrive in the clear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)
from pulumi_policy.proxy import UnknownValueError

from model.security.baseline import CONTROLS
from model.security.control import Control, Level
from policy import azure, citrix, vsphere

Judge = Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]
"""Yields the path of a property and what is wrong with it; what to do."""

_NATIVE = "azure-native"
ALL = f"{_NATIVE}:*"
"""Every type of azure-native."""

JUDGES: Mapping[str, tuple[tuple[str, Judge], ...]] = {
    ALL: (("REG-01", azure.region),),
    f"{_NATIVE}:authorization:RoleAssignment": (("IAM-01", azure.assignment),),
    f"{_NATIVE}:compute:VirtualMachine": (("TL-01", azure.machine),),
    f"{_NATIVE}:compute:VirtualMachineExtension": (("SEC-01", azure.settings),),
    f"{_NATIVE}:compute:VirtualMachineRunCommandByVirtualMachine": (("SEC-01", azure.parameters),),
    f"{_NATIVE}:desktopvirtualization:HostPool": (("AVD-01", azure.private),),
    f"{_NATIVE}:desktopvirtualization:Workspace": (("AVD-01", azure.private),),
    f"{_NATIVE}:keyvault:Vault": (("KEY-01", azure.key_vault),),
    f"{_NATIVE}:network:FirewallPolicyRuleCollectionGroup": (("NET-03", azure.firewall_rules),),
    f"{_NATIVE}:network:NetworkInterface": (("NET-01", azure.card),),
    f"{_NATIVE}:network:NetworkSecurityGroup": (("NET-03", azure.any_to_any), ("NET-04", azure.from_internet)),
    f"{_NATIVE}:network:Subnet": (("NET-02", azure.subnet),),
    f"{_NATIVE}:operationalinsights:Workspace": (("LOG-01", azure.workspace),),
    f"{_NATIVE}:recoveryservices:Vault": (("BCK-03", azure.backups),),
    f"{_NATIVE}:security:Pricing": (("SUB-01", azure.pricing),),
    f"{_NATIVE}:storage:StorageAccount": (("STO-01", azure.storage),),
    "citrix:index:DeliveryGroup": (("CTX-02", citrix.admission),),
    "citrix:index:DeliveryGroupAccess": (("CTX-02", citrix.admission),),
    "citrix:index:HostingConnection": (("CTX-05", citrix.hosting),),
    "citrix:index:PolicySet": (("CTX-01", citrix.drives),),
    "vsphere:index/computeCluster:ComputeCluster": (("CLU-01", vsphere.cluster),),
    "vsphere:index/distributedPortGroup:DistributedPortGroup": (("DVS-01", vsphere.guarded), ("PG-01", vsphere.vlan)),
    "vsphere:index/distributedVirtualSwitch:DistributedVirtualSwitch": (("DVS-01", vsphere.switch),),
    "vsphere:index/host:Host": (("HOST-01", vsphere.host),),
    "vsphere:index/virtualMachine:VirtualMachine": (("VM-01", vsphere.firmware), ("VM-02", vsphere.extras)),
}
"""By type of resource, each control with its judge."""


def findings(kind: str, props: Mapping[str, Any], judges: Iterable[tuple[str, Judge]]) -> Iterator[str]:
    """What the judges say of a resource, a line each."""
    for control, judge in judges:
        try:
            for path, wrong in judge(props):
                yield f"{control} {path}: {wrong}"
        except UnknownValueError as error:
            path = ".".join(map(str, error.props))
            yield f"{control} {path}: nobody knows it before the update; run `pulumi policy analyze` after the twin's"
        except Exception as error:  # noqa: BLE001 an exception here would stop the engine, and with it every other judge
            yield f"{control} {kind}: cannot be judged ({type(error).__name__}); report it, with the resource's inputs"


def judges_of(kind: str) -> tuple[tuple[str, Judge], ...]:
    """The judges of a type of resource."""
    wide = JUDGES[ALL] if kind.startswith(f"{_NATIVE}:") else ()
    return (*wide, *JUDGES.get(kind, ()))


def policies() -> list[Policy]:
    """One policy for each provider and level.

    The SDK reads all properties of a resource anew for every policy, of whatever type, so there are as few as there can
    be, and each looks up the judges of the type that it is given.
    """
    held: dict[tuple[str, Level], set[str]] = defaultdict(set)
    for kind, judges in JUDGES.items():
        for control, _ in judges:
            held[kind.partition(":")[0], CONTROLS[control].level].add(control)
    return [_policy(provider, level, ids) for (provider, level), ids in sorted(held.items())]


def _policy(provider: str, level: Level, ids: set[str]) -> ResourceValidationPolicy:
    controls = [CONTROLS[id_] for id_ in sorted(ids)]
    enforced = level is Level.ENFORCE
    return ResourceValidationPolicy(
        name=provider if enforced else f"{provider}-audit",
        display_name=f"Security baseline: {provider}",
        description=" ".join(f"{control.id}: {control.what}" for control in controls),
        enforcement_level=EnforcementLevel.MANDATORY if enforced else EnforcementLevel.ADVISORY,
        severity=Severity(min((control.severity for control in controls), key=_RANKS.index)),
        tags=[control.id for control in controls],
        remediation_steps="\n".join(_steps(control) for control in controls),
        validate=_validation(provider, ids),
    )


_RANKS = ("critical", "high", "medium", "low")


def _steps(control: Control) -> str:
    return f"{control.id}: {control.mend} ({', '.join(map(str, control.references))})"


def _validation(provider: str, ids: set[str]) -> ResourceValidation:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type.partition(":")[0] != provider:
            return
        judges = [(control, judge) for control, judge in judges_of(args.resource_type) if control in ids]
        for line in findings(args.resource_type, args.props, judges):
            report(line, None)

    return validate
