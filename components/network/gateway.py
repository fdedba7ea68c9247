"""The way home: a VPN gateway with the one IPsec policy that we allow, or ExpressRoute.

A gateway takes half an hour to make and is made anew for most changes; nothing in the data but its kind does that.
Left out: the other end. A circuit waits for its provider, and its connection fails until the provider is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_azure_native.network as net

from components.network.place import Place, public_address
from components.security import diagnostics
from model import azure_names as names
from model.derive.azure_network import HOME, HUB
from model.types.azure import Gateway as Settings

AZURE_ASN = 65_515
"""The BGP number that Azure gives its gateways."""


@dataclass(frozen=True, kw_only=True)
class GatewayArgs:
    """`home` is what is planned at home; `shared_key` is asked for a VPN alone."""

    settings: Settings
    place: Place
    subnet: pulumi.Input[str]
    home: Sequence[IPv4Network]
    shared_key: Callable[[], pulumi.Input[str]]


class Gateway(pulumi.ComponentResource):
    """The gateway with its connection home."""

    gateway: net.VirtualNetworkGateway

    def __init__(self, name: str, args: GatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:network:Gateway", name, {}, opts)
        self._name, self._args = name, args
        self._here = pulumi.ResourceOptions(parent=self)
        vpn = args.settings.kind == "vpn"
        self.gateway = self._gateway(vpn)
        diagnostics.send(f"{name}-gateway", self.gateway, args.place.workspace, self._here)
        if vpn:
            self._tunnel()
        else:
            self._circuit()
        self.register_outputs({})

    def _gateway(self, vpn: bool) -> net.VirtualNetworkGateway:
        place = self._args.place
        keys = ["gateway-1", "gateway-2"] if vpn else ["gateway-1"]
        addresses = {key: public_address(self._name, key, place, self._here).id for key in keys}
        sku = "VpnGw2AZ" if vpn else "ErGw1AZ"
        return net.VirtualNetworkGateway(
            f"{self._name}-gateway",
            virtual_network_gateway_name=names.name("vgw", HUB),
            resource_group_name=place.group,
            location=place.location,
            gateway_type="Vpn" if vpn else "ExpressRoute",
            vpn_type="RouteBased",
            vpn_gateway_generation="Generation2" if vpn else None,
            sku=net.VirtualNetworkGatewaySkuArgs(name=sku, tier=sku),
            active_active=vpn,
            enable_bgp=vpn,
            bgp_settings=net.BgpSettingsArgs(asn=AZURE_ASN) if vpn else None,
            ip_configurations=[
                net.VirtualNetworkGatewayIPConfigurationArgs(
                    name=key,
                    private_ip_allocation_method="Dynamic",
                    subnet=net.SubResourceArgs(id=self._args.subnet),
                    public_ip_address=net.SubResourceArgs(id=address),
                )
                for key, address in addresses.items()
            ],
            tags=place.tags,
            opts=self._here,
        )

    def _tunnel(self) -> None:
        place, settings = self._args.place, self._args.settings
        remote = net.LocalNetworkGateway(
            f"{self._name}-home",
            local_network_gateway_name=names.name("lgw", HOME),
            resource_group_name=place.group,
            location=place.location,
            gateway_ip_address=str(settings.peer),
            local_network_address_space=net.AddressSpaceArgs(address_prefixes=[str(p) for p in self._args.home]),
            bgp_settings=net.BgpSettingsArgs(asn=settings.asn, bgp_peering_address=str(settings.bgp_peer)),
            tags=place.tags,
            opts=self._here,
        )
        net.VirtualNetworkGatewayConnection(
            f"{self._name}-connection",
            virtual_network_gateway_connection_name=names.name("con", HOME),
            resource_group_name=place.group,
            location=place.location,
            connection_type="IPsec",
            connection_protocol="IKEv2",
            enable_bgp=True,
            dpd_timeout_seconds=45,
            shared_key=self._args.shared_key(),
            # Without a policy Azure offers 3DES, SHA1 and DH group 2 as well ("About cryptographic requirements").
            ipsec_policies=[
                net.IpsecPolicyArgs(
                    ike_encryption="GCMAES256",
                    ike_integrity="SHA384",
                    dh_group="ECP384",
                    ipsec_encryption="GCMAES256",
                    ipsec_integrity="GCMAES256",
                    pfs_group="ECP384",
                    sa_life_time_seconds=27_000,
                    sa_data_size_kilobytes=102_400_000,
                )
            ],
            virtual_network_gateway1=net.VirtualNetworkGatewayArgs(id=self.gateway.id),
            local_network_gateway2=net.LocalNetworkGatewayArgs(id=remote.id),
            tags=place.tags,
            opts=self._here,
        )

    def _circuit(self) -> None:
        place, settings = self._args.place, self._args.settings
        circuit = net.ExpressRouteCircuit(
            f"{self._name}-circuit",
            circuit_name=names.name("erc", HOME),
            resource_group_name=place.group,
            location=place.location,
            sku=net.ExpressRouteCircuitSkuArgs(name="Standard_MeteredData", tier="Standard", family="MeteredData"),
            service_provider_properties=net.ExpressRouteCircuitServiceProviderPropertiesArgs(
                service_provider_name=settings.provider,
                peering_location=settings.peering_location,
                bandwidth_in_mbps=settings.mbit,
            ),
            tags=place.tags,
            opts=self._here,
        )
        diagnostics.send(f"{self._name}-circuit", circuit, place.workspace, self._here)
        net.VirtualNetworkGatewayConnection(
            f"{self._name}-connection",
            virtual_network_gateway_connection_name=names.name("con", HOME),
            resource_group_name=place.group,
            location=place.location,
            connection_type="ExpressRoute",
            virtual_network_gateway1=net.VirtualNetworkGatewayArgs(id=self.gateway.id),
            peer=net.SubResourceArgs(id=circuit.id),
            tags=place.tags,
            opts=self._here,
        )
