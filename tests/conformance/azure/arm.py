"""The same bodies as a deployment template of Azure Resource Manager, for tools that read templates.

One template for all scopes: it is scanned, never deployed. Secrets are parameters.
"""

from __future__ import annotations

from typing import Any

from tests.conformance.azure.conformance import Body, api_version
from twin.azure import ids

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def template(found: list[Body]) -> dict[str, Any]:
    """The template of these bodies."""
    return {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"secret": {"type": "securestring"}},
        "resources": [_resource(body) for body in found],
    }


def _resource(body: Body) -> dict[str, Any]:
    id_ = ids.form(body.token, body.inputs, ids.SUBSCRIPTION)
    scope, provided, tail = id_.rpartition("/providers/")
    names = (tail.split("/")[2::2] if provided else []) or [id_.rsplit("/", maxsplit=1)[-1]]
    head = {"type": ids.arm_type(body.token), "apiVersion": api_version(body.token), "name": "/".join(names)}
    placed = {"scope": scope} if ids.is_extension(body.token) else {}
    return head | placed | body.body
