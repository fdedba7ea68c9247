"""What a pool becomes in one generation: names, number of machines, image version, and how many people it must hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.types.avd import AvdNames
from model.types.desktops import DesktopImage, ImageVersion, ObservedPool, Pool
from model.types.infrastructure import Generation
from model.types.instances import Attachment

if TYPE_CHECKING:
    from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Sizing:
    """How a number of machines follows from the people: `machines` hold `sessions` with `spare` machines down."""

    workplaces: int
    peak: float
    sessions: int
    sessions_per_host: int
    spare: int
    machines: int


@dataclass(frozen=True, slots=True)
class CitrixNames:
    """What a pool is named in Citrix in one generation. `hosting_unit` is None for a pool that was found."""

    catalog: str
    delivery_group: str
    policy_set: str
    hosting_unit: str | None


@dataclass(frozen=True, slots=True)
class PoolInstance:
    """A pool in one generation, on Citrix or, where it is placed in an area, in Azure Virtual Desktop: `citrix` or
    `avd` is set, never both.

    `logical_name` names its Pulumi resources. `naming_scheme` and `attachment` are None for what was found,
    `attachment` in Azure too, `ou` where nothing joins Active Directory, and `sizing` where a number of machines is
    given or found. `behind`: a newer version is rolling out and not here yet.
    """

    pool: Pool
    generation: Generation
    logical_name: str
    citrix: CitrixNames | None
    avd: AvdNames | None
    naming_scheme: str | None
    ou: str | None
    attachment: Attachment | None
    machines: int
    sizing: Sizing | None
    image_name: str
    image: DesktopImage
    version_name: str
    version: ImageVersion
    behind: bool
    gpu: str | None
    found: ObservedPool | None
    wave: Wave | None
    serving: str | None

    @property
    def there(self) -> bool:
        """Whether it has machines, or will have by the next update: not before its wave is built."""
        begun = self.wave is None or self.wave.state != "planned"
        return begun and self.generation.state.declared

    @property
    def moved(self) -> bool:
        """Whether somebody is served by it because its wave has moved, whatever the generation's own state."""
        return self.wave is not None and self.wave.state == "moved" and self.generation.state.serves_somebody

    @property
    def held(self) -> str | None:
        """Why it must stay; None where it may go. People whom a pilot serves come to all of its pools."""
        name = self.generation.name
        if self.generation.state.protected:
            return f"{name} is {self.generation.state}"
        if self.wave is not None and self.moved:
            return f"wave {self.wave.name} has moved to {name}"
        if self.serving is not None and self.generation.state.serves == "named":
            return f"{name} serves by it whom {self.serving} names"
        return None

    @property
    def protected(self) -> bool:
        """Whether Pulumi must refuse to delete it."""
        return self.held is not None

    @property
    def rebuilds(self) -> bool:
        """Whether a new image replaces its session hosts."""
        return self.generation.state.rebuilds and not self.moved

    @property
    def in_citrix(self) -> CitrixNames:
        """Its names in Citrix. Raises ValueError for a pool of Azure Virtual Desktop."""
        if self.citrix is None:
            raise ValueError(f"{self.logical_name} is no pool of Citrix")
        return self.citrix

    @property
    def in_azure(self) -> AvdNames:
        """Its names in Azure. Raises ValueError for a pool of Citrix."""
        if self.avd is None:
            raise ValueError(f"{self.logical_name} is no pool of Azure Virtual Desktop")
        return self.avd
