"""How Azure says no: a code and a message, as azure-native passes them on."""

from __future__ import annotations

from typing import NoReturn

from twin.engine.platform import RefusedError


def refuse(code: str, message: str) -> NoReturn:
    """Raises what Azure Resource Manager answers."""
    raise RefusedError(f'Code="{code}" Message="{message}"')


def text(code: str, message: str) -> str:
    """The same for a claim that fails."""
    return f'Code="{code}" Message="{message}"'
