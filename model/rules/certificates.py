"""Rules over certificates: each name that is reached over TLS has one, and none ends when nobody has time for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from model.derive.certificates import asked_by_tls, borne, least
from model.derive.vcenter import log_targets
from model.faults import Fault, nearest
from model.rules.rule import DayRule, Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

NOTICE = timedelta(days=30)
"""How long before its end a certificate must have been renewed: what monitoring warns of, too."""


def named(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A certificate bears names, its stable names are there, and no name is on two."""
    there = {label for system in platform.estate.systems.values() for label in system.aliases}
    seen: dict[str, str] = {}
    for one in borne(platform):
        fault = written.sources["certificates", one.key].fault
        if not one.names:
            yield fault((), "CERTIFICATE", "bears no name; write its `aliases` or `names`")
        for index, label in enumerate(one.certificate.aliases):
            if label not in there:
                message = f"no stable name {label}; {nearest(label, there)}"
                yield fault(("aliases", index), "CERTIFICATE", message)
        for name in one.names:
            first = seen.setdefault(name, one.key)
            if first != one.key:
                message = f"{name} is on {first} too; take it out of `aliases` or `names` of one of them"
                yield fault((), "CERTIFICATE", message)


def covered(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where certificates are written down, each stable name that is reached over TLS is on one."""
    if not platform.certificates.certificates:
        return
    have = {label for c in platform.certificates.certificates.values() for label in c.aliases}
    for label, code in sorted(asked_by_tls(platform).items()):
        if label not in have:
            message = f"{label} is reached over TLS and no certificate bears it; add it to `aliases` of one"
            yield written.sources["systems", code].fault(("aliases", label), "CERTIFICATE", message)


def log_servers(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where certificates are written down, each log server that takes logs over TLS is on one."""
    if not platform.certificates.certificates:
        return
    named_so = {name for one in borne(platform) for name in one.names}
    for name in log_targets(platform):
        if name not in named_so and not name.replace(".", "").isdigit():
            message = f"{name} takes logs over TLS and no certificate bears it; add it to `names` of one"
            yield written.sources["file", "networks.yaml"].fault(("services", "log"), "CERTIFICATE", message)


def issuers(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A CA of the municipality outlives each generation that serves until a day, and nothing outlives its issuer."""
    until = [g.serves_until for g in platform.refresh.generations.values() if g.serves_until is not None]
    for key, issuer in platform.certificates.issuers.items():
        fault = written.sources["issuers", key].fault
        if issuer.kind == "internal" and issuer.ends is None:
            yield fault((), "CERTIFICATE", "nothing says when its own certificate ends; set `ends`")
        if issuer.kind == "internal" and issuer.ends is not None and until and issuer.ends < max(until):
            message = f"ends on {issuer.ends}, and we serve until {max(until)}; set `ends` when it is renewed"
            yield fault(("ends",), "CERTIFICATE", message)
    for key, certificate in platform.certificates.certificates.items():
        issuer = platform.certificates.issuers.get(certificate.issuer)
        if issuer is not None and issuer.ends is not None and certificate.ends > issuer.ends:
            message = f"ends on {certificate.ends}, after its issuer on {issuer.ends}; set `ends` as it is"
            yield written.sources["certificates", key].fault(("ends",), "CERTIFICATE", message)


def after_cutover(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No certificate ends before the cutover, nor in the 90 days after it."""
    enough = least(platform)
    if enough is None:
        return
    for key, certificate in platform.certificates.certificates.items():
        if certificate.ends < enough:
            message = (
                f"ends on {certificate.ends}, before {enough}, 90 days after the cutover; set `ends` when it is renewed"
            )
            yield written.sources["certificates", key].fault(("ends",), "CERTIFICATE-ENDS", message)


def ending(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """A certificate is renewed 30 days before it ends."""
    for key, certificate in platform.certificates.certificates.items():
        if certificate.ends < today + NOTICE:
            message = f"ends on {certificate.ends}; set `ends` when it is renewed"
            yield written.sources["certificates", key].fault(("ends",), "CERTIFICATE-ENDS", message)


RULES = (
    Rule(
        "certificates.named",
        "A client looks for the name that it asked for among the alternative names and nowhere else (RFC 9525, "
        "section 6.3).",
        ("CERTIFICATE",),
        named,
    ),
    Rule(
        "certificates.covered",
        "After the cutover everybody asks for the stable name: a certificate that bears the machine's name alone is "
        "refused on Monday morning.",
        ("CERTIFICATE",),
        covered,
    ),
    Rule(
        "certificates.issuers",
        "When the issuer's own certificate ends, all that it issued does (RFC 5280, section 6.1).",
        ("CERTIFICATE",),
        issuers,
    ),
    Rule(
        "certificates.after_cutover",
        "In the weeks after a cutover nobody can tell a certificate that ended from what was changed.",
        ("CERTIFICATE-ENDS",),
        after_cutover,
        Severity.CHECKED,
    ),
    Rule(
        "certificates.log_servers",
        "A sender asks for the name and sends nothing to whom it does not know (RFC 5425, section 5.2).",
        ("CERTIFICATE",),
        log_servers,
        Severity.CHECKED,
    ),
)

DAY_RULES = (
    DayRule(
        "certificates.ending",
        "What has ended is refused at once by everybody.",
        ("CERTIFICATE-ENDS",),
        ending,
    ),
)
