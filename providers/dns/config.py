"""The provider's configuration: which name server, and the TSIG key that signs every message to it.

The key's secret is never part of a message: whatever is wrong with it is said without it, and no object that has it
shows it. Left out: GSS-TSIG, which Windows DNS demands, and unsigned updates.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import dns.name
import dns.tsig

from providers.dns.rrset import BadValueError, Fault, zone_name

ALGORITHMS: Final = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
"""Of RFC 8945 section 6 those that are neither weak nor truncated."""

PORT: Final = 53
TIMEOUT: Final = 10.0
MAX_TIMEOUT: Final = 300.0
KEY_BYTES: Final = 16
"""A shorter secret is guessed more easily than 128 bits."""

_KEYS: Final = ("server", "port", "keyname", "key", "algorithm", "timeout")
_ENGINE_KEYS: Final = ("version", "pluginDownloadURL", "pluginChecksums")
_SECRET: Final = {"key": " --secret"}


@dataclass(frozen=True, kw_only=True)
class Server:
    """A primary name server; `timeout` is in seconds, for one exchange of messages."""

    host: str
    port: int
    key: dns.tsig.Key = field(repr=False)
    timeout: float

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"


def stand_in(address: str) -> dict[str, str]:
    """The configuration that `tsig://KEYNAME:SECRET@HOST:PORT` stands for, the secret in base64."""
    parts = urlsplit(address)
    given = {"server": parts.hostname, "port": parts.port, "keyname": parts.username, "key": parts.password}
    return {key: str(value) for key, value in given.items() if value is not None}


def parse(given: Mapping[str, Any], unknown: Set[str] = frozenset()) -> tuple[Server | None, list[Fault]]:
    """The server, unless there are faults or values that are not known yet; and all faults.

    Numbers may come as text: that is what `pulumi config set` makes of them.
    """
    faults = [
        Fault(key, f"unknown configuration; use {', '.join(_KEYS)}")
        for key in given
        if key not in (*_KEYS, *_ENGINE_KEYS)
    ]

    def take(key: str, read: Callable[[Any], Any], default: Any = None) -> Any:
        value = given.get(key)
        if key in unknown:
            return None
        if value is None:
            if default is None:
                faults.append(Fault(key, f"missing; set it with `pulumi config set{_SECRET.get(key, '')} dns:{key}`"))
            return default
        try:
            return read(value)
        except BadValueError as error:
            faults.append(Fault(key, str(error)))
            return None

    host = take("server", _host)
    port = take("port", _port, PORT)
    keyname = take("keyname", zone_name)
    secret = take("key", _secret)
    algorithm = take("algorithm", _algorithm, ALGORITHMS[0])
    timeout = take("timeout", _timeout, TIMEOUT)
    if faults or unknown:
        return None, faults
    return Server(host=host, port=port, key=dns.tsig.Key(keyname, secret, algorithm), timeout=timeout), faults


def _host(value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or " " in value:
        raise BadValueError(f"{value!r} is not a name server; use a host name or an address")
    return value


def _port(value: object) -> int:
    number = _number(value)
    if number is None or not number.is_integer() or not 1 <= number <= 65535:
        raise BadValueError(f"{value!r} is not a port; use 1 to 65535")
    return int(number)


def _timeout(value: object) -> float:
    number = _number(value)
    if number is None or not 0 < number <= MAX_TIMEOUT:
        raise BadValueError(f"{value!r} is not a timeout; use seconds up to {MAX_TIMEOUT:g}")
    return number


def _algorithm(value: object) -> dns.name.Name:
    if not isinstance(value, str) or value.lower().removesuffix(".") not in ALGORITHMS:
        raise BadValueError(f"{value!r} is not allowed; use {', '.join(ALGORITHMS)}")
    return dns.name.from_text(value.lower())


def _secret(value: object) -> bytes:
    try:
        secret = base64.b64decode(value if isinstance(value, str) else "", validate=True)
    except binascii.Error:
        raise BadValueError("is not base64; take the secret as `tsig-keygen` prints it, without its quotes") from None
    if len(secret) < KEY_BYTES:
        raise BadValueError(f"has {len(secret)} bytes, at least {KEY_BYTES} are needed; make one with `tsig-keygen`")
    return secret


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
