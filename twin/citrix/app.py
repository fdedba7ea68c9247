"""The API's entrance: signs in, injects what a rehearsal has asked for, and finds the handler of a request.

A faults file reaches it with types such as `citrix:MachineCatalog`, operations by method (POST create, GET read,
PATCH and the `$` actions update, DELETE delete, `$test` invoke) and the object's name. An error that begins with an
HTTP status is answered as such, `429 Too Many Requests; Retry-After 2` with that header, and `dropped` closes the
connection without an answer. Any other error makes the background job fail half way, or is a 400 where there is none.
With `after` the work is done first.
"""

from __future__ import annotations

import base64
import email.utils
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from twin.citrix import catalogs, jobs
from twin.citrix.listener import Request, Response
from twin.citrix.routes import ROUTES, Call, Route
from twin.citrix.site import TOKEN, Json, ProblemError, Site, refuse
from twin.world import faults
from twin.world.store import World

CUSTOMER: Final = "CitrixOnPremises"
LIFE: Final = 3600.0
"""Virtual seconds that a token lives."""
_STATUS: Final = re.compile(r"^(\d{3})\b\s*([^;]*)(?:;\s*Retry-After\s+(\d+))?")
_OPERATIONS: Final = {"POST": "create", "GET": "read", "PATCH": "update", "PUT": "update", "DELETE": "delete"}


@dataclass(slots=True)
class _Fault:
    """What happens to one request."""

    status: int = 0
    message: str = ""
    retry_after: str = ""
    drop: bool = False
    job: str | None = None
    after: bool = False


class App:
    """Answers requests from the world, one transaction each."""

    def __init__(self, world: World, base: str) -> None:
        self._world = world
        self._base = [segment for segment in base.split("/") if segment]

    async def __call__(self, request: Request) -> Response:
        site = Site(self._world)
        try:
            with self._world.transaction():
                site.ensure_beginning()
                jobs.advance(site, catalogs.ACTIONS)
            return self._answer(site, request)
        except ProblemError as problem:
            return self._reply(site, problem.status, {"ErrorMessage": problem.message})

    def _answer(self, site: Site, request: Request) -> Response:
        if request.path[: len(self._base)] != self._base:
            refuse(404, "Not found.")
        path = request.path[len(self._base) :]
        if path == ["Tokens"] and request.method == "POST":
            return self._with_fault(site, TOKEN, "create", "", lambda _: self._sign_in(site, request))
        self._authorize(site, request)
        if path == ["me"] and request.method == "GET":
            return self._reply(site, 200, self._me(site))
        if request.headers.get("citrix-customerid") != CUSTOMER or request.headers.get("citrix-instanceid") != site.id:
            refuse(400, "The headers Citrix-CustomerId and Citrix-InstanceId must name the site.")
        if path and path[0].lower() == "jobs" and request.method == "GET":
            return self._job(site, path)
        return self._route(site, request, path)

    def _route(self, site: Site, request: Request, path: list[str]) -> Response:
        for route in ROUTES:
            params = route.match(request.method, path)
            if params is not None:
                break
        else:
            refuse(404, f"The twin does not know {request.method} /{'/'.join(path)}.")
        body = _body(request)
        name = _name(site, route, params, body)

        def work(fault: _Fault) -> Response:
            with self._world.transaction():
                call = Call(params, request.query, body, fault.job, fault.after)
                return self._finish(site, request, route, route.handler(site, call))

        operation = route.operation or _OPERATIONS[request.method]
        return self._with_fault(site, route.type, operation, name, work, has_job=route.job)

    def _with_fault(
        self,
        site: Site,
        type_: str,
        operation: str,
        name: str,
        work: Callable[[_Fault], Response],
        *,
        has_job: bool = False,
    ) -> Response:
        with self._world.transaction():
            fault = _fault(faults.inject(self._world, operation, type_, [name]), has_job=has_job)
        if fault.after or not (fault.status or fault.drop):
            response = work(fault)
            if not (fault.status or fault.drop):
                return response
        if fault.drop:
            return Response(0, drop=True)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return self._reply(site, fault.status, {"ErrorMessage": fault.message}, headers)

    def _finish(self, site: Site, request: Request, route: Route, result: Any) -> Response:
        asynchronous = request.query.get("async", [""])[-1].lower() == "true"
        if route.job:
            # Work that always takes a job answers with its state; the others, asked without async, are done at once.
            if asynchronous:
                return self._accepted(site, request, result.id)
            if route.always_job:
                return self._reply(site, 200, result.properties)
            jobs.finish(site, result, catalogs.ACTIONS)
            return self._reply(site, 204, None)
        if asynchronous and request.method != "GET":
            done = jobs.start(site, route.type.rsplit(":", maxsplit=1)[-1], None, [])
            jobs.advance(site, catalogs.ACTIONS)
            return self._accepted(site, request, done.id)
        return self._reply(site, 200 if result is not None else 204, result)

    def _accepted(self, site: Site, request: Request, job: str) -> Response:
        base = f"http://{request.headers.get('host', '')}/{'/'.join(self._base)}"
        return self._reply(site, 202, None, {"Location": f"{base}/Jobs/{job}"})

    def _job(self, site: Site, path: list[str]) -> Response:
        with self._world.transaction():
            job = site.need("citrix:Job", path[1])
            state = jobs.ask(site, job)
        running = state["Status"] == "InProgress"
        # Virtual time has passed already, so there is nothing to wait for.
        return self._reply(site, 200, state, {"Retry-After": "0"} if running else {})

    def _sign_in(self, site: Site, request: Request) -> Response:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (ValueError, UnicodeDecodeError):
            user = password = ""
        if scheme.lower() != "basic" or not user or not password:
            refuse(401, "The credentials are not valid.")
        with self._world.transaction():
            token = f"twin.{self._world.number(TOKEN)}.{hashlib.sha256(user.encode()).hexdigest()[:16]}"
            self._world.set_meta(f"citrix-token:{token}", str(site.clock()))
        ends = jobs.moment(site.clock() + self._life()).isoformat().replace("+00:00", "Z")
        answer = {"Token": token, "Principal": user, "UserId": user, "CustomerId": CUSTOMER, "ExpiresAt": ends}
        return self._reply(site, 200, answer)

    def _life(self) -> float:
        return float(self._world.meta("citrix-token-life") or LIFE)

    def _authorize(self, site: Site, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition("=")
        issued = self._world.meta(f"citrix-token:{token}") if scheme.lower() == "cwsauth bearer" else None
        if issued is None or site.clock() - float(issued) > self._life():
            refuse(401, "The bearer token is not valid or has expired.")

    def _me(self, site: Site) -> Json:
        return {
            "UserId": "twin",
            "Customers": [{"Id": CUSTOMER, "Name": CUSTOMER, "Sites": [{"Id": site.id, "Name": "Twin"}]}],
        }

    def _reply(self, site: Site, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        date = email.utils.format_datetime(jobs.moment(site.clock()), usegmt=True)
        given = {"Date": date, **(headers or {})}
        if body is None:
            return Response(status, headers=given)
        return Response(
            status,
            json.dumps(body, ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8", **given},
        )


def _body(request: Request) -> Any:
    if not request.body:
        return {}
    try:
        return json.loads(request.body)
    except ValueError:
        refuse(400, "The request's body is not JSON.")


def _name(site: Site, route: Route, params: dict[str, str], body: Any) -> str:
    """The name by which a faults file knows what a request is about."""
    for item in reversed(list(params.values())):
        found = site.find(route.type, item)
        return found.name if found else item
    given = cast(Json, body) if isinstance(body, dict) else {}
    holder = given.get("ConnectionDetails") or (given.get("NewApplications") or [given])[0]
    return str(holder.get("Name", ""))


def _fault(injected: faults.Injected, *, has_job: bool) -> _Fault:
    if injected.error is None:
        return _Fault()
    if injected.error.startswith("dropped"):
        return _Fault(drop=True, after=injected.after)
    match = _STATUS.match(injected.error)
    if match:
        return _Fault(int(match[1]), match[2].strip() or "injected", match[3] or "", after=injected.after)
    if has_job:
        return _Fault(job=injected.error, after=injected.after)
    return _Fault(400, injected.error, after=injected.after)
