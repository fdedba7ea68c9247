"""A twin's Azure for unit tests: resources by short names, created, changed and deleted as the engine would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from twin.azure import Azure
from twin.engine import schema
from twin.engine.platform import RefusedError
from twin.engine.provider import Provider, State
from twin.world.store import World

GROUP = "rg-test"
REGION = "swedencentral"
ADMINISTRATOR = "/providers/Microsoft.Authorization/roleDefinitions/1d18fff3-a72a-46b5-b4a9-0b38a3cd7e63"


class Cloud:
    """Azure in one subscription."""

    def __init__(self, world: World, subscription: str | None = None) -> None:
        self.world = world
        self.provider = Provider(world, Azure(), {"subscriptionId": subscription} if subscription else {})

    def make(self, kind: str, /, **inputs: Any) -> State:
        """Creates a resource, as `network:Subnet`; in the group unless it says otherwise. Faults fail."""
        token = f"azure-native:{kind}"
        inputs = self._placed(token, inputs)
        _, faults = self.provider.check(token, "x", {}, inputs, b"")
        assert faults == [], [str(fault) for fault in faults]
        with self.world.transaction():
            made = self.provider.create(token, inputs)
        return State(made.id, made.outputs, inputs)

    def faults(self, kind: str, /, **inputs: Any) -> list[str]:
        """What Azure's own rules find within the inputs."""
        return [str(fault) for fault in self.provider.platform.kind(f"azure-native:{kind}").faults(inputs)]

    def change(self, kind: str, state: State, /, **inputs: Any) -> State:
        with self.world.transaction():
            outputs = self.provider.update(f"azure-native:{kind}", state, state.inputs | inputs)
        return State(state.id, outputs, state.inputs | inputs)

    def delete(self, kind: str, state: State) -> None:
        with self.world.transaction():
            self.provider.delete(f"azure-native:{kind}", state)

    def ask(self, function: str, /, **arguments: Any) -> dict[str, Any]:
        """Answers a function, as `compute:getDisk`."""
        token = f"azure-native:{function}"
        result, faults = self.provider.invoke(token, arguments)
        assert faults == [], [str(fault) for fault in faults]
        return result

    def refuses(self, code: str, kind: str, /, **inputs: Any) -> str:
        """The message with which a resource is refused; it must have this code."""
        return self._refused(code, lambda: self.make(kind, **inputs))

    def refuses_change(self, code: str, kind: str, state: State, /, **inputs: Any) -> str:
        return self._refused(code, lambda: self.change(kind, state, **inputs))

    def refuses_deletion(self, code: str, kind: str, state: State) -> str:
        return self._refused(code, lambda: self.delete(kind, state))

    def group(self, name: str = GROUP) -> State:
        return self.make("resources:ResourceGroup", resourceGroupName=name, location=REGION)

    def network(self, name: str = "vnet", *prefixes: str) -> State:
        space = {"addressPrefixes": list(prefixes or ("10.0.0.0/16",))}
        return self.make("network:VirtualNetwork", virtualNetworkName=name, location=REGION, addressSpace=space)

    def subnet(self, name: str = "snet", prefix: str = "10.0.1.0/24", network: str = "vnet") -> State:
        return self.make("network:Subnet", virtualNetworkName=network, subnetName=name, addressPrefix=prefix)

    def interface(self, name: str, subnet: State, address: str | None = None) -> State:
        configuration = {"name": "ipconfig", "subnet": {"id": subnet.id}}
        if address:
            configuration |= {"privateIPAddress": address, "privateIPAllocationMethod": "Static"}
        return self.make(
            "network:NetworkInterface", networkInterfaceName=name, location=REGION, ipConfigurations=[configuration]
        )

    def machine(self, name: str, *interfaces: State, **inputs: Any) -> State:
        return self.make("compute:VirtualMachine", **machine(name, *interfaces) | inputs)

    def _placed(self, token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        known = schema.resource(token).inputs.properties
        return ({"resourceGroupName": GROUP} if "resourceGroupName" in known else {}) | inputs

    @staticmethod
    def _refused(code: str, act: Any) -> str:
        with pytest.raises(RefusedError) as caught:
            act()
        text = str(caught.value)
        assert text.startswith(f'Code="{code}" Message="'), text
        return text


def machine(name: str, *interfaces: State) -> dict[str, Any]:
    """Inputs of a virtual machine."""
    return {
        "vmName": name,
        "location": REGION,
        "hardwareProfile": {"vmSize": "Standard_D4as_v5"},
        "networkProfile": {"networkInterfaces": [{"id": item.id} for item in interfaces]},
        "osProfile": {"computerName": name, "adminUsername": "lokaladm", "windowsConfiguration": {}},
        "storageProfile": {"imageReference": {"publisher": "p", "offer": "o", "sku": "s", "version": "1.0.0"}},
    }


def fresh(folder: Path) -> Iterator[Cloud]:
    """An empty cloud with one resource group."""
    world = World(folder / "world.sqlite")
    cloud = Cloud(world)
    cloud.group()
    yield cloud
    world.close()
