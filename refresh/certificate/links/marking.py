"""How a session's packets are marked at both ends, and what the site's line does with the mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refresh.certificate.estate import Estate, Script
from refresh.certificate.facts import At, Fact, judged
from refresh.certificate.links import pools
from refresh.certificate.links.network import PORT, working
from refresh.certificate.reading.ios import Config, Line, marked, queue_of
from refresh.certificate.reading.tables import Site

EXPEDITED = 46
"""What sound carries (RFC 4594 section 4.1)."""
MOST_PRIORITY = 33
"""More of a line than this in percent lets a priority queue starve the others (Cisco, "Enterprise QoS Solution
Reference Network Design Guide", version 3.3: best practices for low-latency queuing).
"""
HUNDRED = 100


def marking(estate: Estate, site: Site) -> Iterator[Fact]:
    """Each stream of a session has one mark, on the switch and on the machines, and the line's queues know it."""
    switches = estate.switches.get(site.code, ())
    for config in switches:
        yield from _ports(config)
    streams = dict.fromkeys(
        (s.protocol, s.port, s.sound) for p in pools.of_site(estate, site) for s in pools.streams(p)
    )
    computers = any(device.role != pools.THIN for device in working(site))
    for protocol, port, sound in streams:
        text = f"{'Lyd' if sound else 'Session'} på {protocol}/{port}"
        found = _of_script(estate.marks["session"], "Src", protocol, port)
        at = At(estate.marks["session"].file.path)
        if found is None:
            yield judged(f"{text}: sessionsmaskinen mærker", "intet", at, "en politik, der mærker den")
            continue
        dscp, at = found
        wrong = f"DSCP {EXPEDITED}" if sound and dscp != EXPEDITED else "" if dscp else "et mærke"
        yield judged(f"{text}: sessionsmaskinen mærker", f"DSCP {dscp}", at, wrong)
        if computers:
            yield from _workplace(estate, text, protocol, port, dscp)
        for config in switches:
            yield from _switch(config, text, protocol, port, dscp)
    yield from _linked(estate, site)


def _ports(config: Config) -> Iterator[Fact]:
    name = config.file.path.rpartition("/")[2].removesuffix(".cfg")
    ports = [line for line in config.find("interface ") if (line.value("description ") or "").startswith(PORT)]
    bare = [port for port in ports if _policy(port) is None]
    for port in bare:
        text = f"{name}: {port.text.removeprefix('interface ')} mærker"
        yield judged(text, "intet", config.at(port), "service-policy input på porten")
    if not bare and ports:
        at = config.at(next(ports[0].find("service-policy input ")))
        yield judged(f"{name}: klientporte, der mærker", str(len(ports)), at, "")


def _policy(port: Line) -> str | None:
    return port.value("service-policy input ")


def _of_script(script: Script, side: str, protocol: str, port: int) -> tuple[int, At] | None:
    for policy in script.data["policies"]:
        same = policy["side"] == side and policy["protocol"].lower() == protocol
        if same and policy["first"] <= port <= policy["last"]:
            start = script.file.text.find(f'"name": "{policy["name"]}"')
            return int(policy["dscp"]), script.file.at('"dscp"', start)
    return None


def _workplace(estate: Estate, text: str, protocol: str, port: int, dscp: int) -> Iterator[Fact]:
    script = estate.marks["workplace"]
    found = _of_script(script, "Dst", protocol, port)
    value, at = (f"DSCP {found[0]}", found[1]) if found else ("intet", At(script.file.path))
    wrong = "" if found and found[0] == dscp else f"DSCP {dscp}, som sessionsmaskinen"
    yield judged(f"{text}: arbejdspladsen mærker", value, at, wrong)


def _switch(config: Config, text: str, protocol: str, port: int, dscp: int) -> Iterator[Fact]:
    name = config.file.path.rpartition("/")[2].removesuffix(".cfg")
    ports = [line for line in config.find("interface ") if (line.value("description ") or "").startswith(PORT)]
    for policy in sorted({policy for each in ports if (policy := _policy(each)) is not None}):
        mark = marked(config, policy, protocol, port)
        value = f"DSCP {mark.dscp}" if mark else "intet"
        wrong = "" if mark and mark.dscp == dscp else f"DSCP {dscp}, som sessionsmaskinen"
        at = mark.at if mark else config.at(config.block(f"policy-map {policy}"))
        yield judged(f"{text}: {name} mærker", value, at, wrong)
    for _, shaper in _uplinks(config):
        queues = _below(shaper)
        if queues:
            found = queue_of(config, queues, dscp)
            at = config.at(found or config.block(f"policy-map {queues}"))
            value = found.text.removeprefix("class ") if found else "ingen egen kø"
            yield judged(f"{text}: køen på linjen", value, at, "" if found else f"en kø til DSCP {dscp}")


def _linked(estate: Estate, site: Site) -> Iterator[Fact]:
    """The group policy of the session machines is linked above the unit that the pool's machines are in."""
    script = estate.marks["session"]
    links = [str(link) for link in script.data["links"]]
    for pool in pools.of_site(estate, site):
        if pool.unit:
            above = [link for link in links if pool.unit.lower().endswith(link.lower())]
            at = script.file.at(above[0]) if above else script.file.at('"links"')
            wrong = "" if above else f"linket til en enhed over {pool.unit}"
            yield judged(f"Mærkerne gælder {pool.name}", ", ".join(above or links) or "ingen enhed", at, wrong)


def _uplinks(config: Config) -> Iterator[tuple[Line, Line]]:
    """Routed ports with a shaping policy: the port, and the policy map."""
    for port in config.find("interface "):
        name = port.value("service-policy output ")
        block = config.block(f"policy-map {name}") if name else None
        default = next(block.find("class class-default"), None) if block is not None else None
        if block is not None and port.has("no switchport") and default is not None and default.value("shape average "):
            yield port, block


def _below(shaper: Line) -> str | None:
    default = next(shaper.find("class class-default"), None)
    return default.value("service-policy ") if default is not None else None


def line(estate: Estate, site: Site) -> Iterator[Fact]:
    """The line is shaped to what it is, its queues add up, and what people ask of it at the busiest time fits."""
    bought = estate.lines.get(site.code)
    if bought is None:
        yield judged("Linjen i rapporten", "intet", At(estate.report.path), f"{site.code} med sin linje")
        return
    asked = f"{bought.asked} af {bought.usable} kbit/s"
    wrong = "" if bought.asked <= bought.usable <= bought.kbps else "plads til det travleste kvarter"
    yield judged("Der bedes om på det travleste", asked, bought.at, wrong)
    shaped = [(config, *uplink) for config in estate.switches.get(site.code, ()) for uplink in _uplinks(config)]
    if not shaped:
        at = At(f"switches/{site.code}")
        yield judged("Linjen har en port, der former trafikken", "ingen", at, "service-policy output med shape average")
    main = 0
    for config, _, shaper in shaped:
        default = next(shaper.find("class class-default"))
        rate = next(default.find("shape average "))
        value = rate.text.removeprefix("shape average ")
        reserve = bool(bought.reserve) and value == str(bought.reserve * 1000)
        kbps = bought.reserve if reserve else bought.kbps
        wrong = "" if value == str(kbps * 1000) else f"{kbps * 1000}, linjens hastighed"
        text = "Trafikken på reservelinjen formes til" if reserve else "Trafikken formes til"
        yield judged(text, f"{value} bit/s", config.at(rate), wrong)
        yield from _queues(config, shaper, kbps, bought.voice)
        main += not reserve
    if shaped and not main:
        yield judged("Linjen selv formes", "kun reservelinjen", bought.at, f"{bought.kbps * 1000} bit/s")


def _queues(config: Config, shaper: Line, kbps: int, voice: int) -> Iterator[Fact]:
    name = _below(shaper)
    block = config.block(f"policy-map {name}") if name else None
    if block is None:
        yield judged("Køer på linjen", name or "ingen", config.at(shaper), "en policy-map med køer")
        return
    parts = [(part, re.search(r"percent (\d+)", part.text)) for each in block.under for part in each.under]
    rest = sum(int(found[1]) for part, found in parts if found and part.text.startswith("bandwidth remaining"))
    first = [(part, int(found[1])) for part, found in parts if found and part.text.startswith("priority")]
    wrong = "" if rest == HUNDRED else f"{HUNDRED} %"
    yield judged("Køerne deler resten", f"{rest} %", config.at(block), wrong)
    percent = sum(value for _, value in first)
    at = config.at(first[0][0] if first else block)
    wrong = "" if 0 < percent <= MOST_PRIORITY else f"1 til {MOST_PRIORITY} %"
    yield judged("Lyd går forrest med", f"{percent} %", at, wrong)
    room = kbps * percent // HUNDRED
    wrong = "" if voice <= room else f"plads til {voice} kbit/s"
    yield judged("Samtaler på det travleste", f"{voice} af {room} kbit/s", at, wrong)
