"""The contexts of a log server's and a sender's configuration, of the rule that ages files, and of the playbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.logs import kept_days, senders, sinks
from model.derive.vcenter import SYSLOG_TLS, log_targets
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.types.instances import Instance


@dataclass(frozen=True, slots=True)
class Sink:
    """A log server. `port` is that of TLS."""

    port: int


@dataclass(frozen=True, slots=True)
class Sender:
    """A server that sends to each of `targets`, and on to the disk while none answers."""

    targets: list[str]
    port: int


@dataclass(frozen=True, slots=True)
class Aging:
    """For how many days a file is kept."""

    days: int


@dataclass(frozen=True, slots=True)
class Host:
    """A server of the inventory."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """The inventory."""

    sinks: list[Host]
    senders: list[Host]


@dataclass(frozen=True, slots=True)
class Playbook:
    """The playbook, which is the same for all."""


def files(platform: Platform) -> Iterator[File]:
    """Both configurations, and how they get there; nothing where no log server is ours."""
    own = sinks(platform)
    if not own:
        return
    yield File("sink.conf", "sink.conf.j2", Sink(SYSLOG_TLS))
    yield File("tmpfiles.conf", "tmpfiles.conf.j2", Aging(kept_days(platform)))
    yield File("sender.conf", "sender.conf.j2", Sender(list(log_targets(platform)), SYSLOG_TLS))
    yield File("hosts.yml", "hosts.yml.j2", Hosts([*map(_host, own)], [*map(_host, senders(platform))]))
    yield File("log.yml", "log.yml.j2", Playbook())


def _host(instance: Instance) -> Host:
    return Host(instance.logical_name, str(instance.address or instance.fqdn))
