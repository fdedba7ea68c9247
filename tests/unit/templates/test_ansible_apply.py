"""The playbook, run for real on this machine for every Linux consumer, on two hosts: each a folder of its own.

Nothing is reloaded and nobody becomes root; each service's own checker judges the file before it is put in place.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import model
from rendering.target import targets
from rendering.writer import write
from tests.support.edit import Edits
from tests.support.lilleby import changed
from tests.support.targets import PARTNERS, findings, rendered
from tests.support.validators import program

pytestmark = pytest.mark.native
PLACES = {
    "firewall": ("platform-refresh.nft", "etc/nftables.d/platform-refresh.nft"),
    "prometheus": ("alerts.yml", "etc/prometheus/alerts.yml"),
    "icinga": ("sites.conf", "etc/icinga2/conf.d/platform-refresh/sites.conf"),
}
HOSTS = ["drift-lnx01-g22", "drift-lnx02-g26"]
SILENT = "ad-dc01-g22"
"""A server that takes two bundles in the middle of the playbook, and answers to nobody here."""
KEA = {"drift-lnx01-g22": "kea-dhcp4.json", "drift-lnx02-g26": "drift-lnx02-g26.json"}
"""What Kea is given on a server that is alone in its generation, and on one of two."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lilleby rendered, with its DHCP on a Linux server."""
    for name in ("kea-dhcp4", "nft", "promtool", "prometheus-blackbox-exporter", "named-checkzone"):
        program(name)
    folder = tmp_path_factory.mktemp("apply")
    write(changed(folder, PARTNERS), targets(), folder / "out", whole=True)
    return folder / "out"


class Loopback:
    """Two hosts of the rendered inventory with their groups, each a folder here."""

    def __init__(self, out: Path, folder: Path) -> None:
        self.out, self.folder = out, folder
        every = YAML(typ="safe").load((out / "ansible_apply" / "hosts.yml").read_text())["all"]["children"]
        self.hosts = HOSTS
        rendered = every["linux"]["hosts"]
        linux = {
            "hosts": {
                host: {name: value for name, value in rendered[host].items() if name != "ansible_host"}
                | {"platform_root": str(folder / host), "ansible_connection": "local"}
                for host in self.hosts
            }
        }
        windows = {"hosts": {SILENT: {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}}}
        owners = {
            name: {"hosts": dict.fromkeys(set(group["hosts"]) & {*self.hosts, SILENT}, None)}
            for name, group in every.items()
            if name.startswith("owner_")
        }
        self.inventory = folder / "hosts.json"
        self.inventory.write_text(json.dumps({"all": {"children": {"linux": linux, "windows": windows, **owners}}}))

    def run(
        self, *options: str, playbook: str = "site.yml", inventory: Path | None = None
    ) -> tuple[int, str, dict[str, tuple[int, int]]]:
        """Status, text, and (changed, failed) of each host."""
        path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
        own = {"ANSIBLE_HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8", "PATH": path, "ANSIBLE_PIPELINING": "1"}
        local = {
            "ansible_python_interpreter": sys.executable,
            "platform_become": False,
            "platform_reload": False,
            "platform_named": getpass.getuser(),
            "platform_patience": 1,
        }
        hosts = inventory or self.inventory
        command = [program("ansible-playbook"), "-i", hosts, playbook, "-e", json.dumps(local), *options]
        folder = self.out / "ansible_apply"
        done = subprocess.run(command, cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False)
        recap = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=(\d+)", done.stdout, re.MULTILINE)
        found = {host: (int(changed), int(failed)) for host, changed, failed in recap}
        return done.returncode, done.stdout + done.stderr, found

    def missing(self, text: str) -> list[str]:
        """What the run says at its end that is missing, without the reason."""
        found = re.search(r'fatal: \[localhost\]: FAILED! => \{"changed": false, "msg": "(.*)"\}', text)
        return [] if found is None else [": ".join(line.split(": ")[:3]) for line in found[1].split("\\n")]

    def reports(self) -> dict[str, list[str]]:
        """The lines of the last run's report, by host."""
        folder = self.out / "ansible_apply" / "changes"
        return {path.stem: path.read_text().splitlines() for path in folder.iterdir()}

    def certify(self) -> None:
        """Puts certificates where Kea looks for them, on the server that has a partner."""
        folder = self.folder / "drift-lnx02-g26" / "etc" / "kea" / "ha"
        folder.mkdir(parents=True)
        for name in ("ca.pem", "cert.pem", "key.pem"):
            (folder / name).touch()

    def kea(self, host: str) -> Path:
        """Where Kea's file is put on a host."""
        return self.folder / host / "etc" / "kea" / "kea-dhcp4.conf"

    def place(self, name: str) -> list[Path]:
        """Where a consumer's file is put, on each of its hosts."""
        groups = json.loads(self.inventory.read_text())["all"]["children"]
        return [self.folder / host / PLACES[name][1] for host in groups[f"owner_{name}"]["hosts"]]


@pytest.fixture(scope="module")
def loopback(out: Path, tmp_path_factory: pytest.TempPathFactory) -> Loopback:
    """After a first run."""
    made = Loopback(out, tmp_path_factory.mktemp("loopback"))
    made.certify()
    status, text, hosts = made.run()
    assert status == 2, text
    assert made.missing(text) == [f"{SILENT}: Windows, {name}: Se, om den svarer" for name in ("ad", "dns")]
    assert set(made.hosts) <= set(hosts)
    assert all(hosts[host][0] and not hosts[host][1] for host in made.hosts)
    return made


def test_a_server_with_a_fixed_address_is_told_whom_to_ask_instead_of_those_of_its_birth(
    loopback: Loopback, tmp_path: Path
) -> None:
    told = {
        "platform_root": str(tmp_path),
        "ansible_connection": "local",
        "ansible_default_ipv4": {"interface": "ens192"},
    }
    hosts = loopback.out / "ansible_apply" / "resolvers-hosts.yml"
    options = ("--limit", "drift-lnx02-g26", "-e", json.dumps(told))
    for changed_files in (2, 0):
        status, text, recap = loopback.run(*options, playbook="resolvers.yml", inventory=hosts)
        assert status == 0, text
        assert recap["drift-lnx02-g26"] == (changed_files, 0)
    (put,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert put.parent.name == "10-netplan-ens192.network.d"
    assert put.read_text() == "[Network]\nDNS=\nDNS=10.20.20.12\n"


def test_files_are_put_where_they_belong_and_reported(loopback: Loopback) -> None:
    for name, (source, _) in PLACES.items():
        places = loopback.place(name)
        assert places
        for place in places:
            assert place.read_bytes() == (loopback.out / name / source).read_bytes()
    for host, source in KEA.items():
        assert loopback.kea(host).read_bytes() == (loopback.out / "kea" / source).read_bytes()
    assert set(loopback.reports()) == set(loopback.hosts)
    assert "platform-refresh.nft" in loopback.reports()["drift-lnx02-g26"]


def test_a_second_run_mends_what_differs_and_leaves_the_alias_zone_to_pulumi(loopback: Loopback) -> None:
    (rules,) = loopback.place("firewall")
    rules.write_text("flush ruleset\n")
    (zone,) = loopback.folder.glob("*/var/cache/bind/zones/access.lilleby.example.zone")
    zone.write_text(zone.read_text() + "; changed by an update\n")
    expected = {host: (int(host == "drift-lnx02-g26"), 0) for host in loopback.hosts}

    status, text, hosts = loopback.run("--check", "--limit", "drift-lnx02-g26,localhost")
    assert (status, hosts["drift-lnx02-g26"]) == (0, (1, 0)), text
    assert rules.read_text() == "flush ruleset\n", "a check changes nothing"

    status, text, hosts = loopback.run()
    assert hosts == {"localhost": (0, 1), SILENT: (0, 0)} | expected, text
    assert {line.split(": ")[0] for line in loopback.missing(text)} == {SILENT}
    assert rules.read_bytes() == (loopback.out / "firewall" / "platform-refresh.nft").read_bytes()
    assert loopback.reports() == {"drift-lnx02-g26": ["platform-refresh.nft"]}
    assert zone.read_text().endswith("; changed by an update\n")


def test_a_file_that_its_service_refuses_is_not_put_in_place(loopback: Loopback) -> None:
    rendered = loopback.out / "kea" / KEA["drift-lnx02-g26"]
    good = rendered.read_bytes()
    try:
        rendered.write_text('{"Dhcp4": {"no-such-key": 1}}')
        status, text, _ = loopback.run("--limit", "drift-lnx02-g26,localhost")
    finally:
        rendered.write_bytes(good)
    assert status != 0
    assert "no-such-key" in text
    assert loopback.kea("drift-lnx02-g26").read_bytes() == good


def test_a_server_with_a_partner_and_no_certificate_is_left_as_it_is(out: Path, tmp_path: Path) -> None:
    bare = Loopback(out, tmp_path)
    status, text, _ = bare.run("--limit", "drift-lnx02-g26,localhost")
    assert status != 0
    assert "Læg ca.pem fra jeres egen CA i /etc/kea/ha" in text
    assert not bare.kea("drift-lnx02-g26").exists()


def test_the_proof_leaves_nothing_beside_what_it_proves(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(out.rglob("*"))
    monkeypatch.chdir(out.parent)
    assert (
        findings(model.load(str(out.parent / "stacks" / "lilleby")), "ansible_apply", Path("out/ansible_apply")) == []
    )
    assert sorted(out.rglob("*")) == before


def hosts(folder: Path, *edits: Edits) -> dict[str, Any]:
    """The groups of the rendered inventory of a changed lilleby."""
    path = rendered(changed(folder, *edits), "ansible_apply", folder / "out") / "hosts.yml"
    return YAML(typ="safe").load(path.read_text())["all"]["children"]


def test_only_the_live_generation_answers_for_dhcp(tmp_path: Path) -> None:
    linux = hosts(tmp_path / "linux", PARTNERS)["linux"]["hosts"]
    answers = {name: host["platform_answers"] for name, host in linux.items()}
    assert answers == {"drift-lnx01-g22": True, "drift-lnx01-g26": False, "drift-lnx02-g26": False}
    windows = hosts(tmp_path / "windows")
    assert set(windows["owner_windows_dhcp"]["hosts"]) == {"ad-dc01-g22", "ad-dc01-g26"}, "the first of each two"
    told = {name: host["platform_own"] for name, host in windows["windows"]["hosts"].items() if "platform_own" in host}
    assert told == {
        "ad-dc01-g22": {"windows_dhcp": {"Partner": "lildc02.lilleby.example"}},
        "ad-dc01-g26": {"windows_dhcp": {"Partner": "addc02g26.lilleby.example", "Standby": True}},
    }
