"""Typed Pulumi resources of the DNS provider.

A program names the provider's folder in its Pulumi.yaml:

    plugins:
      providers:
        - name: dns
          path: ./providers/dns
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

RecordType = Literal["A", "AAAA", "CAA", "CNAME", "MX", "PTR", "SRV", "SSHFP", "TLSA", "TXT"]
Algorithm = Literal["hmac-sha256", "hmac-sha384", "hmac-sha512"]


@dataclass(frozen=True, kw_only=True)
class RecordArgs:
    """A record set: all values of one type at one name."""

    zone: pulumi.Input[str]
    """The zone as its primary has it, such as `alias.example.dk`."""

    name: pulumi.Input[str]
    """Relative to the zone (`sbsys`), absolute with a final dot (`sbsys.alias.example.dk.`), or `@` for the zone."""

    type: pulumi.Input[RecordType]
    """Whoever changes zone, name or type gets another record: the resource is replaced."""

    ttl: pulumi.Input[int]
    """Seconds, 0 to 2147483647. What a cache holds for this long follows a cutover this much later."""

    rdatas: pulumi.Input[Sequence[pulumi.Input[str]]]
    """The values as in a zone file, names in full with a final dot. TXT without quotes is taken as it stands."""


class Record(pulumi.CustomResource):
    """A record set on the provider's name server. Its id is `zone/name/type`, and so it is imported.

    Outputs are canonical: `zone` absolute, `name` relative to it, names in lower case, `rdatas` sorted.
    """

    zone: pulumi.Output[str]
    name: pulumi.Output[str]
    type: pulumi.Output[str]
    ttl: pulumi.Output[int]
    rdatas: pulumi.Output[Sequence[str]]

    fqdn: pulumi.Output[str]
    """The absolute name, with a final dot."""

    def __init__(self, resource_name: str, args: RecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("dns:index:Record", resource_name, {**vars(args), "fqdn": None}, opts)


@dataclass(frozen=True, kw_only=True)
class ProviderArgs:
    """A primary name server and the TSIG key that it lets update; in stack configuration `dns:server` and so on."""

    server: pulumi.Input[str]
    """Host name or address of the zones' primary."""

    keyname: pulumi.Input[str]
    """The key's name, exactly as on the server."""

    key: pulumi.Input[str]
    """The key's secret in base64, at least 16 bytes. Always kept as a secret."""

    port: pulumi.Input[int] | None = None
    """53 unless given."""

    algorithm: pulumi.Input[Algorithm] | None = None
    """`hmac-sha256` unless given."""

    timeout: pulumi.Input[float] | None = None
    """Seconds that one exchange with the server may take; 10 unless given, at most 300."""


class Provider(pulumi.ProviderResource):
    """The provider for one name server, where stack configuration alone will not do."""

    def __init__(self, resource_name: str, args: ProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props: dict[str, Any] = {**vars(args), "key": pulumi.Output.secret(args.key)}
        given = {key: value for key, value in props.items() if value is not None}
        super().__init__("dns", resource_name, given, opts)
