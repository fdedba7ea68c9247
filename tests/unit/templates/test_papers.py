"""The papers for people, and the report: each workplace and site once, in Danish, the same in print as on screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from datetime import date
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering import native
from rendering.target import Missing
from templates.people import danish
from templates.people.pdf import blocks, pdf
from templates.report.context import report
from templates.report.verify import drawn
from tests.support.edit import REMOVE, Edits, both
from tests.support.lilleby import changed, written
from tests.support.targets import HOSTILE, findings, lacking, rendered, target
from tests.unit.model.test_look import WHOLE


def page(body: str) -> str:
    return f"<html><body><main>\n{body}\n</main></body></html>"


def printed(content: bytes, folder: Path) -> str:
    """What poppler reads in a PDF."""
    try:
        native.find("pdftotext")
    except Missing as missing:
        lacking(missing)
    file = folder / "page.pdf"
    file.write_bytes(content)
    done = native.run("pdftotext", "-layout", file, "-")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_pdf_says_what_its_page_says(tmp_path: Path) -> None:
    html = page("<h1>Æblegrød (s. 1)</h1><p>a &lt;b&gt; \\ &amp; c</p><ul><li>Ét punkt</li></ul>"
                "<table><tr><th>Navn</th><th>Antal</th></tr><tr><td>TK1</td><td>2</td></tr></table>")  # fmt: skip
    assert [(block.tag, block.texts) for block in blocks(html)] == [
        ("h1", ("Æblegrød (s. 1)",)),
        ("p", ("a <b> \\ & c",)),
        ("li", ("Ét punkt",)),
        ("tr", ("Navn", "Antal")),
        ("tr", ("TK1", "2")),
    ]
    text = " ".join(printed(pdf(html), tmp_path).split())
    assert text == "Æblegrød (s. 1) a <b> \\ & c • Ét punkt Navn Antal TK1 2 Æblegrød (s. 1) • side 1 af 1"


def test_a_pdf_is_the_same_from_run_to_run() -> None:
    html = page("<h1>Brev</h1><p>Til alle</p>")
    again = f"import sys; from templates.people.pdf import pdf; sys.stdout.buffer.write(pdf({html!r}))"
    elsewhere = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", again], env=os.environ | elsewhere, capture_output=True, check=True)
    assert pdf(html) == done.stdout
    assert set(re.findall(rb"Date \(D:(\d{8})", done.stdout)) == {b"20000101"}


@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=30))
def test_whatever_is_written_the_file_is_where_its_table_says(texts: list[str]) -> None:
    content = pdf(page("<h1>Brev</h1>" + "".join(f"<p>{escape(text)}</p>" for text in texts)))
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start : start + 5] == b"xref\n"
    entries = content[start:].split(b"\n")[3:]
    places = [int(entry[:10]) for entry in entries if entry.endswith(b" n ")]
    assert len(places) >= 7
    for number, place in enumerate(places, start=1):
        assert content[place:].startswith(b"%d 0 obj\n" % number)
    streams = list(re.finditer(rb"/Length (\d+)\n>>\nstream\n", content))
    assert len(streams) == len(re.findall(rb"/Type /Page\n", content)) > 0
    for stream in streams:
        assert content[stream.end() + int(stream[1]) :].startswith(b"endstream")


def test_what_does_not_fit_goes_on_the_next_page(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>TK{n:05d}</td><td>Rådhus</td></tr>" for n in range(120))
    text = printed(pdf(page(f"<h1>Liste</h1><table>{rows}</table>")), tmp_path)
    assert re.findall(r"TK[0-9]{5}", text) == [f"TK{n:05d}" for n in range(120)]
    pages = text.split("\f")[:-1]
    assert len(pages) > 2
    assert all(f"side {n} af {len(pages)}" in part for n, part in enumerate(pages, start=1))


def test_a_word_wider_than_the_paper_is_cut_and_none_of_it_lost(tmp_path: Path) -> None:
    text = printed(pdf(page(f"<h1>Lang</h1><p>{'abcdefghij' * 40}</p>")), tmp_path)
    assert "".join(text.split()).startswith("Lang" + "abcdefghij" * 40)


def test_letters_that_the_fonts_lack_are_replaced_in_print(tmp_path: Path) -> None:
    text = printed(pdf(page("<h1>Ā\u0301łΩ €</h1>")), tmp_path)
    assert text.split()[:2] == ["A??O", "€"] or text.split()[:2] == ["A???", "€"]


def test_the_papers_are_in_danish(tmp_path: Path) -> None:
    folder = rendered(changed(tmp_path), "people", tmp_path / "out")
    sheet = (folder / "S002" / "skifteseddel.html").read_text(encoding="utf-8")
    assert '<html lang="da">' in sheet
    assert "søndag den 7. februar 2027 kl. 9-11.30" in sheet
    assert "1 tekniker fra it-afdelingens skiftehold" in sheet
    assert "fredag den 5. februar 2027 kl. 16 til mandag den 8. februar 2027 kl. 6.30" in sheet
    assert "Der foretages et prøveopkald" in sheet
    assert "Underskrift" not in sheet
    assert "Sættes op og beholdes: 1 bærbar pc. En bærbar pc skal ligge på bordet med strøm" in sheet
    assert "Nyt udstyr: 1 tynd klient." in sheet
    places = (folder / "S002" / "pladsliste.html").read_text(encoding="utf-8")
    assert "Underskrift, dato og klokkeslæt" in places
    assert "20 99 01 99" in places
    letter = (folder / "S001" / "brev.html").read_text(encoding="utf-8")
    assert "På pladser med video" not in letter
    assert "lokal 100" in letter
    assert "tager imod." in letter
    assert " dem." not in letter
    assert "med strøm" not in letter, "nobody there has a laptop"


ALWAYS: Edits = {
    "sites.yaml": {"sites.S001.hours": "24x7"},
    "catalog/profiles.yaml": {
        "profiles.office.restart": {"time": "03:00"},
        "profiles.office.settings.disconnect_timer": True,
        "profiles.office.settings.disconnect_minutes": 60,
    },
}


def test_a_house_that_never_closes_is_told_what_is_closed(tmp_path: Path) -> None:
    """It is told neither that work goes on as usual nor that it goes home."""
    own = {"people.yaml": {"emergency": "Brug den røde mappe."}}
    folder = rendered(changed(tmp_path, both(ALWAYS, own)), "people", tmp_path / "out")
    for paper in ("skifteseddel", "brev"):
        text = " ".join((folder / "S001" / f"{paper}.html").read_text(encoding="utf-8").split())
        assert "Huset lukker ikke, men it gør" in text
        assert "er Active Directory og SBSYS lukket" in text
        assert "Brug den røde mappe." in text
        assert "arbejder videre" not in text
        assert "Log af, før I går" not in text


AHEAD: Edits = {
    "refresh.yaml": {
        "waves.ahead": {
            "title": "Piloten",
            "generation": "g26",
            "starts": "2026-12-14",
            "ends": "2026-12-18",
            "state": "planned",
            "sites": ["S002"],
        }
    }
}


def test_a_house_that_never_closes_works_on_in_a_wave(tmp_path: Path) -> None:
    wave = {"title": "P", "generation": "g26", "starts": "2026-12-14", "ends": "2026-12-18", "state": "planned"}
    ahead = {"refresh.yaml": {"waves.ahead": wave | {"sites": ["S001"]}}}
    folder = rendered(changed(tmp_path, both(ALWAYS, ahead)), "people", tmp_path / "out")
    assert "I arbejder videre imens" in (folder / "S001" / "brev.html").read_text(encoding="utf-8")


def test_lists_are_by_department_and_room_and_signed_for_each(tmp_path: Path) -> None:
    edits = {
        "TK00001.room": "2.14",
        "TK00001.port": "A-12",
        "TK00002.department": "Borgerservice",
        "TK00002.room": "1.02",
    }
    folder = rendered(changed(tmp_path, {"workplaces.csv": edits}), "people", tmp_path / "out")
    places = blocks((folder / "S001" / "pladsliste.html").read_text(encoding="utf-8"))
    assert [b.texts[0] for b in places if b.tag == "h2"][:2] == [
        "Borgerservice: 1 af 2 pladser",
        "Rådhus: 1 af 2 pladser",
    ]
    listed = [b.texts for b in places if b.tag == "tr" and len(b.texts) == 7 and not b.head]
    assert [(row[0], row[2], row[4], row[5]) for row in listed] == [
        ("TK00002", "HP t640, CZC6471A03", "1.02", ""),
        ("TK00001", "HP t640, CZC6471A01, kasse K1", "2.14", "A-12"),
    ]
    signed = [b.texts[0] for b in places if b.tag == "tr" and len(b.texts) == 4 and not b.head]
    assert signed == ["Borgerservice", "Rådhus"]


def test_papers_have_the_municipalitys_words_logo_and_colour(tmp_path: Path) -> None:
    """On screen and in print; the picture in print is the one that poppler takes out of it again."""
    words = {"opening": ["Kære kollega"], "closing": ["Tak & på gensyn"], "signature": "Digitalisering"}
    own = {"letter": words, "look": {"logo": "logo.png", "colour": "#1F4E79"}}
    folder = written(tmp_path, {"people.yaml": own})
    (folder / "logo.svg").unlink()
    (folder / "logo.png").write_bytes(WHOLE)
    papers = rendered(changed(tmp_path), "people", tmp_path / "out")
    letter = (papers / "S001" / "brev.html").read_text(encoding="utf-8")
    texts = [block.texts[0] for block in blocks(letter)]
    assert (texts[2], texts[-3], texts[-1]) == ("Kære kollega", "Tak & på gensyn", "Digitalisering")
    for path in papers.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert f'src="data:image/png;base64,{b64encode(WHOLE).decode()}"' in html, path
        assert "h1, h2 { color: #1f4e79; }" in html, path
    try:
        native.find("pdfimages")
    except Missing as missing:
        lacking(missing)
    listed = native.run("pdfimages", "-list", papers / "S001" / "pladsliste.pdf")
    assert [line.split()[:5] for line in listed.stdout.splitlines()[2:]] == [["1", "0", "image", "1", "1"]]
    assert b" TL .121569 .305882 .47451 rg " in (papers / "S001" / "brev.pdf").read_bytes()


def test_the_service_desk_knows_whom_to_call_for_what(tmp_path: Path) -> None:
    folder = rendered(changed(tmp_path), "people", tmp_path / "out")
    rows = [b.texts for b in blocks((folder / "vagttavle.html").read_text(encoding="utf-8")) if b.tag == "tr"]
    assert ("Vagttelefon", "20 99 01 99", "hele weekenden") in rows
    assert ("KMD Nexus", "KMD", "20 99 01 98", "Sundhed og Omsorg") in rows
    assert ("SBSYS", "Flytter ved skiftet", "SBSYS Brugerfællesskabet", "", "Borgerservice") in rows


def test_a_site_of_a_wave_is_told_of_its_own_days(tmp_path: Path) -> None:
    platform = changed(tmp_path, AHEAD)
    folder = rendered(platform, "people", tmp_path / "out")
    days = "i bølgen Piloten, fra mandag den 14. december 2026 til fredag den 18. december 2026"
    for paper in ("skifteseddel", "brev", "servicedesk"):
        theirs = (folder / "S002" / f"{paper}.html").read_text(encoding="utf-8")
        assert days in theirs
        assert "februar 2027" not in theirs
        assert "20 99 01 99" not in theirs, "the weekend's own telephone is not theirs"
    assert "<td>man. 21/12</td>" in theirs, "the desk watches from the day after the wave"
    assert days not in (folder / "S001" / "brev.html").read_text(encoding="utf-8")
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "man. 14/12 til fre. 18/12" in index


def test_where_no_pool_shows_a_desktop_the_computer_shows_its_own(tmp_path: Path) -> None:
    folder = rendered(changed(tmp_path), "people", tmp_path / "out")
    assert "Computerens eget" not in (folder / "S002" / "skifteseddel.html").read_text(encoding="utf-8")
    ends = {
        "desktops.yaml": {"pools.office.image.g26": REMOVE, "desktop_images.kontor.rollout": REMOVE},
        "workplaces.csv": {"TK00003.profile": "office"},
    }
    folder = rendered(changed(tmp_path, ends), "people", tmp_path / "out")
    assert "<td>Computerens eget</td><td>2</td>" in (folder / "S002" / "skifteseddel.html").read_text(encoding="utf-8")
    assert "computerens eget skrivebord" in (folder / "S002" / "brev.html").read_text(encoding="utf-8")


def test_a_system_that_lags_says_so_everywhere(tmp_path: Path) -> None:
    late = {"generation": "g22", "systems": ["sbsys"], "expires": "2027-06-30", "reason": "Venter på leverandøren"}
    folder = rendered(changed(tmp_path, {"refresh.yaml": {"serving.late": late}}), "people", tmp_path / "out")
    assert "Servere efter skiftet" not in (folder / "systemer" / "sbsys.html").read_text(encoding="utf-8")
    assert "Flytning" not in (folder / "systemer" / "sbsys.html").read_text(encoding="utf-8")
    for path in ("systemer/sbsys.html", "S001/servicedesk.html", "S002/servicedesk.html"):
        text = (folder / path).read_text(encoding="utf-8")
        assert "til og med onsdag den 30. juni 2027: Venter på leverandøren." in text, path
    assert "Drives af leverandøren" in (folder / "systemer" / "nexus.html").read_text(encoding="utf-8")
    assert "Flytter ved skiftet" in (folder / "systemer" / "drift.html").read_text(encoding="utf-8")


def test_without_a_word_on_people_there_are_no_papers(tmp_path: Path) -> None:
    changed(tmp_path)
    for name in ("people.yaml", "logo.svg"):
        (tmp_path / "stacks" / "lilleby" / name).unlink()
    platform = changed(tmp_path)
    assert list(target("people").files(platform)) == []
    assert target("people").verify(platform, tmp_path) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_the_data_stays_a_value(tmp_path: Path, text: str) -> None:
    edits = {"sites.yaml": {"sites.S001.name": text, "sites.S001.key_holder.role": text}}
    platform = changed(tmp_path, edits)
    for name in ("people", "report"):
        assert findings(platform, name, rendered(platform, name, tmp_path / "out")) == []
    sheet = (tmp_path / "out" / "people" / "S001" / "skifteseddel.html").read_text(encoding="utf-8")
    assert ("Tager imod", " ".join(text.split())) in [block.texts for block in blocks(sheet)]
    report = (tmp_path / "out" / "report" / "index.html").read_text(encoding="utf-8")
    assert report.count("<script") == 1


def test_a_workplace_that_is_lost_from_the_desks_list_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "people", tmp_path / "out")
    desk = folder / "S001" / "servicedesk.html"
    desk.write_text(re.sub(r"<tr><td>TK00002.*</tr>\n", "", desk.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "S002" / "brev.pdf").unlink()
    messages = [finding.message for finding in findings(platform, "people", folder)]
    assert messages == ["paper S002/brev.pdf is missing", "workplace on a servicedesk S001 TK00002 is missing"]


def test_a_pdf_that_says_less_than_its_page_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "people", tmp_path / "out")
    (folder / "S001" / "brev.pdf").write_bytes(pdf(page("<h1>Din arbejdsplads</h1>")))
    (finding,) = findings(platform, "people", folder)
    assert finding.path == "S001/brev.pdf"
    assert "letters of the page are not in print" in finding.message


def test_a_letter_longer_than_a_page_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "people", tmp_path / "out")
    long = page("<h1>Din arbejdsplads</h1>" + "<p>Endnu en linje.</p>" * 60)
    (folder / "S001" / "brev.html").write_text(long, encoding="utf-8")
    (folder / "S001" / "brev.pdf").write_bytes(pdf(long))
    assert [finding.message for finding in findings(platform, "people", folder)] == ["the letter is longer than a page"]


def test_a_site_or_a_vlan_that_is_lost_from_the_report_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "report", tmp_path / "out")
    file = folder / "index.html"
    text = file.read_text(encoding="utf-8")
    vlan = re.search(r'<tr><td class="number">20</td>.*</tr>\n', text)
    assert vlan is not None
    file.write_text(text.replace(vlan[0], "", 1), encoding="utf-8")
    (finding,) = findings(platform, "report", folder)
    assert re.fullmatch(r"VLAN of S001 20 10\.128\.[0-9.]+/26 is missing", finding.message)


def test_a_report_that_fetches_from_elsewhere_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "report", tmp_path / "out")
    file = folder / "index.html"
    file.write_text(file.read_text(encoding="utf-8").replace("<main>", '<main><img src="https://x.example/y">'))
    assert any("fetches something" in finding.message for finding in findings(platform, "report", folder))


def test_a_page_too_wide_for_a_phone_is_found() -> None:
    body = "<details><summary>{}</summary></details>"
    try:
        wide = list(drawn(f"<body style='margin:0'><p style='width:600px'>a</p>{body.format('S001')}</body>", 1))
        lost = list(drawn(f"<body style='margin:0'>{body.format('<br><br>S001')}</body>", 2))
    except Missing as missing:
        lacking(missing)
    assert any(finding.message.startswith("phone: 210 pixels too wide") for finding in wide)
    assert not any("desktop" in finding.message and "wide" in finding.message for finding in wide)
    assert [finding.message for finding in lost if "sites" in finding.message] == [
        "desktop: 1 sites are shown; 2",
        "phone: 1 sites are shown; 2",
    ]


def test_readiness_says_what_is_missing(tmp_path: Path) -> None:
    platform = changed(tmp_path, ALWAYS)
    context = report(platform)
    states = {site.code: (site.state, [note.text for note in site.notes]) for site in context.sites}
    assert states == {"S001": ("missing", ["Åbent døgnet rundt og ingen reservelinje"]), "S002": ("ready", [])}


@pytest.mark.parametrize(
    ("when", "shown"),
    [(date(2027, 2, 7), "søndag den 7. februar 2027"), (date(2026, 11, 2), "mandag den 2. november 2026")],
)
def test_a_day_is_written_as_danes_do(when: date, shown: str) -> None:
    assert danish.day(when) == shown


def test_words_are_joined_and_counted_as_danes_do() -> None:
    assert danish.listed([]) == ""
    assert danish.listed(["a"]) == "a"
    assert danish.listed(["a", "b", "c"]) == "a, b og c"
    assert danish.count(1, "switch", "switche") == "1 switch"
    assert danish.count(0, "switch", "switche") == "0 switche"
    assert (danish.clock("08:00"), danish.clock("06:30")) == ("8", "6.30")
