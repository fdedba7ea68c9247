"""The secrets of a stack, each asked for by what uses it: the stack that changes access needs no password of a server.

Pulumi would ask every stack for all that `config:` of the project file declares, and the other way round checks what is
not declared there not at all. So the project file lists them under `template:`, and the checks stand here.
"""

from __future__ import annotations

import pulumi
from pulumi.runtime.config import is_config_secret


def secret(config: pulumi.Config, key: str) -> pulumi.Output[str]:
    """The stack's secret `key`. Raises RunError when nobody set it, and when the stack file has it in plain text."""
    full = config.full_key(key)
    if config.get(key) is None:
        raise pulumi.RunError(f"{full} is missing; set it with `pulumi config set --secret {key}`")
    if not is_config_secret(full):
        raise pulumi.RunError(
            f"{full} stands in plain text; change it where it is used, then `pulumi config set --secret {key}`"
        )
    return config.require_secret(key)
