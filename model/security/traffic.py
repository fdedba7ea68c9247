"""Controls over who reaches whom: segments, databases, what administers machines, and ports of the sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.derive.flows import Port, port
from model.derive.openings import Opening, openings
from model.rules.flows import asked_by_all
from model.security.control import Check, Control, Level, Offence, cis, iso, law

if TYPE_CHECKING:
    from model.platform import Platform

DATABASES = frozenset({1433, 1434, 1521, 3306, 5432})
"""Where databases answer: SQL Server, Oracle, MySQL and PostgreSQL (IANA, Service Name and Port Number Registry)."""

ADMINISTRATION = frozenset({22, 3389, 5985, 5986})
"""What administers a machine: SSH, Remote Desktop, and WinRM (IANA; Microsoft, "Installation and configuration for
Windows Remote Management").
"""

CLEAR_TEXT = frozenset({21, 23, 512, 513, 514})
"""What sends a password as it is typed, by TCP: FTP, telnet, and the r-commands (CIS Controls v8, 4.6)."""

WIDEST = 16_384
"""The most ports that one range may have: those that both ends choose freely, 49152 to 65535 (RFC 6335, section 6)."""

WHERE_PEOPLE_WORK = frozenset({"workplaces", "clients", "staff-wifi", "sites"})
LEAST_TRUSTED = frozenset({"devices", "guests"})


def _of_openings(control: Callable[[Platform, Opening], str | None]) -> Check:
    """A control over every flow, of a function that says what is wrong with one."""

    def check(platform: Platform, _today: date) -> Iterator[Offence]:
        for opening in openings(platform.estate, platform.flows):
            message = control(platform, opening)
            if message is not None:
                yield Offence(opening.section, opening.key, opening.where, message, f"flows.{opening.name}")

    return check


def _any_of(texts: Iterable[str], numbers: frozenset[int]) -> str | None:
    """The first ports that let one of the numbers through by TCP."""
    return next(
        (t for t in texts if (p := port(t)).protocol == "tcp" and any(p.first <= n <= p.last for n in numbers)), None
    )


def _inside(_platform: Platform, opening: Opening) -> str | None:
    zones = sorted(LEAST_TRUSTED.intersection(opening.sources))
    inside = sorted(set(opening.targets) - {"internet", *LEAST_TRUSTED})
    beyond = [text for text in opening.ports if not asked_by_all(port(text))]
    if not (zones and inside and beyond):
        return None
    return (
        f"lets {' and '.join(zones)} reach {', '.join(inside)} on {', '.join(beyond)}; end it, or except it until a day"
    )


def _databases(_platform: Platform, opening: Opening) -> str | None:
    people = sorted(WHERE_PEOPLE_WORK.intersection(opening.sources))
    found = _any_of((text for text in opening.ports if _span(port(text)) < WIDEST), DATABASES)
    if not people or found is None or "internet" in opening.targets:
        return None
    return f"lets {', '.join(people)} ask a database on {found}; let the application's servers alone ask it"


def _administration(platform: Platform, opening: Opening) -> str | None:
    found = _any_of((text for text in opening.ports if _span(port(text)) < WIDEST), ADMINISTRATION)
    if found is None or set(opening.targets) == {"internet"}:
        return None
    allowed = {*platform.settings.runners, *platform.settings.privileged_access}
    others = [name for name in opening.sources if not _stands_for(platform, name) <= allowed]
    if not others:
        return None
    return (
        f"lets {', '.join(others)} administer {', '.join(opening.targets)} on {found}; name the servers of "
        "`privileged_access` or `runners` alone"
    )


def _stands_for(platform: Platform, name: str) -> set[str]:
    """The servers behind an end; an end that is none of ours stands for itself."""
    return {i for i, server in platform.estate.servers.items() if server.system == name} or {name}


def _clear_text(_platform: Platform, opening: Opening) -> str | None:
    found = _any_of((text for text in opening.ports if _span(port(text)) < WIDEST), CLEAR_TEXT)
    return f"sends passwords in the clear on {found}; use SSH, SFTP or HTTPS instead" if found is not None else None


def _wide(_platform: Platform, opening: Opening) -> str | None:
    wide = [text for text in opening.ports if _span(port(text)) > WIDEST]
    return f"opens {', '.join(wide)}, which is nearly everything; name the ports that are used" if wide else None


def _span(parsed: Port) -> int:
    return parsed.last - parsed.first + 1


def _open_ports(platform: Platform, today: date) -> Iterator[Offence]:
    sites: dict[str, list[str]] = defaultdict(list)
    for code, site in platform.places.sites.items():
        if site.port_access == "open" and (site.closed_by is None or site.closed_by < today):
            sites[site.type].append(code)
    for name, codes in sites.items():
        late = [code for code in codes if platform.places.sites[code].closed_by is not None]
        said = "and the day has been" if late else "without a day on which they close"
        count = f"{len(codes)} sites" if codes[1:] else codes[0]
        message = f"ports of {count} are open {said}; set `closed_by`, or `port_access: closed`"
        yield Offence("site_types", name, ("port_access",), message)


CONTROLS = (
    Control(
        id="SEG-01",
        what="Guests and devices reach nothing of ours but an address.",
        why="A sensor or a guest's telephone is nobody's to patch (NIS2-loven, section 6, number 5).",
        owner="network team",
        severity="high",
        level=Level.ENFORCE,
        applies="flows from the zones guests and devices",
        mend="Send them to a service outside, or except the one flow until it ends.",
        references=(*law("NIS2-loven", "section 6, number 5"), *iso("A.8.22"), *cis("12.2", "13.4")),
        check=_of_openings(_inside),
        held_by=("flows.shared", "flows.systems", "exposure.guests"),
    ),
    Control(
        id="SEG-02",
        what="No workplace asks a database.",
        why="Whoever takes over one desk would have the whole database's port, past the application's own rights.",
        owner="system owner",
        severity="high",
        level=Level.ENFORCE,
        applies="flows from where people work",
        mend="Let the application's servers ask the database, or except the flow until the vendor can.",
        references=(*iso("A.8.22", "A.8.3"), *cis("13.4", "3.3")),
        check=_of_openings(_databases),
    ),
    Control(
        id="MGT-01",
        what="What administers a machine is reached from runners and privileged access servers alone.",
        why="With stolen rights one logs on from wherever it is let through, and few doors can be watched (Microsoft, "
        "Enterprise access model).",
        owner="head of IT operations",
        severity="high",
        level=Level.ENFORCE,
        applies="flows with SSH, Remote Desktop or WinRM",
        mend="Name the servers under `privileged_access` in platform.yaml, and the flow's sources after them.",
        references=(*iso("A.8.2", "A.8.22"), *cis("12.8", "13.4")),
        check=_of_openings(_administration),
    ),
    Control(
        id="MGT-02",
        what="Nothing is reached by a protocol that sends passwords in the clear.",
        why="Whoever listens on the way has the password (CIS Controls v8, 4.6).",
        owner="network team",
        severity="high",
        level=Level.ENFORCE,
        applies="flows with FTP, telnet or the r-commands",
        mend="Use SSH, SFTP or HTTPS.",
        references=(*iso("A.8.5", "A.8.20"), *cis("4.6", "3.10")),
        check=_of_openings(_clear_text),
    ),
    Control(
        id="NET-03",
        what="A flow names the ports that are used.",
        why="A rule for nearly all ports is a rule for any (RFC 6335 leaves 16,384 to free choice).",
        owner="network team",
        severity="high",
        level=Level.ENFORCE,
        applies="flows, and rules of Azure's network security groups and firewall",
        mend="Name the ports, or the range that the vendor says.",
        references=(*iso("A.8.20", "A.8.22"), *cis("4.4", "12.2")),
        check=_of_openings(_wide),
        resources=(
            "azure-native:network:FirewallPolicyRuleCollectionGroup",
            "azure-native:network:NetworkSecurityGroup",
        ),
    ),
    Control(
        id="NAC-01",
        what="Each site closes its ports by a day, and has closed them when it comes.",
        why="An open port at a school is a port of the municipality's network for whoever sits down at it.",
        owner="network team",
        severity="medium",
        level=Level.AUDIT,
        applies="sites, by their type",
        mend="Set `closed_by` on the type or the site, and `port_access: closed` when it is done.",
        references=(*iso("A.8.20"), *cis("13.9")),
        check=_open_ports,
    ),
)
