"""Reads the report back and opens it in a browser: every site once with its VLANs, and no width at which it is cut off.

The browser is Debian's Chromium, which draws the page in a frame as wide as a desktop's window and a phone's.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import native, proof
from rendering.target import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model import Platform
    from model.platform import Places
    from model.types.sites import SiteNetworks

PAGE = "index.html"
WIDTHS = {"desktop": 1280, "phone": 390}
"""What the page is drawn at, in CSS pixels."""

_SITE = re.compile(r'<details class="site" id="([^"]*)">(.*?)</details>', re.DOTALL)
_VLAN = re.compile(r'<tr><td class="number">(\d+)</td><td>[^<]*</td><td>([^<]*)</td>')
_ELSEWHERE = re.compile(r"\b(?:src|href|action)\s*=|\burl\(|@import", re.IGNORECASE)
_HARNESS = """<!DOCTYPE html><html lang="da"><body>%s<pre id="found"></pre><script>
addEventListener("load", function () {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, room = frame.clientWidth;
    for (const part of page.querySelectorAll("details")) part.open = true;
    const cut = [...page.body.querySelectorAll("*")].filter(function (part) {
      const box = part.getBoundingClientRect();
      return box.width > 0 && box.right > room + 1 && !part.closest(".scroll, svg");
    });
    const low = [...page.querySelectorAll("summary")].filter((part) => part.getBoundingClientRect().height < 24);
    found[frame.name] = {wide: page.documentElement.scrollWidth - room, low: low.length,
      sites: page.querySelectorAll("details").length, cut: cut.slice(0, 3).map((part) => part.outerHTML.slice(0, 80))};
  }
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script></body></html>"""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and the browser find."""
    page = (folder / PAGE).read_text(encoding="utf-8")
    return proof.joined(
        _back(platform.places, platform.site_networks, page), lambda: list(drawn(page, len(platform.places.sites)))
    )


def _back(places: Places, site_networks: Mapping[str, SiteNetworks], page: str) -> Iterator[Finding]:
    if _ELSEWHERE.search(page):
        yield Finding(PAGE, "the page fetches something from elsewhere; all of it stands in it")
    found = {unescape(code): content for code, content in _SITE.findall(page)}
    yield from proof.differences(PAGE, "site", places.sites, [unescape(code) for code, _ in _SITE.findall(page)])
    for code, networks in site_networks.items():
        wanted = [f"{vlan.vlan} {vlan.prefix}" for vlan in networks.vlans.values()]
        there = [f"{vlan} {prefix}" for vlan, prefix in _VLAN.findall(found.get(code, ""))]
        yield from proof.differences(PAGE, f"VLAN of {code}", wanted, there)


def drawn(page: str, sites: int) -> Iterator[Finding]:
    """What a browser shows wrong of the page with everything open: parts cut off, lines too low to be touched.

    Raises Missing without Chromium.
    """
    frames = "".join(
        f'<iframe name="{name}" style="border:0;width:{width}px;height:900px" srcdoc="{escape(page)}"></iframe>'
        for name, width in WIDTHS.items()
    )
    with tempfile.TemporaryDirectory() as scratch:
        harness = Path(scratch) / "harness.html"
        harness.write_text(_HARNESS % frames, encoding="utf-8")
        done = native.run("chromium", *browser(Path(scratch)), "--dump-dom", harness.as_uri())
    result = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, re.DOTALL)
    if result is None:
        yield Finding(PAGE, f"Chromium draws nothing: {done.stderr.strip()[-200:]}")
        return
    for name, seen in json.loads(unescape(result[1])).items():
        if seen["sites"] != sites:
            yield Finding(PAGE, f"{name}: {seen['sites']} sites are shown; {sites}")
        if seen["wide"] > 0 or seen["cut"]:
            yield Finding(PAGE, f"{name}: {seen['wide']} pixels too wide: {' '.join(seen['cut'])}")
        if seen["low"]:
            yield Finding(PAGE, f"{name}: {seen['low']} lines are lower than 24 pixels")


def browser(scratch: Path) -> list[str]:
    """How Chromium is started without a screen, with its own folder.

    Without its sandbox, which neither root nor Ubuntu 24.04 gives it: the page is ours and fetches nothing.
    """
    options = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"]
    options += [f"--user-data-dir={scratch / 'profile'}", "--virtual-time-budget=10000"]
    return [*options, "--no-sandbox"]
