"""Where an API is, and the paths below that: https, or http to this machine, and nothing that leads elsewhere."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

import httpx

from providers.errors import ProviderError


def one(segment: str) -> str:
    """A name or an id as one segment of a path. Raises ProviderError for what would be another path."""
    if segment in {"", ".", ".."}:
        raise ProviderError(f"{segment!r} names nothing; give a name or an id")
    return quote(segment, safe="")


def on_loopback(address: str) -> bool:
    """Whether an address leads to this machine and no other."""
    host = httpx.URL(address).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_fault(address: str) -> str | None:
    """What is wrong with an API's address, or None: https, or http to this machine, and no secret in it."""
    try:
        url = httpx.URL(address)
        near = on_loopback(address)
    except (httpx.InvalidURL, TypeError, ValueError):
        return "is no address; write https://HOST/PATH"
    if url.userinfo or url.query or url.fragment:
        return "holds more than a host and a path; leave out user, query and fragment"
    if not url.host or url.scheme not in {"http", "https"}:
        return "is no address; write https://HOST/PATH"
    return None if url.scheme == "https" or near else "would send the password in plain text; write https://"
