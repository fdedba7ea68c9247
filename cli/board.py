"""`refresh board`: the page of a cutover for its lead, the crews' phones and the service desk."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from model import Platform
    from refresh.board.access import Access
    from refresh.board.forecast import Forecaster
    from refresh.board.live import Live
    from refresh.board.plan import Plan
    from refresh.board.serve import Where
    from refresh.board.store import Store

Now = Callable[[], dt.datetime]
_LISTEN = "127.0.0.1:8765"


def board(  # noqa: PLR0913, PLR0917 - one parameter an option
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    data: Annotated[Path, typer.Option(help="The folder that keeps what is reported.")],
    plan: Annotated[
        Path | None, typer.Option(help="plan.json, as `refresh plan` writes it; by default the one of last time.")
    ] = None,
    links: Annotated[
        Path | None,
        typer.Option(help="Write links for all who have none, and end: QR codes in a .html file, else text."),
    ] = None,
    revoke: Annotated[
        list[str] | None, typer.Option(help="End the links of this role or crew, such as crew:hold-1, and end.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write all that happened into this folder, and end.")] = None,
    listen: Annotated[str, typer.Option(help="Address and port. Others than loopback need TLS.")] = _LISTEN,
    url: Annotated[str | None, typer.Option(help="The address that phones use, such as https://tavle.example.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="The certificate with its chain, as PEM.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key, as PEM.")] = None,
    at: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"], metavar="TIME", help="For a rehearsal: the board's clock begins at this time."
        ),
    ] = None,
) -> None:
    """Serve the board of a cutover, or give out its links, or write down what happened.

    For example: refresh board holstebro --plan out/plan/plan.json --data out/board --links out/links.html
    """
    from refresh.board import serve
    from refresh.board.access import Access
    from refresh.board.live import Live
    from refresh.board.store import Store

    loaded = common.load(platform)
    try:
        where = serve.where(listen, url, certificate, key)
    except serve.WhereError as error:
        common.fail(f"refresh board: {error}")
    now = _clock(at)
    store = Store(data)
    access = Access(data, lambda: secrets.token_urlsafe(32))
    read, text = _plan(store, plan, data, now)
    if read.platform != loaded.name:
        common.fail(f"refresh board: the plan is {read.platform}'s; give one of {loaded.name}")
    if revoke:
        _revoke(store, access, read, revoke, now)
    elif links is not None:
        _links(store, access, read, links, where.place.origin, now)
    elif export is not None:
        _export(store, read, export, now)
    else:
        live = Live(store, read, now, _forecaster(text, loaded), rehearsal=at is not None)
        _serve(store, access, live, where)


def _clock(at: dt.datetime | None) -> Now:
    """The time of day, or one that begins elsewhere."""
    if at is None:
        return lambda: dt.datetime.now(dt.UTC)
    from refresh.board.danish import ZONE

    begun, zero = at.replace(tzinfo=ZONE), time.monotonic()
    return lambda: begun + dt.timedelta(seconds=time.monotonic() - zero)


def _plan(store: Store, path: Path | None, data: Path, now: Now) -> tuple[Plan, str]:
    """The plan of the file, which is kept, or the one that was kept last; and its text."""
    import model
    from refresh.board import plan as plans

    kept = [record.body["plan"] for record in store.records() if record.kind == "plan"]
    if path is None and not kept:
        common.fail(f"refresh board: {data} has no plan; give --plan, which `refresh plan` writes")
    try:
        text = path.read_text(encoding="utf-8") if path is not None else store.plan(kept[-1])
        read = plans.read(text, str(path or data))
    except OSError as error:
        common.fail(f"refresh board: {path} cannot be read ({error.strerror}); give a plan.json")
    except model.ModelError as error:
        common.fail_with(error.faults)
    name = plans.digest(text)
    if kept[-1:] != [name]:
        store.keep_plan(name, text)
        _note(store, "plan", {"plan": name, "visits": len(read.visits), "tasks": len(read.tasks)}, now)
    return read, text


def _note(store: Store, kind: str, body: dict[str, object], now: Now) -> None:
    """Adds what was done from here to the log, also while a board is up."""
    from refresh.board.record import Record
    from refresh.board.store import MovedError

    for _ in range(50):
        seq, moment = store.last() + 1, now()
        record = Record(seq, store.head(), moment, moment, "command", kind, None, body, f"{kind} {seq}")
        try:
            store.append([record])
        except MovedError:
            continue
        return
    common.fail("refresh board: the log is busy; try again")


def _links(store: Store, access: Access, plan: Plan, path: Path, origin: str, now: Now) -> None:
    from refresh.board import links
    from refresh.board.access import identities

    missing = [one for key, one in identities(plan).items() if key not in access.linked(now())]
    if not missing:
        common.fail("refresh board: everybody has a link, and it is told once; end one with --revoke first")
    if now() >= plan.expires:
        common.fail(
            f"refresh board: links of this plan ended {plan.expires.isoformat()}; give a --plan that is to come"
        )
    if path.exists():
        common.fail(f"refresh board: {path} is there; name a new file, or delete it")
    made = [links.Link(one, links.address(origin, access.issue(one.key, plan.expires, now()))) for one in missing]
    try:
        links.write(path, plan, made)
    except OSError as error:
        for one in missing:
            access.revoke(one.key)
        common.fail(f"refresh board: {path} cannot be written ({error.strerror}); name another file")
    for link in made:
        _note(store, "link.issued", {"who": link.who.key}, now)
    print(f"{path}: {len(made)} links, until {plan.expires.isoformat()}; keep the file to yourself")


def _revoke(store: Store, access: Access, plan: Plan, keys: list[str], now: Now) -> None:
    from model.faults import nearest
    from refresh.board.access import identities

    known = identities(plan)
    for key in keys:
        if key not in known:
            common.fail(f"refresh board: nobody is called {key}; {nearest(key, known)}")
    for key in keys:
        count = access.revoke(key)
        _note(store, "link.revoked", {"who": key}, now)
        print(f"{key}: {count} link{'s' * (count != 1)} ended")


def _export(store: Store, plan: Plan, folder: Path, now: Now) -> None:
    from refresh.board import export
    from refresh.board.record import BrokenError

    kept = next(record.body["plan"] for record in reversed(store.records()) if record.kind == "plan")
    try:
        files = export.files(plan, store.plan(kept), store.lines(), now())
    except BrokenError as error:
        common.fail(f"refresh board: the log was changed after it was written: {error}", common.FOUND)
    for name, text in files.items():
        common.write(folder / name, text)
    print(f"{folder}: {', '.join(files)} ({store.last()} lines, head {store.head()})")


def _forecaster(text: str, platform: Platform) -> Forecaster:
    """By simulation, where the plan is one of the platform's cutover; else by plain sums."""
    from refresh.board import simulate
    from refresh.board.forecast import plain

    try:
        return simulate.forecaster(json.loads(text), platform)
    except (KeyError, ValueError):
        print("the plan does not fit the platform's cutover.yaml: the forecast is a plain sum", file=sys.stderr)
        return plain


def _serve(store: Store, access: Access, live: Live, where: Where) -> None:
    from refresh.board import serve

    if not access.linked(live.now()):
        print("nobody has a link yet; write them with --links", flush=True)
    try:
        with serve.alone(store.folder):
            print(f"the board of {live.plan.title} is on {where.place.origin}; end it with Ctrl-C", flush=True)
            serve.serve(live, access, where)
    except serve.WhereError as error:
        common.fail(f"refresh board: {error}")
