"""A site, a proxy or a stranger in its place that answers with anything: refused in one sentence, or borne.

Nothing of this may make the provider say that an object is gone, or that something was done.
"""

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from providers.citrix.errors import JobFailedError
from providers.errors import ProviderError
from providers.rest import Limits
from tests.unit.providers.citrix.hostile import DRIP, ME, SIGN_IN, TOKEN, ZONE, Hostile, html, numbers, problem, reply
from tests.unit.providers.citrix.lab import PASSWORD

AT = f"/Zones/{ZONE['Id']}"
BOMB = gzip.compress(gzip.compress(json.dumps(ZONE).encode() + b" " * (1 << 24)))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Hostile]:
    made = Hostile(tmp_path / "world.sqlite", Limits(body=1 << 16, pages=20, items=200))
    yield made
    made.end()


def refused(work: Callable[[], Any], match: str | None = None) -> ProviderError:
    """The error of what must be refused: ours, on one line, and with no secret in it."""
    with pytest.raises(ProviderError, match=match) as caught:
        work()
    text = str(caught.value)
    assert "\n" not in text
    assert "httpx" not in text.lower()
    assert TOKEN not in text
    assert PASSWORD not in text
    return caught.value


ELSEWHERE: dict[str, Any] = {"Location": "/cvad/manage/Zones/elsewhere"}
NO_READ: dict[str, bytes] = {
    **{f"a redirect {status}": reply(status, ZONE, **ELSEWHERE) for status in (300, 301, 302, 303, 304, 307, 308)},
    "a sign-in page": html(200),
    "nothing": reply(200),
    "a word": reply(200, body=b"OK"),
    "null": reply(200, body=b"null"),
    "a number": reply(200, 1),
    "a text": reply(200, "Skov"),
    "a list": reply(200, [ZONE]),
    "an empty map": reply(200, {}),
    "another object": reply(200, {**ZONE, "Id": "00000000-0000-4000-8000-000000000002", "Name": "Mark"}),
    "a map whose values are nothing": reply(200, {"Id": None, "Name": None}),
    "JSON that breaks off": reply(200, body=json.dumps(ZONE).encode()[:-3]),
    "JSON with more behind it": reply(200, body=json.dumps(ZONE).encode() + b"{}"),
    "no number": reply(200, body=json.dumps({**ZONE, "Number": float("nan")}).encode()),
    "a number of 5,000 digits": reply(200, body=b'{"Id": ' + b"9" * 5000 + b"}"),
    "maps in maps": reply(200, body=b'{"Id":' * 5000 + b"1" + b"}" * 5000),
    "half a character": reply(200, body=json.dumps({**ZONE, "Description": "\ud800"}).encode()),
    "bytes that are no UTF-8": reply(200, body=json.dumps(ZONE).encode() + b"\xff"),
    "a body that is cut": reply(200, ZONE, length=4000),
    "chunks that are cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n{}",
    "more than is borne": reply(200, {**ZONE, "Description": "x" * (1 << 17)}),
    "a packed answer": reply(200, body=gzip.compress(json.dumps(ZONE).encode()), Content_Encoding="gzip"),
    "a bomb": reply(200, body=BOMB, Content_Encoding="gzip, gzip"),
    "created, to a read": reply(201, ZONE),
    "accepted, to a read": reply(202),
    "no content, to a read": reply(204),
    "a part": reply(206, ZONE),
    "a success that nobody knows": reply(299, ZONE),
    "a proxy's 404": html(404),
    "an empty 404": reply(404),
    "a gateway's 404": reply(404, {"statusCode": 404, "message": "no Route matched with those values"}),
    "gone for good": problem(410),
    "a request that is wrong": problem(400),
    "no right": problem(403),
    "401 for ever": problem(401),
    "429 for ever": problem(429),
    "500 for ever": problem(500),
    "a status from nowhere": problem(999),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    "nothing, and then the line is cut": b"",
    "an answer that does not come": DRIP,
}


@pytest.mark.parametrize("answer", NO_READ.values(), ids=NO_READ)
def test_a_read_that_fails_is_never_an_object_that_is_gone(site: Hostile, answer: bytes) -> None:
    site.says(f"GET {AT}", answer)
    site.says("GET /Zones/elsewhere", reply(200, ZONE))
    if answer is DRIP:
        site.run(site.client.authorisation())
        site.client.limits = replace(site.client.limits, request=0.2)
    refused(site.read_zone)
    assert site.asked["GET /Zones/elsewhere"] == 0
    assert site.asked[f"GET {AT}"] <= 8
    assert sum(site.pauses) <= 130


def test_only_the_site_itself_says_that_something_is_gone(site: Hostile) -> None:
    site.says(f"GET {AT}", problem(404))
    assert site.read_zone() == {}
    site.says(f"GET {AT}", reply(200, ZONE))
    assert site.read_zone()["description"] == "Serverrum"


NO_DELETE: dict[str, bytes] = {
    "a redirect": reply(302, **ELSEWHERE),
    "a sign-in page": html(200),
    "a proxy's 404": html(404),
    "an empty 404": reply(404),
    "done, and it stands": reply(204),
    "done with nothing to say, and it stands": reply(200),
    "gone, and it stands": problem(404),
    "accepted, and it stands": reply(202),
    "refused": problem(409),
}


@pytest.mark.parametrize("answer", NO_DELETE.values(), ids=NO_DELETE)
def test_what_stands_does_not_leave_the_state(site: Hostile, answer: bytes) -> None:
    site.says(f"DELETE {AT}", answer)
    site.says(f"GET {AT}", reply(200, ZONE))
    refused(site.delete_zone)


def test_what_goes_a_moment_later_is_gone(site: Hostile) -> None:
    site.says(f"DELETE {AT}", reply(204))
    site.says(f"GET {AT}", reply(200, ZONE), reply(200, ZONE), problem(404))
    site.delete_zone()
    assert site.asked[f"GET {AT}"] == 3


def test_a_removal_by_a_job_that_the_site_forgot_is_not_known_to_be_done(site: Hostile) -> None:
    site.says("DELETE /MachineCatalogs/MC", reply(202, Location="https://elsewhere/x/Jobs/J1"))
    site.says("GET /Jobs/J1", problem(404))
    refused(lambda: site.delete("MachineCatalog", "MC", {"provisioningType": "MCS"}), "is not known")
    assert site.asked["GET /Jobs/J1"] == 1, "the job is asked about where the site is, not where it points"


@pytest.mark.parametrize("answer", [html(200), reply(200), reply(200, body=b"{"), reply(302), html(404), problem(500)])
def test_a_create_that_is_not_confirmed_is_looked_for_and_not_believed(site: Hostile, answer: bytes) -> None:
    site.says("GET /Zones/Skov", problem(404))
    site.says("POST /Zones", answer)
    refused(lambda: site.create("Zone", name="Skov"))
    assert site.asked["POST /Zones"] <= 4


def test_a_create_of_which_nothing_came_is_not_in_the_state(site: Hostile) -> None:
    site.says("GET /Zones/Skov", problem(404))
    site.says("POST /Zones", reply(201, ZONE))
    refused(lambda: site.create("Zone", name="Skov"), "was created but is not there")


@pytest.mark.parametrize("answer", [html(200), reply(200), reply(302), html(404), problem(400), problem(500)])
def test_a_change_that_is_not_confirmed_is_an_error(site: Hostile, answer: bytes) -> None:
    site.says(f"GET {AT}", reply(200, ZONE))
    site.says(f"PATCH {AT}", answer)
    refused(lambda: site.update("Zone", ZONE["Id"], {"name": "Skov"}, name="Skov", description="Nyt"))


GROUP = {
    "Id": "G",
    "Name": "DG",
    "InMaintenanceMode": False,
    "SimpleAccessPolicy": {"IncludedUserFilterEnabled": False},
}


def test_a_flip_that_the_site_takes_and_does_not_carry_out_is_an_error(site: Hostile) -> None:
    site.says("GET /DeliveryGroups/DG", reply(200, GROUP))
    site.says("PATCH /DeliveryGroups/G", reply(204))
    wanted = {"deliveryGroup": "DG", "inMaintenanceMode": True, "access": "Everyone"}
    refused(lambda: site.create("DeliveryGroupAccess", **wanted), "still differs in inMaintenanceMode")
    site.says("PATCH /DeliveryGroups/DG", reply(204))
    refused(lambda: site.delete("DeliveryGroupAccess", "DG", {}), "still stands")


RETRY_AFTER = (
    *("inf", "nan", "1e308", "-1", "-inf", "9999999999", "301", "0", "", "soon", "9" * 5000),
    *("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"),
)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text", RETRY_AFTER)
def test_whatever_the_site_asks_for_it_is_waited_for_a_bounded_time(site: Hostile, status: int, text: str) -> None:
    site.says(f"GET {AT}", problem(status, Retry_After=text, Date="Mon, 30 Nov 2026 00:00:00 GMT"))
    refused(site.read_zone)
    assert all(0 <= pause <= 300 for pause in site.pauses)
    assert len(site.pauses) <= 7


def test_a_pause_that_is_too_long_is_said(site: Hostile) -> None:
    site.says(f"GET {AT}", problem(429, Retry_After="3600"))
    refused(site.read_zone, "asks to be left alone for 60 minutes")
    assert site.pauses == []


JOBS: dict[str, list[bytes]] = {
    "without a status": [reply(200, {"Id": "J1"})],
    "with a status that is none": [reply(200, {"Id": "J1", "Status": 3})],
    "with a status that nobody knows": [reply(200, {"Id": "J1", "Status": "Sleeping"})],
    "another one": [reply(200, {"Id": "J2", "Status": "Complete"})],
    "a page": [html(200)],
    "failed": [reply(200, {"Id": "J1", "Status": "Failed", "ErrorString": f"no room\r\n\x1b[2J{TOKEN}"})],
    "in progress and then forgotten": [reply(200, {"Id": "J1", "Status": "InProgress"}), problem(404)],
    "without end": [reply(200, {"Id": "J1", "Status": "InProgress"}, Retry_After="0")],
    "without end, seldom": [reply(200, {"Id": "J1", "Status": "InProgress"}, Retry_After="1e300")],
}


@pytest.mark.parametrize("answers", JOBS.values(), ids=JOBS)
def test_a_job_is_done_only_when_the_site_says_so_of_this_job(site: Hostile, answers: list[bytes]) -> None:
    site.says("DELETE /MachineCatalogs/MC", reply(202, Location="/cvad/manage/Jobs/J1"))
    site.says("GET /MachineCatalogs/MC", problem(404))
    site.says("GET /Jobs/J1", *answers)
    site.client.job_timeout = 3600
    error = refused(lambda: site.delete("MachineCatalog", "MC", {"provisioningType": "MCS"}))
    assert isinstance(error, JobFailedError)
    assert "\x1b" not in str(error)
    assert all(10 <= pause <= 300 for pause in site.pauses)
    assert site.asked["GET /Jobs/J1"] <= 400


@pytest.mark.parametrize("location", ["", "/cvad/manage/Jobs/..", "/cvad/manage/Jobs/."])
def test_a_job_without_a_name_is_not_taken_for_done(site: Hostile, location: str) -> None:
    site.says("DELETE /MachineCatalogs/MC", reply(202, Location=location) if location else reply(202))
    site.says("GET /MachineCatalogs/MC", problem(404))
    site.says("GET /Jobs", reply(200, {"Status": "Complete"}))
    site.says("GET /Jobs/", reply(200, {"Status": "Complete"}))
    refused(lambda: site.delete("MachineCatalog", "MC", {}))


def endless(fresh: bool) -> Callable[[], bytes]:
    count = numbers()
    return lambda: reply(200, {"Items": [ZONE], "ContinuationToken": f"t{next(count)}" if fresh else "t"})


PAGES: dict[str, list[Any]] = {
    "the same page for ever": [endless(False)],
    "new pages for ever": [endless(True)],
    "pages that are too many things": [reply(200, {"Items": [{}] * 300, "ContinuationToken": "t"})],
    "no list": [reply(200, {"Total": 0})],
    "a list that is none": [reply(200, {"Items": {"a": 1}})],
    "texts in the list": [reply(200, {"Items": ["Skov"]})],
    "the second page is a proxy's": [reply(200, {"Items": [ZONE], "ContinuationToken": "t"}), html(404)],
    "the second page is not there": [reply(200, {"Items": [ZONE], "ContinuationToken": "t"}), problem(404)],
    "the list is not there": [problem(404)],
}


@pytest.mark.parametrize("answers", PAGES.values(), ids=PAGES)
def test_a_list_is_read_whole_or_not_at_all(site: Hostile, answers: list[Any]) -> None:
    site.says("GET /MachineCatalogs/MC", reply(200, {"Id": "MC", "Name": "MC"}))
    site.says("GET /MachineCatalogs/MC/Machines", *answers)
    refused(lambda: site.read("MachineCatalog", "MC", {"name": "MC"}, {"name": "MC"}))
    assert site.asked["GET /MachineCatalogs/MC/Machines"] <= 21


TOKENS: dict[str, bytes] = {
    "a page": html(200),
    "no token": reply(200, {}),
    "a number": reply(200, {"Token": 7}),
    "a token with a line break": reply(200, {"Token": "t0ken-of\r\nX-Evil: 1"}),
    "a token in letters that no header takes": reply(200, {"Token": "t0ken-æøå"}),
    "a token without end": reply(200, {"Token": "t" * 20_000}),
    "a redirect": reply(307, Location="http://127.0.0.1:1/"),
    "429 for ever": problem(429),
    "500 for ever": problem(500),
    "credentials that are wrong": problem(401),
}


@pytest.mark.parametrize("answer", TOKENS.values(), ids=TOKENS)
def test_a_sign_in_that_is_none(site: Hostile, answer: bytes) -> None:
    site.says("POST /Tokens", answer)
    site.says(f"GET {AT}", reply(200, ZONE))
    error = refused(site.read_zone)
    assert "t0ken" not in str(error)
    assert site.asked["POST /Tokens"] <= 8
    assert site.asked[f"GET {AT}"] == 0


@pytest.mark.parametrize("again", [problem(500), problem(503), problem(429), b""])
def test_who_am_i_is_asked_again(site: Hostile, again: bytes) -> None:
    site.says("POST /Tokens", again, SIGN_IN)
    site.says("GET /me", again, again, ME)
    site.says(f"GET {AT}", reply(200, ZONE))
    assert site.read_zone()
    assert site.asked["GET /me"] == 3


OTHER = {"Id": "another", "Sites": [{"Id": "site-0", "Name": "Other"}]}
OURS = {"Id": "citrixonpremises", "Sites": [{"Id": "site-1", "Name": "Holstebro"}, {"Id": "site-2", "Name": "Test"}]}


NO_SITE = {"Id": "CitrixOnPremises", "Sites": [{"Id": 1}]}


def test_the_customer_is_the_configured_one_and_never_the_first(site: Hostile) -> None:
    site.says(f"GET {AT}", reply(200, ZONE))
    site.says("GET /me", reply(200, {"Customers": [OTHER]}))
    refused(
        site.read_zone, r"no customer 'CitrixOnPremises' at 127.0.0.1, which knows another; correct citrix:customer"
    )
    site.says("GET /me", reply(200, {"Customers": [OTHER, OURS]}))
    refused(site.read_zone, r"administers Holstebro, Test at 127.0.0.1; name one of them in citrix:site")
    site.settings = {"site": "test"}
    site.configure()
    assert site.read_zone()
    assert site.run(site.client.authorisation())["Citrix-InstanceId"] == "site-2"
    site.settings = {"site": "none of them"}
    site.configure()
    refused(site.read_zone, "name one of them")


@pytest.mark.parametrize(
    "content",
    [{}, {"Customers": None}, {"Customers": "x"}, {"Customers": [{"Id": "CitrixOnPremises", "Sites": [{"Id": 1}]}]}],
)
def test_who_am_i_without_a_site(site: Hostile, content: Any) -> None:
    site.says("GET /me", reply(200, content))
    refused(site.read_zone)


def test_a_cancelled_run_stops_waiting_at_once(site: Hostile) -> None:
    site.says(f"GET {AT}", problem(429, Retry_After="299"))
    site.client._sleep = asyncio.sleep
    work = site.loop.create_task(site.provider.read(site.request_of_zone()))

    async def cancel() -> None:
        while not site.asked[f"GET {AT}"]:
            site.heard.clear()
            await site.heard.wait()
        await site.provider.cancel()
        await work

    began = time.monotonic()
    refused(lambda: site.run(cancel()), "was cancelled while it waited")
    assert time.monotonic() - began < 30
