"""Who may come in: links with a token of 256 bits for each crew and role, and the sessions that they open.

A token stands in a link's fragment, which no browser sends; a page exchanges it at once for a session in a cookie. Both
are kept as digests: whoever reads the file cannot come in with it. A random token of this length needs no slow digest.
A link ends on a day or is revoked, and its sessions with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from refresh.board.plan import Plan
from refresh.board.store import connect

Role = Literal["lead", "crew", "data-centre", "service-desk"]
Draw = Callable[[], str]
"""Gives a new secret of 256 bits, in letters that a link may hold."""

SESSIONS: Final = 40
"""Sessions that one link has at most: the oldest ends where one more would be opened."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS links (
    digest TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    issued TEXT NOT NULL,
    expires REAL NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    link TEXT NOT NULL REFERENCES links (digest)
);
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says something: a role or a crew, never a person."""

    key: str
    title: str
    role: Role


def identities(plan: Plan) -> Mapping[str, Identity]:
    """Everybody who gets a link, by key."""
    roles = (
        Identity("lead", "Skifteleder", "lead"),
        Identity("deputy", "Skifteleders stedfortræder", "lead"),
        Identity("data-centre", "Datacenter", "data-centre"),
        Identity("service-desk", "Servicedesk", "service-desk"),
    )
    crews = (Identity(f"crew:{crew.key}", crew.title, "crew") for crew in plan.crews)
    return {one.key: one for one in (*roles, *crews)}


def csrf(session: str) -> str:
    """What a page must send along to change anything: known to whoever could read a page of this session."""
    return hmac.new(session.encode(), b"board: csrf", hashlib.sha256).hexdigest()


class Access:
    """Links and sessions in the board's file. Every question looks at the file, so that a link that is revoked by
    another process is dead at once.
    """

    def __init__(self, folder: Path, draw: Draw) -> None:
        self._db = connect(folder)
        self._db.executescript(_SCHEMA)
        self._draw = draw

    def close(self) -> None:
        self._db.close()

    def issue(self, who: str, expires: datetime, now: datetime) -> str:
        """A new link's token, which is told this once."""
        token = self._draw()
        row = (_digest(token), who, now.isoformat(), expires.timestamp())
        self._db.execute("INSERT INTO links (digest, who, issued, expires) VALUES (?, ?, ?, ?)", row)
        return token

    def linked(self, now: datetime) -> set[str]:
        """Who has a link that opens the board."""
        rows = self._db.execute("SELECT who FROM links WHERE revoked = 0 AND expires > ?", (now.timestamp(),))
        return {who for (who,) in rows}

    def revoke(self, who: str) -> int:
        """Ends every link of one, with its sessions; how many there were."""
        return self._db.execute("UPDATE links SET revoked = 1 WHERE who = ? AND revoked = 0", (who,)).rowcount

    def enter(self, token: str, now: datetime) -> str | None:
        """A new session for a link's token, or nothing for one that is unknown, revoked or outdated."""
        link = _digest(token)
        known = "SELECT 1 FROM links WHERE digest = ? AND revoked = 0 AND expires > ?"
        if self._db.execute(known, (link, now.timestamp())).fetchone() is None:
            return None
        session = self._draw()
        self._db.execute("INSERT INTO sessions (digest, link) VALUES (?, ?)", (_digest(session), link))
        newest = "SELECT number FROM sessions WHERE link = ? ORDER BY number DESC LIMIT ?"
        self._db.execute(f"DELETE FROM sessions WHERE link = ? AND number NOT IN ({newest})", (link, link, SESSIONS))  # noqa: S608 - both are ours
        return session

    def who(self, session: str, now: datetime) -> str | None:
        """The key of the one whose session it is."""
        row = self._db.execute(
            "SELECT who FROM links JOIN sessions ON link = links.digest"
            " WHERE sessions.digest = ? AND revoked = 0 AND expires > ?",
            (_digest(session), now.timestamp()),
        ).fetchone()
        return row[0] if row else None

    def leave(self, session: str) -> None:
        """Ends a session."""
        self._db.execute("DELETE FROM sessions WHERE digest = ?", (_digest(session),))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
