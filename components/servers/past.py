"""What this stack's state has, asked of the engine before anything is declared: what was taken over is never imported
again (docs/decisions/0021-adoption-by-managed-object-id.md).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import pulumi


@dataclass(frozen=True)
class Past:
    """The outputs of this stack's resources before this run, by URN."""

    outputs: dict[str, dict[str, Any]]

    @staticmethod
    def read() -> Past:
        """Asks the engine, by the call that is behind a stack reference."""
        stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": stack}).value
        return Past({urn: dict(resource["outputs"]) for urn, resource in answer["outputs"].items()})

    def of(self, token: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and outputs of every resource of a type, by the whole token or its end."""
        for urn, outputs in self.outputs.items():
            kind, _, name = urn.rpartition("::")
            if kind.endswith(token):
                yield name, outputs

    def has(self, token: str, name: str) -> bool:
        """Whether the state has a resource."""
        return any(name == found for found, _ in self.of(token))

    def noted(self, mark: str) -> frozenset[str]:
        """Who is noted in the Stashes whose names begin with `mark`."""
        stashes = (found for name, found in self.of("::pulumi:index:Stash") if name.startswith(mark))
        return frozenset(name for found in stashes for name in found.get("input") or ())


def never_made(name: str, gone: str) -> pulumi.ResourceHook:
    """Refuses, in a preview too, to make what was taken over: an empty one would stand in the place of the lost."""
    return pulumi.ResourceHook(name, refusing(gone), pulumi.ResourceHookOptions(on_dry_run=True))


def refusing(gone: str) -> Callable[[pulumi.ResourceHookArgs], NoReturn]:
    """Says of a resource that it is gone, and stops the run."""

    def refuse(args: pulumi.ResourceHookArgs) -> NoReturn:
        raise pulumi.RunError(f"{args.name} {gone}")

    return refuse


def arguments(of: type) -> list[str]:
    """The names of all inputs of a resource, from its class of arguments."""
    return sorted(inspect.signature(of).parameters)
