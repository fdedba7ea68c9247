"""Reads and changes record sets on a primary name server: RFC 2136 updates and queries, signed with TSIG, over TCP.

Every change is one message with prerequisites that hold what we believe, so that it happens whole or not at all and
never on top of somebody else's change. An answer can get lost after the change was made. So a refused prerequisite is
no error as long as the server already holds what was asked for, and every operation can be repeated.

Queries go to the same server over TCP without recursion: no cache and no stale secondary answers. A wildcard answers
for names that do not exist, so an answer counts only when a prerequisite confirms that the record set itself is there.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, NoReturn

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.update
from dns.rcode import Rcode
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.update import UpdateMessage

from providers.dns.config import Server
from providers.dns.rrset import SHAPES, Owner, RRset

PAUSES: Final = (0.5, 1.0, 2.0)
"""Seconds between tries when a server does not answer or fails: one try more than there are pauses."""

_UNMET: Final = (Rcode.YXDOMAIN, Rcode.YXRRSET, Rcode.NXDOMAIN, Rcode.NXRRSET)
_TSIG: Final[dict[type[dns.exception.DNSException], str]] = {
    dns.tsig.PeerBadKey: "does not know the TSIG key {key} (BADKEY); compare its name and algorithm with the server's",
    dns.tsig.PeerBadSignature: "rejects the signature of the TSIG key {key} (BADSIG); set the key's secret again",
    dns.tsig.PeerBadTime: "has another time than this machine, by 300 seconds or more (BADTIME); check NTP on both",
    dns.tsig.PeerBadTruncation: "wants a longer signature (BADTRUNC); compare the algorithm with the server's",
    dns.tsig.BadTime: "answered with another time than this machine's, by 300 seconds or more; check NTP on both",
    dns.tsig.BadSignature: "answered with a signature that is not of the TSIG key {key}; look for what is in between",
}


class DnsError(Exception):
    """What went wrong and what to do, in words for the person who runs Pulumi."""


class Client:
    """Operations on one name server. All raise DnsError, and leave the server unchanged when they say so."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cancelled = asyncio.Event()

    def cancel(self) -> None:
        """Lets the operations that run end at the next failure instead of trying again."""
        self._cancelled.set()

    async def read(self, owner: Owner) -> RRset | None:
        """The record set as the server has it, None if it does not exist."""
        answer = await self._query(owner, owner.type)
        found = answer.get_rrset(answer.answer, owner.name, IN, owner.type)
        if found is None:
            return None
        probe = self._update(owner)
        probe.present(owner.name, owner.type)
        exists = await self._send(probe, owner) is Rcode.NOERROR
        return RRset.found(owner, found) if exists else None

    async def create(self, wanted: RRset) -> None:
        """Adds a record set where none is. One that is there already and equal in everything is taken as it is."""
        owner = wanted.owner
        message = self._update(owner)
        # A server answers NOERROR and does nothing when a CNAME would stand beside other records (RFC 2136
        # section 3.4.2.2): only prerequisites tell.
        if owner.type is RdataType.CNAME:
            message.absent(owner.name)
        else:
            message.absent(owner.name, owner.type)
            message.absent(owner.name, RdataType.CNAME)
        message.add(owner.name, wanted.rdataset(wanted.ttl))
        if await self._send(message, owner) is Rcode.NOERROR or await self.read(owner) == wanted:
            return
        held = await self._held(owner)
        raise DnsError(
            f"{owner} can not be created, for the server already has {held} at that name. If it is to be managed here, "
            f"import it as {owner.id!r}; add an alias, if this stack had it under another resource name, or remove "
            "it first. Nothing was changed."
        )

    async def update(self, before: RRset, after: RRset) -> None:
        """Puts one record set in the other's place, at once. `before` must be what the server has, but for its TTL."""
        owner = after.owner
        message = self._update(owner)
        message.present(owner.name, before.rdataset(0))
        message.replace(owner.name, after.rdataset(after.ttl))
        if await self._send(message, owner) is Rcode.NOERROR:
            return
        held = await self.read(owner)
        if held != after:
            self._drifted(before, held)

    async def delete(self, before: RRset) -> None:
        """Removes a record set, which must be what the server has, but for its TTL. One that is gone is no error."""
        owner = before.owner
        message = self._update(owner)
        message.present(owner.name, before.rdataset(0))
        message.delete(owner.name, owner.type)
        if await self._send(message, owner) is Rcode.NOERROR:
            return
        held = await self.read(owner)
        if held is not None:
            self._drifted(before, held)

    def _drifted(self, before: RRset, held: RRset | None) -> NoReturn:
        raise DnsError(
            f"{before.owner} is no longer as this stack left it: the server has {held or 'nothing'}, the stack "
            f"{before}. Run `pulumi refresh`, look at the difference, then run again. Nothing was changed."
        )

    async def _held(self, owner: Owner) -> str:
        """Everything at a name, in words."""
        answer = await self._query(owner, RdataType.ANY)
        sets = [found for found in answer.answer if found.name == owner.name and found.rdtype.name in SHAPES]
        words = [str(RRset.found(Owner(owner.zone, owner.name, found.rdtype), found)) for found in sets]
        return " and ".join(sorted(words)) or "other records"

    def _update(self, owner: Owner) -> UpdateMessage:
        message = UpdateMessage(owner.zone)
        message.use_tsig(self._server.key)
        return message

    async def _query(self, owner: Owner, kind: RdataType) -> dns.message.Message:
        message = dns.message.make_query(owner.name, kind, flags=0)
        message.use_tsig(self._server.key)
        answer = await self._exchange(message, owner)
        if answer.rcode() not in (Rcode.NOERROR, Rcode.NXDOMAIN):
            self._refused(answer.rcode(), owner)
        if not answer.flags & dns.flags.AA:
            raise DnsError(
                f"Name server {self._server} is not authoritative for {owner.name}: it does not serve the zone "
                f"{owner.zone}, or has given a part of it away. Name the zone and the server that hold the name."
            )
        return answer

    async def _send(self, message: UpdateMessage, owner: Owner) -> Rcode:
        """Sends an update: NOERROR, or the code of a prerequisite that does not hold."""
        rcode = (await self._exchange(message, owner)).rcode()
        if rcode is not Rcode.NOERROR and rcode not in _UNMET:
            self._refused(rcode, owner)
        return rcode

    def _refused(self, rcode: Rcode, owner: Owner) -> NoReturn:
        meaning = {
            Rcode.REFUSED: f"refuses access to {owner} with the TSIG key {self._key} (REFUSED); allow the key in the "
            "zone's update-policy or allow-update and in allow-query, and name the primary, not a secondary",
            Rcode.NOTAUTH: f"is not authoritative for the zone {owner.zone} (NOTAUTH); give the zone as the server has "
            "it, and its primary as the server",
            Rcode.NOTZONE: f"says that {owner.name} is not in the zone {owner.zone} (NOTZONE); give the one it is in",
            Rcode.NOTIMP: "does not take dynamic updates (NOTIMP); give the zone's primary as the server",
            Rcode.FORMERR: f"does not understand the message about {owner} (FORMERR); look into its log",
        }.get(rcode, f"answers {dns.rcode.to_text(rcode)} about {owner}; look into its log")
        raise DnsError(f"Name server {self._server} {meaning}. Nothing was changed.")

    @property
    def _key(self) -> str:
        return repr(self._server.key.name.to_text())

    async def _exchange(self, message: dns.message.Message, owner: Owner) -> dns.message.Message:
        """Sends a message until there is an answer other than SERVFAIL, a few times at most."""
        failure = ""
        for pause in (*PAUSES, None):
            try:
                answer = self._verified(message, await self._ask(message))
            except (OSError, EOFError) as error:
                failure = _reason(error, self._server.timeout)
            else:
                if answer.rcode() is not Rcode.SERVFAIL:
                    return answer
                failure = f"SERVFAIL for {owner}: the server's log may say why"
            if pause is None or await self._cancelled_within(pause):
                break
        doubt = (
            "Whether the change was made is not known: the next `pulumi up` finds out and goes on from there"
            if message.opcode() is dns.opcode.UPDATE
            else "Run again when it answers"
        )
        raise DnsError(f"Name server {self._server} gives no answer ({failure}). {doubt}.")

    async def _ask(self, message: dns.message.Message) -> bytes:
        """One exchange over a connection of its own."""
        async with asyncio.timeout(self._server.timeout):
            reader, writer = await asyncio.open_connection(self._server.host, self._server.port)
            try:
                wire = message.to_wire()
                writer.write(len(wire).to_bytes(2) + wire)
                return await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
            finally:
                writer.close()

    def _verified(self, message: dns.message.Message, wire: bytes) -> dns.message.Message:
        """The answer in `wire`, signed with our key; an error may be unsigned, for it makes us do nothing."""
        try:
            answer = dns.message.from_wire(wire, keyring=False)
            if answer.had_tsig:
                answer = dns.message.from_wire(wire, keyring=message.keyring, request_mac=message.mac or b"")
        except tuple(_TSIG) as error:
            meaning = _TSIG[type(error)].format(key=self._key)
            raise DnsError(f"Name server {self._server} {meaning}.") from None
        except dns.exception.DNSException:
            answer = None
        if answer is None or not message.is_response(answer):
            raise DnsError(f"What answers at {self._server} is no name server; compare host and port with the zone's.")
        if not answer.had_tsig and answer.rcode() in (Rcode.NOERROR, Rcode.NXDOMAIN, *_UNMET):
            raise DnsError(
                f"Name server {self._server} answers without a signature of the TSIG key {self._key}: it is not the "
                "server that it should be, or something in between takes the signature off."
            )
        return answer

    async def _cancelled_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._cancelled.wait(), seconds)
        return self._cancelled.is_set()


def _reason(error: OSError | EOFError, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"none within {timeout:g} s"
    if isinstance(error, EOFError):
        return "it closed the connection"
    return error.strerror or str(error)
