"""Holidays, which scaling plans know nothing of: a workflow that switches a pool's plan off on the days that the model
has computed, and on again on every other.

It looks at the clock so that the program need not. On a day off no host starts for nobody; who works starts one by
connecting. A closed pool's workflow is disabled, for its plan stays off. docs/decisions/0017-avd-holidays.md.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import desktopvirtualization as dv
from pulumi_azure_native import logic

from components.desktops.avd import roles
from components.landing_zone.ids import Landing
from components.security import diagnostics
from model import Platform, azure_names
from model.derive import azure_tags
from model.types.avd import TIME_ZONE, days_off
from model.types.pools import PoolInstance

HOUR = 3
"""Before any host starts in the morning, and past midnight on the days when the clock is changed."""
PLAN_API = "2024-04-03"


def declare(
    name: str,
    platform: Platform,
    instance: PoolInstance,
    plan: dv.ScalingPlan,
    pool: str,
    closed: bool,
    landing: Landing,
    opts: pulumi.ResourceOptions,
) -> None:
    """Declares the workflow of a pool's `plan`, with the right to change it and nothing beyond its resource group."""
    names = instance.in_azure
    made = logic.Workflow(
        name,
        workflow_name=azure_names.name("logic", instance.pool.name, "holidays", instance.generation.name),
        resource_group_name=names.resource_group,
        location=names.location,
        identity=logic.ManagedServiceIdentityArgs(type=logic.ManagedServiceIdentityType.SYSTEM_ASSIGNED),
        state=logic.WorkflowState.DISABLED if closed else logic.WorkflowState.ENABLED,
        definition=plan.id.apply(lambda id_: definition(id_, pool, _days(instance))),
        tags=azure_tags.pool(platform.settings, platform.azure, instance),
        opts=opts,
    )
    diagnostics.send(name, made, landing.workspace(), opts)
    subscription = platform.azure.subscriptions[names.subscription].id
    scope = f"/subscriptions/{subscription}/resourceGroups/{names.resource_group}"
    identity = made.identity.apply(lambda found: found.principal_id if found is not None else "")
    roles.assign(f"{name}-role", roles.SCALING, scope, identity, f"{scope}/{name}", opts, service=True)


def definition(plan: str, pool: str, days: list[str]) -> dict[str, Any]:
    """The workflow: once a day it says whether autoscale runs for the pool today."""
    today = f"convertFromUtc(utcNow(), '{TIME_ZONE}', 'yyyy-MM-dd')"
    return {
        "$schema": (
            "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
        ),
        "contentVersion": "1.0.0.0",
        "parameters": {"daysOff": {"type": "Array", "defaultValue": days}},
        "triggers": {
            "morning": {
                "type": "Recurrence",
                "recurrence": {
                    "frequency": "Day",
                    "interval": 1,
                    "timeZone": TIME_ZONE,
                    "schedule": {"hours": [HOUR], "minutes": [0]},
                },
            }
        },
        "actions": {
            "scale": {
                "type": "Http",
                "inputs": {
                    "method": "PATCH",
                    "uri": f"https://management.azure.com{plan}?api-version={PLAN_API}",
                    "body": {
                        "properties": {
                            "hostPoolReferences": [
                                {
                                    "hostPoolArmPath": pool,
                                    "scalingPlanEnabled": f"@not(contains(parameters('daysOff'), {today}))",
                                }
                            ]
                        }
                    },
                    "authentication": {"type": "ManagedServiceIdentity"},
                },
            }
        },
        "outputs": {},
    }


def _days(instance: PoolInstance) -> list[str]:
    scaling = instance.pool.avd.scaling
    return [day.isoformat() for day in days_off(scaling)] if scaling is not None else []
