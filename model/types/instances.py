"""An instance: what a server becomes in one generation."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from model.types.azure_servers import AzurePlace
from model.types.estate import Server, System
from model.types.infrastructure import Generation, Image
from model.types.observed import ObservedVm
from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Attachment:
    """A network in one generation. `port_group` is its name in vSphere, as found or computed.

    A subnet in Azure has neither a VLAN nor a port group.
    """

    network: str
    vlan: int | None
    prefix: IPv4Network
    gateway: IPv4Address
    port_group: str | None


@dataclass(frozen=True, slots=True)
class Instance:
    """A server in one generation.

    `logical_name` names its Pulumi resource, `vm_name` the machine in vSphere or Azure, `computer_name` the machine to
    itself and to Active Directory. `ou` is None for Linux, for what was found and for what is brought as it was.
    `azure` is where it stands there; then it has no `folder`. `wave` is the one in which it moves to its generation,
    `serving` the entry that names who is served by it ahead of everyone. `let_go`: an override allows its deletion.
    """

    server: Server
    system: System
    generation: Generation
    logical_name: str
    vm_name: str
    computer_name: str
    fqdn: str
    attachment: Attachment
    address: IPv4Address | None
    image_name: str
    image: Image
    folder: str | None
    ou: str | None
    found: ObservedVm | None
    azure: AzurePlace | None = None
    wave: Wave | None = None
    serving: str | None = None
    let_go: bool = False

    @property
    def there(self) -> bool:
        """Whether there is a machine, or will be by the next update: others may name its address."""
        begun = self.wave is None or self.wave.state != "planned"
        return begun and self.generation.state.declared

    @property
    def awaited(self) -> bool:
        """Whether Azure Migrate has yet to make its machine."""
        return self.azure is not None and self.azure.migrated and not self.azure.brought

    @property
    def stays(self) -> bool:
        """Whether others may be told to ask it: it is there, and its generation is not on its way out."""
        return self.there and not self.generation.state.leaving

    @property
    def moved(self) -> bool:
        """Whether somebody is served by it because its wave has moved, whatever the generation's own state."""
        return self.wave is not None and self.wave.state == "moved" and self.generation.state.serves_somebody

    @property
    def held(self) -> str | None:
        """Why it must stay; None where it may go.

        Its generation serves everyone or is the way back; or, in a pilot, its wave has moved, somebody is served by it,
        or it holds data: those that crossed ahead of the cutover, or what was written before a rollback.
        """
        name = self.generation.name
        if self.generation.state.protected:
            return f"{name} is {self.generation.state}"
        if self.wave is not None and self.moved:
            return f"wave {self.wave.name} has moved to {name}"
        if self.generation.state.serves != "named":
            return None
        if self.serving is not None:
            return f"{name} serves by it whom {self.serving} names"
        return f"{name} is a pilot and this holds data" if self.server.holds_data and self.wave is None else None

    @property
    def protected(self) -> bool:
        """Whether Pulumi must refuse to delete it."""
        return self.held is not None and not self.let_go

    @property
    def rebuilds(self) -> bool:
        """Whether a raised build number replaces it."""
        return self.generation.state.rebuilds and not self.moved
