"""The board while it runs: judges what is sent, keeps it, and tells who looks.

One task writes. What came while it wrote goes into the next transaction together, so thirty crews cost hardly more
waits for the disk than one. Nobody is answered before the line is on the disk; when that fails, the state is read anew
from the file and the sender tries again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from refresh.board.access import Identity
from refresh.board.forecast import Forecaster, Outlook
from refresh.board.plan import Plan
from refresh.board.record import GENESIS, Record
from refresh.board.reports import GateDecided, GateReopened, RefusedError, Report, Sent, allow
from refresh.board.state import State
from refresh.board.store import MovedError, Store

LOG = logging.getLogger("refresh.board")
BOARD: Final = "board"
"""Who writes what nobody said: a gate that nobody answered."""
TICK: Final = 1.0
"""Seconds between looks at the gates, and the least between two tellings."""
FORECAST: Final = 5.0
"""Seconds that a forecast stands at least."""
REST: Final = 10.0
"""How many times as long as it took: a forecast never takes more than a tenth of the machine."""


@dataclass(slots=True)
class _Kept:
    record: Record
    done: asyncio.Future[Record]


class Live:
    """The state, and the only way into the log while the board is up."""

    def __init__(
        self,
        store: Store,
        plan: Plan,
        now: Callable[[], datetime],
        forecaster: Forecaster,
        *,
        rehearsal: bool = False,
    ) -> None:
        self.plan = plan
        self.now = now
        self.rehearsal = rehearsal
        """The pages say that nothing of it is real."""
        self.outlook: Outlook | None = None
        """The newest forecast."""
        self._store = store
        self._forecaster = forecaster
        self._flying: dict[tuple[str, str], _Kept] = {}
        self._batch: list[_Kept] = []
        self._wake = asyncio.Event()
        self._told = asyncio.Condition()
        self._version = 0
        self._read()

    def _read(self) -> None:
        """The state from the file."""
        records = self._store.records()
        self.state = State(self.plan, head=GENESIS).apply(records)
        self._keys = {(record.who, record.key): record for record in records}

    async def submit(self, who: Identity, sent: Sent) -> Record:
        """Keeps a report and gives its record when it is on the disk. The same one again gives the same record.
        Raises RefusedError.
        """
        name, report = (who.key, sent.key), sent.report
        if name in self._flying or name in self._keys:
            known = self._keys.get(name) or await asyncio.shield(self._flying[name].done)
            if (known.kind, known.about, known.body) != (report.kind, report.about, report.body()):
                raise RefusedError(409, "En anden melding er allerede sendt under samme nøgle.")
            return known
        allow(report, who, self.plan)
        _judge(report, self.state, self.now())
        return await self._keep(name, report.kind, report.about, report.body(), sent.waited)

    async def _keep(
        self, name: tuple[str, str], kind: str, about: str, body: dict[str, Any], waited: float = 0
    ) -> Record:
        received = self.now()
        at = received - timedelta(seconds=round(waited))
        who, key = name
        record = Record(self.state.seq + 1, self.state.head, received, at, who, kind, about, body, key)
        self.state.apply([record])
        kept = self._flying[name] = _Kept(record, asyncio.get_running_loop().create_future())
        self._batch.append(kept)
        self._wake.set()
        return await asyncio.shield(kept.done)

    async def run(self) -> None:
        """Writes, watches the gates and forecasts, until it is cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write())
                tasks.create_task(self._watch())
                tasks.create_task(self._forecast())
        finally:
            self._fail()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._batch = self._batch, []
            try:
                await asyncio.to_thread(self._store.append, [kept.record for kept in batch])
            except (sqlite3.Error, MovedError) as error:
                LOG.error("%s reports could not be kept: %r", len(batch), error)  # noqa: TRY400 - no traceback
                self._fail()
                continue
            for kept in batch:
                name = (kept.record.who, kept.record.key)
                self._keys[name] = kept.record
                del self._flying[name]
                kept.done.set_result(kept.record)
            await self._tell()

    def _fail(self) -> None:
        """What rests on a line that was not kept cannot be kept either."""
        failed, self._flying, self._batch = self._flying, {}, []
        self._wake.clear()
        self._read()
        for kept in failed.values():
            kept.done.set_exception(RefusedError(503, "Tavlen kunne ikke gemme meldingen. Den bliver sendt igen."))
            # Nobody may be waiting any more.
            kept.done.exception()

    async def _watch(self) -> None:
        """Writes down by name each gate that nobody answered in time, and finds what another process has added."""
        while True:
            if not self._flying and self._store.last() > self.state.seq:
                self._read()
            for gate in list(self.state.unanswered(self.now())):
                deadline = self.state.gates[gate.id].deadline.isoformat()
                body = {"deadline": deadline, "role": gate.role, "go": False}
                with contextlib.suppress(RefusedError):
                    await self._keep((BOARD, f"{gate.id} {deadline}"), "gate.expired", gate.id, body)
            await asyncio.sleep(TICK)

    async def _forecast(self) -> None:
        """Forecasts anew when something was said, and each minute, for time alone changes it."""
        loop = asyncio.get_running_loop()
        while True:
            seq, begun = self.state.seq, loop.time()
            try:
                self.outlook = await asyncio.to_thread(self._forecaster, self.state.snapshot(), self.now())
            except Exception:  # a forecast that fails takes the board with it in no case
                LOG.exception("there is no forecast")
            await self._tell()
            await asyncio.sleep(max(FORECAST, REST * (loop.time() - begun)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(60), self._told:
                    await self._told.wait_for(lambda seq=seq: self.state.seq != seq)

    async def _tell(self) -> None:
        async with self._told:
            self._version += 1
            self._told.notify_all()

    async def changes(self, quiet: float) -> AsyncGenerator[int]:
        """The number of the last line at once, when something has changed, and after `quiet` seconds without."""
        while True:
            version = self._version
            yield self.state.seq
            await asyncio.sleep(TICK)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(quiet), self._told:
                    await self._told.wait_for(lambda version=version: self._version != version)


def _judge(report: Report, state: State, now: datetime) -> None:
    """What the state refuses: an answer to a gate that has one or whose time is over, an opening in the past."""
    if isinstance(report, GateDecided) and (answer := state.gates[report.about].answer(now)) != "open":
        gate = state.plan.gate[report.about]
        why = (
            f"fristen er udløbet uden svar fra {gate.role}" if answer == "expired" else f"den er besvaret med {answer}"
        )
        raise RefusedError(409, f"{gate.title} kan ikke besvares: {why}. Genåbn den med en begrundelse.")
    if isinstance(report, GateReopened) and report.until <= now:
        raise RefusedError(409, "Den nye frist skal ligge i fremtiden.")
