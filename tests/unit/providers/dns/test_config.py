"""The configuration, and that the key stays out of sight."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from providers.dns.client import Client
from providers.dns.config import parse

KEY = base64.b64encode(bytes(range(32))).decode()
SOUND: dict[str, Any] = {"server": "ns1.example.dk", "keyname": "updater", "key": KEY}


def test_what_is_left_out_has_a_default():
    server, faults = parse(SOUND)
    assert faults == []
    assert server is not None
    assert (server.host, server.port, server.timeout) == ("ns1.example.dk", 53, 10.0)
    assert (server.key.name.to_text(), server.key.algorithm.to_text()) == ("updater.", "hmac-sha256.")
    assert server.key.secret == bytes(range(32))


@pytest.mark.parametrize("port", [5353, 5353.0, "5353"])
def test_numbers_may_come_as_text(port):
    server, _ = parse(SOUND | {"port": port, "timeout": "2.5", "algorithm": "HMAC-SHA512"})
    assert server is not None
    assert (server.port, server.timeout, server.key.algorithm.to_text()) == (5353, 2.5, "hmac-sha512.")


@pytest.mark.parametrize(
    ("different", "path", "sentence"),
    [
        ({"server": None}, "server", "set it with `pulumi config set dns:server`"),
        ({"key": None}, "key", "set it with `pulumi config set --secret dns:key`"),
        ({"server": "a b"}, "server", "is not a name server"),
        ({"server": ""}, "server", "is not a name server"),
        ({"port": 0}, "port", "use 1 to 65535"),
        ({"port": "65536"}, "port", "use 1 to 65535"),
        ({"port": "domain"}, "port", "use 1 to 65535"),
        ({"port": True}, "port", "use 1 to 65535"),
        ({"keyname": "a b"}, "keyname", "is not allowed in a name"),
        ({"algorithm": "hmac-md5"}, "algorithm", "use hmac-sha256, hmac-sha384, hmac-sha512"),
        ({"algorithm": "hmac-sha1"}, "algorithm", "is not allowed"),
        ({"timeout": 0}, "timeout", "use seconds up to 300"),
        ({"timeout": "nan"}, "timeout", "use seconds up to 300"),
        ({"timeout": "inf"}, "timeout", "use seconds up to 300"),
        ({"key": "c2hvcnQ="}, "key", "has 5 bytes, at least 16 are needed"),
        ({"key": "not base64!"}, "key", "is not base64"),
        ({"key": 7}, "key", "has 0 bytes"),
        ({"sever": "x"}, "sever", "unknown configuration; use server, port"),
    ],
)
def test_one_fault(different, path, sentence):
    server, faults = parse(SOUND | different)
    assert server is None
    assert [fault.path for fault in faults] == [path]
    assert sentence in faults[0].reason


def test_what_is_not_known_yet_is_not_judged():
    assert parse({"server": "ns1"}, {"key", "keyname"}) == (None, [])


def test_the_key_is_in_no_text():
    server, _ = parse(SOUND)
    assert server is not None
    assert KEY not in f"{server} {server!r} {Client(server)!r} {vars(Client(server))}"
    for wrong in (KEY[:16], KEY + "!"):
        _, faults = parse(SOUND | {"key": wrong})
        assert wrong[:12] not in repr(faults)
