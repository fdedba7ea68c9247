"""The board as people use it, in Debian's Chromium: a lead at a screen, a crew on a phone that loses its line.

With BOARD_IMAGES set to a folder the pictures of the pages are written there: docs/images has them.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.support.board import Phone, Process, document
from tests.support.validators import program

PHONE: Any = {"width": 360, "height": 740}
SCREEN: Any = {"width": 1280, "height": 900}
IMAGES = os.environ.get("BOARD_IMAGES")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # In a container there are no user namespaces to build a sandbox from, and the pages are ours.
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path, plan=document(crews=6, visits=5))
    yield made
    made.stop()


def come_in(browser: Browser, board: Process, link: str, size: Any, scheme: Any = "light", **more: Any) -> Page:
    """A browser of its own that has followed a link. What its console complains of fails the test."""
    context = browser.new_context(
        viewport=size, color_scheme=scheme, locale="da-DK", timezone_id="Europe/Copenhagen", **more
    )
    page = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A phone without a line says so, and the test takes the line away itself.
        if message.type in {"error", "warning"} and "ERR_INTERNET_DISCONNECTED" not in message.text:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("close", lambda _: complaints.append("closed") if complaints else None)
    page.goto(link)
    page.wait_for_url(f"{board.origin}/")
    expect(page.locator("#line")).to_have_text("Linje")
    setattr(page, "complaints", complaints)  # noqa: B010 - a page has no place for it
    return page


def picture(page: Page, name: str) -> None:
    """A picture for the docs, when they are asked for."""
    if IMAGES:
        from PIL import Image

        shot = Image.open(io.BytesIO(page.screenshot()))
        shot.quantize(96).save(Path(IMAGES) / f"{name}.png", optimize=True)


def fits(page: Page) -> None:
    """Nothing is wider than the window, and every control is large enough for a thumb and has a name."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = """[...document.querySelectorAll("button, input:not([type=radio], [type=checkbox]), select")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43)
        .map((one) => one.outerHTML)"""
    assert page.evaluate(small) == []
    nameless = """[...document.querySelectorAll("button, input, select, textarea, a")]
        .filter((one) => !(one.textContent.trim() || one.labels?.length || one.ariaLabel))
        .map((one) => one.outerHTML)"""
    assert page.evaluate(nameless) == []


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const back = rgb(getComputedStyle(one).backgroundColor);
      if (back[3] > 250) return back;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const one of document.querySelectorAll("body *")) {
    const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!said || !one.checkVisibility() || one.closest("dialog, script, .unseen, .skip")) continue;
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${one.outerHTML.slice(0, 90)}`);
  }
  return poor;
}"""
"""Text whose contrast with what is behind it is below that of WCAG 2.1, 1.4.3."""


PICTURES = {"Skifteleder": SCREEN, "Hold 1": PHONE}
"""Whose page the docs show, at which size."""


def busy(board: Process, links: dict[str, str]) -> None:
    """A morning on which everything has happened that a page can show."""
    lead, centre = Phone(board.origin, links["Skifteleder"]), Phone(board.origin, links["Datacenter"])
    hour = 3600
    said = [
        lead.say("day.opened", "day", waited=12 * hour),
        centre.say("task.done", "data-sbsys", minutes=165, waited=9.5 * hour),
        centre.say("task.begun", "flip-kontor", waited=8.2 * hour),
        lead.say("said", "all", text="Der er kaffe på rådhuset hele dagen", waited=hour),
    ]
    for crew in range(1, 7):
        phone = Phone(board.origin, links[f"Hold {crew}"])
        done: dict[str, Any] = {"minutes": 50 + 4 * crew, "swapped": 12, "dead": crew % 2}
        said.append(phone.say("visit.done", f"S0{crew}1-1", waited=2.3 * hour, **done))
        said.append(phone.say("visit.begun", f"S0{crew}2-1", waited=(1.8 - crew / 10) * hour))
        if crew in {1, 2, 5}:
            done["swapped"] = 11
            said.append(phone.say("visit.done", f"S0{crew}2-1", waited=0.6 * hour, **done))
            said.append(phone.say("visit.begun", f"S0{crew}3-1", waited=0.2 * hour))
        if crew in {3, 4}:
            kind, why = (("line-cut", "Routeren er mørk"), ("access", "Porten er låst, ingen svarer"))[crew - 3]
            said.append(
                phone.say("visit.blocked", f"S0{crew}2-1", fault=kind, reason=why, swapped=4, waited=crew * 300)
            )
    said.append(lead.say("decided", "S045-1", outcome="drop", reason="Lokalet bygges om, aftalt med lederen"))
    assert {answer.status_code for answer in said} == {200}, [answer.text for answer in said]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["360", "1280"])
def test_every_page_fits_can_be_read_and_complains_of_nothing(
    chromium: Browser, board: Process, size: Any, scheme: str
) -> None:
    links = board.links()
    board.start("--at", "2027-02-06T10:20")
    busy(board, links)
    for who in ("Skifteleder", "Hold 1", "Datacenter", "Servicedesk"):
        page = come_in(chromium, board, links[who], size, scheme)
        fits(page)
        assert page.evaluate(CONTRAST) == [], who
        assert page.locator("h1").inner_text() == who
        if IMAGES and scheme == "light" and PICTURES.get(who) == size:
            # The forecast follows some seconds after the reports.
            page.wait_for_timeout(8000)
            picture(page, "board-lead" if size is SCREEN else "board-crew")
        assert page.evaluate("document.documentElement.lang") == "da"
        assert page.complaints == []  # type: ignore[attr-defined]
        page.context.close()


def test_a_saturday(chromium: Browser, board: Process) -> None:
    """The lead opens the day, a crew reports, loses its line and gets it back, the lead decides."""
    links = board.links()
    board.start("--at", "2027-02-06T07:02")
    lead = come_in(chromium, board, links["Skifteleder"], SCREEN)
    phone = come_in(chromium, board, links["Hold 1"], PHONE, service_workers="allow")
    assert "#" not in phone.url
    assert phone.evaluate("history.length") <= 2

    expect(phone.locator("main")).to_contain_text("Arbejdet er ikke sat i gang")
    lead.get_by_role("button", name="Sæt i gang").click()
    expect(lead.locator(".day")).to_contain_text("i gang siden")
    expect(phone.locator("main")).not_to_contain_text("Arbejdet er ikke sat i gang")

    first = phone.locator("#item-S011-1")
    first.get_by_role("button", name="Begynd").click()
    expect(first).to_contain_text("i gang")
    expect(lead.get_by_role("row", name="Hold 1")).to_contain_text("i gang: S011")
    first.get_by_role("button", name="Færdig").click()
    dialog = phone.locator("#visit-done")
    expect(dialog.get_by_label("Enheder skiftet")).to_have_value("12")
    dialog.get_by_label("Minutter på stedet").fill("55")
    dialog.get_by_label("Heraf døde").fill("1")
    fits(phone)
    picture(phone, "board-done")
    dialog.get_by_role("button", name="Meld færdig").click()
    expect(phone.locator("#item-S011-1 .badge")).to_contain_text("færdig")
    expect(lead.locator(".summary")).to_contain_text("1 døde ved ankomst")

    _without_a_line(phone, lead)

    trouble = lead.locator("article.blocked", has_text="S012").first
    trouble.get_by_role("button", name="Beslut").click()
    dialog = lead.locator("#decided")
    dialog.get_by_label("Prøves igen").check()
    dialog.get_by_label("Begrundelse").fill("Pedellen kommer kl. 9")
    dialog.get_by_role("button", name="Skriv beslutningen ned").click()
    expect(phone.locator("#item-S012-1 .badge")).to_contain_text("venter")

    lead.get_by_role("button", name="Svar").first.click()
    dialog = lead.locator("#gate-gate-1")
    dialog.get_by_label(re.compile("Sessionsværter")).check()
    dialog.get_by_label("NO-GO").check()
    dialog.get_by_label("Begrundelse").fill("To værter mangler")
    picture(lead, "board-gate")
    dialog.get_by_role("button", name="Skriv beslutningen ned").click()
    expect(phone.locator(".stop")).to_contain_text("NO-GO: Første bruger på ny plads")
    expect(lead.locator(".gate.no-go")).to_contain_text("Skifteleder for Beslutningsansvarlig, lør. 7.0")
    fits(lead)
    assert lead.complaints == []  # type: ignore[attr-defined]
    assert phone.complaints == []  # type: ignore[attr-defined]


def _without_a_line(phone: Page, lead: Page) -> None:
    """What is pressed without a line waits, outlives a reload, and is sent once."""
    phone.evaluate("navigator.serviceWorker.ready")
    phone.reload()
    expect(phone.locator("#line")).to_have_text("Linje")
    phone.context.set_offline(offline=True)
    expect(phone.locator("#line")).to_contain_text("Ingen linje")
    phone.locator("#item-S012-1").get_by_role("button", name="Blokeret").click()
    dialog = phone.locator("#visit-blocked")
    dialog.get_by_label("Hvad er galt").select_option("access")
    dialog.get_by_label("Beskriv det kort").fill("Porten er låst <b>& ingen</b> svarer")
    dialog.get_by_role("button", name="Meld blokeret").click()
    expect(phone.locator("#waiting")).to_contain_text("S012 Åkanden: blokeret")
    expect(phone.locator("#line")).to_have_text("Ingen linje, 1 venter")
    picture(phone, "board-offline")
    phone.reload()
    expect(phone.locator("#waiting")).to_contain_text("S012 Åkanden: blokeret")
    expect(phone.locator("#item-S011-1 .badge")).to_contain_text("færdig")
    expect(lead.locator(".summary")).to_contain_text("0 blokeret")
    phone.context.set_offline(offline=False)
    expect(phone.locator("#waiting")).to_be_hidden(timeout=20_000)
    expect(phone.locator("#item-S012-1 .badge")).to_contain_text("blokeret")
    expect(lead.locator("article.blocked")).to_contain_text("Porten er låst <b>& ingen</b> svarer")
    expect(lead.locator(".log li", has_text="S012 Åkanden: blokeret")).to_have_count(1)


def test_a_phone_outlives_the_boards_death(chromium: Browser, board: Process) -> None:
    links = board.links()
    board.start("--at", "2027-02-06T07:02")
    phone = come_in(chromium, board, links["Hold 2"], PHONE)
    board.kill()
    expect(phone.locator("#line")).to_contain_text("Ingen linje", timeout=15_000)
    phone.locator("#item-S021-1").get_by_role("button", name="Begynd").click()
    expect(phone.locator("#line")).to_have_text("Ingen linje, 1 venter")
    board.start("--at", "2027-02-06T07:05")
    expect(phone.locator("#line")).to_have_text("Linje", timeout=20_000)
    expect(phone.locator("#item-S021-1 .badge")).to_contain_text("i gang")
    expect(phone.locator("#waiting")).to_be_hidden()


def test_a_phone_whose_link_is_revoked_is_told_and_keeps_what_it_has(chromium: Browser, board: Process) -> None:
    links = board.links()
    board.start("--at", "2027-02-06T07:02")
    phone = come_in(chromium, board, links["Hold 3"], PHONE)
    assert board.refresh("--revoke", "crew:hold-3").returncode == 0
    phone.locator("#item-S031-1").get_by_role("button", name="Begynd").click()
    phone.wait_for_selector("h1:has-text('Ingen adgang')", timeout=20_000)
    kept = phone.evaluate("JSON.parse(localStorage['board:queue:crew:hold-3']).length")
    assert kept == 1
    fresh = board.links("fresh.txt")["Hold 3"]
    phone.goto(fresh)
    expect(phone.locator("#item-S031-1 .badge")).to_contain_text("i gang", timeout=20_000)


def test_a_sheet_of_codes_can_be_read(chromium: Browser, board: Process, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    assert board.refresh("--links", str(sheet)).returncode == 0
    page = chromium.new_page(viewport=SCREEN)
    page.goto(sheet.as_uri())
    assert page.locator("article svg").count() == page.locator("article code").count() == 10
    box = page.locator("article svg").first.bounding_box()
    assert box is not None
    assert box["width"] > 150
    page.close()
