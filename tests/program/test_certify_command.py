"""`refresh certify` as a person runs it: pages and JSON, the chain that holds them, and what cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.support.monday import Monday, monday

Certify = Callable[..., Result]
DAY = ("--today", "2027-02-08")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    return monday("lilleby", tmp_path_factory.mktemp("lilleby"))


@pytest.fixture
def stands(kept: Monday, tmp_path: Path) -> Monday:
    return kept.copy(tmp_path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "certificate"


@pytest.fixture
def certify(stands: Monday, out: Path) -> Certify:
    def run(*options: str) -> Result:
        given = ["--rendered", str(stands.rendered), "--outputs", str(stands.outputs), "--out", str(out), *DAY]
        return CliRunner().invoke(app, ["certify", "lilleby", *given, *options])

    return run


def checked(out: Path) -> Result:
    return CliRunner().invoke(app, ["certify", "lilleby", "--out", str(out), "--check"])


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_whole_platform_leaves_with_0_and_says_its_seal(certify: Certify, out: Path) -> None:
    done = certify()
    assert done.exit_code == 0, done.output
    assert re.fullmatch(rf"{out}: 2 of 2 sites are whole, sealed [0-9a-f]{{64}}\n", done.output)
    assert "Vejen er hel, fra porten i væggen til skrivebordet." in (out / "S002.html").read_text(encoding="utf-8")
    assert "Alle 2 steder er i orden." in (out / "index.html").read_text(encoding="utf-8")
    facts = [fact for link in json.loads((out / "S002.json").read_text())["links"] for fact in link["facts"]]
    assert {"text", "value", "file", "line", "state"} == set(facts[0])
    assert all(stands_at(fact, out) for fact in facts)


def stands_at(fact: dict[str, object], out: Path) -> bool:
    """Whether the file that a fact names is there and has that line."""
    name, line = str(fact["file"]), int(str(fact["line"]))
    path = out.parent / name if name == "outputs.json" else out.parent / "rendered" / name
    return path.is_dir() if not line else len(path.read_text(encoding="utf-8").splitlines()) >= line


def test_the_same_is_made_of_the_same(certify: Certify, out: Path) -> None:
    certify()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    certify()
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_broken_link_leaves_with_1_and_names_the_place(certify: Certify, stands: Monday, out: Path) -> None:
    path = stands.rendered / "kea" / "kea-dhcp4.json"
    change(path, '"routers", "data": "10.128.4.1"', '"routers", "data": "10.128.4.9"')
    done = certify()
    assert done.exit_code == 1
    said = r"kea/kea-dhcp4\.json:(\d+): S002: DHCP: scope og adresser: Vejen ud for clients: 10\.128\.4\.9 "
    found = re.search(said, done.output)
    assert found
    assert '"10.128.4.9"' in path.read_text(encoding="utf-8").splitlines()[int(found[1]) - 1]
    assert "kea/kea-dhcp4.json: Filen er, som den blev skrevet" in done.output, "it was edited by hand as well"
    assert "1 of 2 sites are whole" in done.output
    page = (out / "S002.html").read_text(encoding="utf-8")
    assert "Brudt ved: DHCP: scope og adresser. Se først i kea/kea-dhcp4.json:" in page
    overview = json.loads((out / "certificate.json").read_text())
    assert [(each["site"], each["ok"], each["broken"]) for each in overview["sites"]] == [
        ("S001", True, []),
        ("S002", False, ["dhcp"]),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("S001.html", "10.128.8.1", "10.128.8.2", "S001.html: edited"),
        ("S002.json", "10.128.4.1", "10.128.4.2", "S002.json: edited"),
        ("index.html", "Alle 2 steder", "Alle 3 steder", "index.html: edited"),
        ("certificate.json", '"day": "2027-02-08"', '"day": "2027-02-09"', "S001.json: does not follow"),
    ],
)
def test_whatever_is_edited_afterwards_shows(
    name: str, old: str, new: str, said: str, certify: Certify, out: Path
) -> None:
    certify()
    assert checked(out).exit_code == 0
    change(out / name, old, new)
    done = checked(out)
    assert done.exit_code == 1
    assert said in done.output


def test_a_site_that_is_left_out_shows(certify: Certify, out: Path) -> None:
    certify()
    overview = json.loads((out / "certificate.json").read_text())
    del overview["sites"][0]
    (out / "certificate.json").write_text(json.dumps(overview))
    assert "S002.json: does not follow the site before it" in checked(out).output
    assert "S001.json: in no chain" in checked(out).output


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("netbox/01-sites.csv", None, "there is no such file; write it with"),
        ("manifest.json", None, "there is no such file; write it with"),
        ("kea/kea-dhcp4.json", "{", "kea/kea-dhcp4.json:1: no JSON"),
        ("kea/kea-dhcp4.json", '{"Dhcp4": {}}', "kea/kea-dhcp4.json: no scopes in the form of Kea"),
        ("dns/zones/lilleby.example.zone", "$ORIGIN lilleby.example.\n@ A x\n", "no zone that dnspython reads"),
        ("igel/profiles/office.xml", "<profiles>", "igel/profiles/office.xml:1: no XML"),
        ("windows_dhcp/Set-Dhcp.ps1", "exit", "windows_dhcp/Set-Dhcp.ps1: no JSON between"),
        ("firewall/flows.csv", "strøm,fra\na,b\n", "firewall/flows.csv:2: a row that is no flow"),
    ],
)
def test_what_cannot_be_read_leaves_with_2(
    path: str, content: str | None, said: str, certify: Certify, stands: Monday
) -> None:
    if content is None:
        (stands.rendered / path).unlink()
    else:
        (stands.rendered / path).write_text(content, encoding="utf-8")
    done = certify()
    assert done.exit_code == 2
    assert said in done.output
    assert "; write it" in done.output


def test_an_unknown_rule_is_told_and_never_passed_over(certify: Certify, stands: Monday) -> None:
    change(stands.rendered / "firewall" / "platform-refresh.nft", "ct state new ip saddr @end_ad ", "ip saddr @end_ad ")
    done = certify()
    assert done.exit_code == 2
    assert re.search(r"platform-refresh\.nft:\d+: a line of the ruleset that this reader does not know; ", done.output)


def test_all_that_is_wrong_is_told_at_once(certify: Certify, stands: Monday) -> None:
    (stands.rendered / "netbox" / "01-sites.csv").unlink()
    (stands.rendered / "kea" / "kea-dhcp4.json").write_text("{", encoding="utf-8")
    stands.outputs.write_text("[]", encoding="utf-8")
    output = certify().output
    assert all(part in output for part in ("01-sites.csv", "kea-dhcp4.json:1", "outputs.json: no outputs of a stack"))


def test_outputs_of_another_platform_or_of_too_few_stacks_are_refused(certify: Certify, stands: Monday) -> None:
    whole = json.loads(stands.outputs.read_text(encoding="utf-8"))
    stands.outputs.write_text(json.dumps({"access": whole["access"]}), encoding="utf-8")
    assert "outputs.json: no output `inventory`; add the stack" in certify().output
    whole["inventory"]["platform"] = "nabo"
    stands.outputs.write_text(json.dumps(whole), encoding="utf-8")
    done = certify()
    assert done.exit_code == 2
    assert "the stacks: of nabo, and lilleby was asked for" in done.output


def test_layers_are_read_together(certify: Certify, stands: Monday, out: Path) -> None:
    whole = json.loads(stands.outputs.read_text(encoding="utf-8"))
    second = stands.outputs.with_name("access.json")
    second.write_text(json.dumps({"access": whole.pop("access")}), encoding="utf-8")
    stands.outputs.write_text(json.dumps(whole), encoding="utf-8")
    assert certify("--outputs", str(second)).exit_code == 0
    assert [each["file"] for each in json.loads((out / "certificate.json").read_text())["outputs"]] == [
        "outputs.json",
        "access.json",
    ]


def test_one_site_alone(certify: Certify, out: Path) -> None:
    certify()
    done = certify("--site", "S002")
    assert "1 of 1 sites are whole" in done.output
    assert not (out / "S001.html").exists(), "of the certificate before"
    assert checked(out).exit_code == 0
    done = certify("--site", "S999")
    assert (done.exit_code, "--site S999: no such site" in done.output) == (2, True)


def test_json_is_the_overview(certify: Certify, out: Path) -> None:
    assert certify("--json").output == (out / "certificate.json").read_text()


def test_nothing_to_read_is_said(out: Path) -> None:
    done = CliRunner().invoke(app, ["certify", "lilleby", "--out", str(out)])
    assert (done.exit_code, "give --rendered, and --outputs or --stack" in done.output) == (2, True)
