from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.unit.providers.dns.nameserver import NameServer, program
from tests.unit.providers.dns.relay import Relay


@pytest.fixture(scope="session")
def name_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    if program() is None:
        missing = "named is not installed (Debian: bind9 and bind9-utils), so the DNS provider was not tried on it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    server = NameServer(tmp_path_factory.mktemp("named"))
    yield server
    server.stop()


@pytest.fixture
def named(name_server: NameServer) -> NameServer:
    """A name server that serves, its zones empty."""
    name_server.start()
    name_server.clear()
    return name_server


@pytest.fixture
def relay(named: NameServer) -> Iterator[Relay]:
    """A relay in front of the name server."""
    with Relay(named.port).running() as made:
        yield made
