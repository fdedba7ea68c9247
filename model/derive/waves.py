"""Which wave takes a system, a site or a pool to a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.types.waves import Wave

if TYPE_CHECKING:
    from model.platform import Refresh


def of_system(refresh: Refresh, code: str, generation: str) -> Wave | None:
    """The wave in which a system moves to a generation; None where it moves with the generation itself."""
    return next((w for w in refresh.waves.values() if w.generation == generation and code in w.systems), None)


def of_site(refresh: Refresh, site: str, generation: str) -> Wave | None:
    """The same of the people of a site."""
    return next((w for w in refresh.waves.values() if w.generation == generation and site in w.sites), None)


def of_pool(refresh: Refresh, pool: str, generation: str) -> Wave | None:
    """The same of a desktop pool."""
    return next((w for w in refresh.waves.values() if w.generation == generation and pool in w.pools), None)
