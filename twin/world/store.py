"""The twin's world: what exists, kept in one SQLite file.

An operation of the engine is one transaction, so a twin that is killed leaves either all or nothing of it. The
file is in WAL mode with `synchronous=OFF`: an answered operation survives the death of the process, which is
what rehearsals need, but not a power cut. Commands (`change`, `seed`, `reset`) write to the same file while
the twin runs; nothing is cached in memory, so neither has to know of the other.

Secrets are never stored: a salted digest stands in for them, enough to see that one has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from twin.engine.wire import Properties, Secret

SEALED: Final = "$sealed"
"""Key of the map that stands in for a secret."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    properties TEXT NOT NULL,
    facts TEXT NOT NULL,
    given INTEGER NOT NULL,
    UNIQUE (type, id)
);
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (type, name COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS claims (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES objects (seq) ON DELETE CASCADE,
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_by_owner ON claims (owner);
CREATE TABLE IF NOT EXISTS uses (
    resource TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES objects (seq) ON DELETE CASCADE,
    amount INTEGER NOT NULL,
    PRIMARY KEY (resource, owner)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_by_owner ON uses (owner);
CREATE TABLE IF NOT EXISTS links (
    source INTEGER NOT NULL REFERENCES objects (seq) ON DELETE CASCADE,
    target INTEGER NOT NULL REFERENCES objects (seq) ON DELETE CASCADE,
    PRIMARY KEY (target, source)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_source ON links (source);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(slots=True)
class Object:
    """Something that exists.

    `properties` are in the SDK's terms, inputs and outputs together, secrets sealed. `facts` are what the platform
    knows and the SDK does not say (a host's memory, that a machine is a template). `given` means that it was
    planted, not created by a stack.
    """

    type: str
    id: str
    name: str
    properties: Properties
    facts: Properties = field(default_factory=dict[str, Any])
    given: bool = False
    seq: int = 0


class World:
    """The world in one file; opening it creates what is missing. Use from one thread, inside `transaction`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, cached_statements=256)
        path.chmod(0o600)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;")
        self._db.executescript(_SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_hex(16),))
        self._salt = bytes.fromhex(cast(str, self.meta("salt")))

    def close(self) -> None:
        self._db.close()

    @contextlib.contextmanager
    def transaction(self, *, keep: bool = True) -> Generator[None]:
        """All or nothing; with `keep=False` nothing, for a look at what would happen."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT" if keep else "ROLLBACK")

    def add(self, item: Object) -> Object:
        """Stores a new object and numbers it."""
        cursor = self._db.execute(
            "INSERT INTO objects (type, id, name, properties, facts, given) VALUES (?, ?, ?, ?, ?, ?)",
            (item.type, item.id, item.name, self._dump(item.properties), self._dump(item.facts), item.given),
        )
        item.seq = cast(int, cursor.lastrowid)
        return item

    def save(self, item: Object) -> None:
        """Stores what has changed of an object."""
        self._db.execute(
            "UPDATE objects SET id = ?, name = ?, properties = ?, facts = ?, given = ? WHERE seq = ?",
            (
                item.id,
                item.name,
                self._dump(item.properties),
                self._dump(item.facts),
                item.given,
                item.seq,
            ),
        )

    def remove(self, item: Object) -> None:
        """Removes an object with its claims, uses and links."""
        self._db.execute("DELETE FROM objects WHERE seq = ?", (item.seq,))

    def get(self, types: str | Sequence[str], id_: str) -> Object | None:
        """The object of one of these types with this id."""
        for type_ in [types] if isinstance(types, str) else types:
            found = self._one("type = ? AND id = ?", (type_, id_))
            if found:
                return found
        return None

    def named(self, type_: str, name: str) -> list[Object]:
        """Objects of a type by name, in any letter case, oldest first."""
        return self._many("type = ? AND name = ? COLLATE NOCASE", (type_, name))

    def all(self, type_: str | None = None) -> list[Object]:
        """Objects of a type, or all, oldest first."""
        return self._many("type = ?", (type_,)) if type_ else self._many("1", ())

    def count(self) -> list[tuple[str, bool, int]]:
        """Type, whether given, and how many."""
        rows = self._db.execute("SELECT type, given, count(*) FROM objects GROUP BY type, given ORDER BY type, given")
        return [(type_, bool(given), number) for type_, given, number in rows]

    def claim(self, scope: str, key: str, owner: Object) -> Object | None:
        """Claims a key that is unique in its scope; the object that holds it already, or None if the claim stands."""
        holder = self.holder(scope, key)
        if holder is None:
            self._db.execute("INSERT INTO claims VALUES (?, ?, ?)", (scope, key, owner.seq))
        return None if holder is None or holder.seq == owner.seq else holder

    def forget(self, scope: str, key: str) -> None:
        """Gives up one claim, whoever has it."""
        self._db.execute("DELETE FROM claims WHERE scope = ? AND key = ?", (scope, key))

    def rename_claim(self, scope: str, key: str, new: str) -> None:
        """Moves a claim to another key of its scope."""
        self._db.execute("UPDATE claims SET key = ? WHERE scope = ? AND key = ?", (new, scope, key))

    def holder(self, scope: str, key: str) -> Object | None:
        """The object that has claimed a key."""
        return self._one("seq = (SELECT owner FROM claims WHERE scope = ? AND key = ?)", (scope, key))

    def holders(self, scope: str) -> list[tuple[str, Object]]:
        """All keys of a scope with the objects that hold them, by key."""
        keys = self._db.execute("SELECT key, owner FROM claims WHERE scope = ? ORDER BY key", (scope,)).fetchall()
        return [(key, cast(Object, self._one("seq = ?", (owner,)))) for key, owner in keys]

    def use(self, resource: str, owner: Object, amount: int) -> None:
        """Notes how much of a limited resource an object takes."""
        self._db.execute(
            "INSERT INTO uses VALUES (?, ?, ?) "
            "ON CONFLICT (resource, owner) DO UPDATE SET amount = amount + excluded.amount",
            (resource, owner.seq, amount),
        )

    def used(self, resource: str) -> int:
        """How much of a resource is taken by all objects."""
        row = self._db.execute("SELECT coalesce(sum(amount), 0) FROM uses WHERE resource = ?", (resource,))
        return int(row.fetchone()[0])

    def link(self, source: Object, target: Object) -> None:
        """Notes that an object rests on another, which can not be removed before it."""
        self._db.execute("INSERT OR IGNORE INTO links VALUES (?, ?)", (source.seq, target.seq))

    def resting_on(self, target: Object) -> list[Object]:
        """Objects that rest on this one."""
        return self._many("seq IN (SELECT source FROM links WHERE target = ?)", (target.seq,))

    def release(self, owner: Object) -> None:
        """Gives up all that an object has claimed, uses and rests on; it stays known by what it was planted from."""
        for statement in (
            "DELETE FROM claims WHERE owner = ? AND scope NOT LIKE 'seed:%'",
            "DELETE FROM uses WHERE owner = ?",
            "DELETE FROM links WHERE source = ?",
        ):
            self._db.execute(statement, (owner.seq,))

    def number(self, counter: str) -> int:
        """The next number of a counter, from 1."""
        row = self._db.execute(
            "INSERT INTO meta VALUES (?, '1') "
            "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value",
            (f"counter:{counter}",),
        )
        return int(row.fetchone()[0])

    def meta(self, key: str) -> str | None:
        """A note of the world's own: its clock, its faults."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def seal(self, value: Any) -> Any:
        """The value as it is stored: every secret replaced by its digest."""
        match value:
            case Secret():
                text = json.dumps(value.value, sort_keys=True, default=repr)
                return {SEALED: hmac.new(self._salt, text.encode(), hashlib.sha256).hexdigest()}
            case dict():
                return {key: self.seal(item) for key, item in cast(Properties, value).items()}
            case list():
                return [self.seal(item) for item in cast("list[Any]", value)]
            case _:
                return value

    def unseal(self, value: Any, *known: Any) -> Any:
        """The stored value with each digest replaced by the secret that it stands for.

        The secret comes from `known`, maps that the engine has kept; where they hold another or none, a secret that
        says so takes its place, so that the difference shows.
        """
        match value:
            case {"$sealed": digest}:
                for candidate in known:
                    if isinstance(candidate, Secret) and self.seal(candidate)[SEALED] == digest:
                        return candidate
                return Secret("changed outside Pulumi")
            case dict():
                return {
                    key: self.unseal(item, *[other[key] for other in known if _has(other, key)])
                    for key, item in cast(Properties, value).items()
                }
            case list():
                items = cast("list[Any]", value)
                lists = [cast("list[Any]", other) for other in known if isinstance(other, list)]
                return [
                    self.unseal(item, *[other[i] for other in lists if len(other) > i]) for i, item in enumerate(items)
                ]
            case _:
                return value

    def _dump(self, value: Properties) -> str:
        return json.dumps(self.seal(value), separators=(",", ":"), ensure_ascii=False)

    def _one(self, where: str, values: tuple[Any, ...]) -> Object | None:
        found = self._many(where, values, limit=1)
        return found[0] if found else None

    def _many(self, where: str, values: tuple[Any, ...], limit: int = -1) -> list[Object]:
        rows = self._db.execute(
            "SELECT seq, type, id, name, properties, facts, given FROM objects "  # noqa: S608
            f"WHERE {where} ORDER BY seq LIMIT {limit}",
            values,
        )
        return [
            Object(type_, id_, name, json.loads(properties), json.loads(facts), bool(given), seq)
            for seq, type_, id_, name, properties, facts, given in rows
        ]


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and key in value
