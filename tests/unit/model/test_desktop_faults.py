"""Every fault of Citrix pools, by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import model
from model.faults import Fault
from tests.support.paths import STACKS


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    return caught.value.faults


ADOPTED = ("refresh.yaml", "observed", "adopted")
PILOT = ("refresh.yaml", "state: building", "state: pilot")
OFFICE = "    workplaces: office\n"
ROLLOUT = '{to: "2612.1", waves: [[office]], wave: 0, reboot: drain}'

# What to replace in which file, and the fault that it gives: code, path and a part of the message.
CASES = {
    "nobody named": (
        [("desktops.yaml", "users: [GG-Citrix-Kontor]", "users: []")],
        ("ACCESS-OPEN", "pools.office.users", "left out as everyone"),
    ),
    "users not given": (
        [("desktops.yaml", "    users: [GG-Citrix-Kontor]\n", "")],
        ("ACCESS-OPEN", "pools.office.users", "left out as everyone"),
    ),
    "everyone, and a list": (
        [("desktops.yaml", OFFICE, OFFICE + "    access: Everyone\n")],
        ("ACCESS-OPEN", "pools.office.users", "no effect"),
    ),
    "settings for no pool": (
        [("profiles.yaml", None, "profiles:\n  video:\n    peak: 0.9\n")],
        ("POLICY-UNASSIGNED", "profiles.video", "reach nobody"),
    ),
    "an image that ends sessions": (
        [ADOPTED, PILOT, ("desktops.yaml", "reboot: drain", "reboot: at-once")],
        ("REBOOT-SESSIONS", "desktop_images.kontor.rollout.reboot", "ends every session of office-g26"),
    ),
    "an image that never arrives": (
        [("desktops.yaml", OFFICE, OFFICE + "    restart: null\n")],
        ("REBOOT-SESSIONS", "desktop_images.kontor.rollout.reboot", "never restarts"),
    ),
    "an image whose restart nobody chose": (
        [("desktops.yaml", ", reboot: drain}", "}")],
        ("MISSING-KEY", "desktop_images.kontor.rollout.reboot", "reboot is missing"),
    ),
    "a spread without a warning": (
        [("desktops.yaml", "reboot: drain", "reboot: spread, minutes: 60, warning: Gem dit arbejde")],
        ("MISSING-KEY", "rollout.warning_minutes", "spread warns"),
    ),
    "minutes that a drain has not": (
        [("desktops.yaml", "reboot: drain", "reboot: drain, minutes: 60")],
        ("UNKNOWN-KEY", "rollout.minutes", "drain has no minutes"),
    ),
    "Multi-Stream and MTU discovery": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {multi_stream: true}\n")],
        ("MULTI-STREAM", "pools.office.settings.multi_stream", "which kontor 2611.1 has on"),
    ),
    "Secure HDX and mixed clients": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {secure_hdx: Enabled}\n")],
        ("SECURE-HDX", "pools.office.settings.secure_hdx", "keeps out IGEL UD7 (1)"),
    ),
    "hardware encoding without a GPU": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {hardware_encoding: true}\n")],
        ("GPU", "pools.office.settings.hardware_encoding", "no GPU in g26"),
    ),
    "a GPU that the master has not": (
        [("desktops.yaml", ", gpu: nvidia_l4-4q}", "}")],
        ("GPU", "pools.graphics.gpu", "the master of grafik 2611.1 has none"),
    ),
    "audio quality under adaptive audio": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {audio_quality: High}\n")],
        ("AUDIO", "pools.office.settings.audio_quality", "no effect under adaptive audio"),
    ),
    "audio quality under adaptive audio by default": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {audio_quality: High, adaptive_audio: null}\n")],
        ("AUDIO", "pools.office.settings.audio_quality", "no effect under adaptive audio"),
    ),
    "RTP audio that no server hears": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {rtp_audio: true}\n")],
        ("AUDIO", "pools.office.settings.rtp_audio", "udp_audio: true"),
    ),
    "diagnostic mode": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {adaptive_transport: DiagnosticMode}\n")],
        ("DIAGNOSTIC-MODE", "pools.office.settings.adaptive_transport", "never falls back"),
    ),
    "multi-session machines of one user each": (
        [("desktops.yaml", OFFICE, OFFICE + "    allocation: Static\n")],
        ("ALLOCATION", "pools.office.allocation", "set `allocation: Random`, or `session_support: SingleSession`"),
    ),
    "single-session machines for many": (
        [("desktops.yaml", OFFICE, OFFICE + "    session_support: SingleSession\n")],
        ("ALLOCATION", "sessions_per_host", "with SingleSession; set it to 1"),
    ),
    "a wildcard for the protocol": (
        [
            (
                "desktops.yaml",
                OFFICE,
                OFFICE + "    settings: {browser_redirection: true, browser_redirection_acl: ['*://video.example/*']}\n",
            )
        ],
        ("REDIRECTION-ACL", "pools.office.settings.browser_redirection_acl[0]", "for its protocol"),
    ),
    "redirection of nothing": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {browser_redirection: true}\n")],
        ("REDIRECTION-ACL", "pools.office.settings.browser_redirection", "no site"),
    ),
    "a setting that is not known": (
        [("desktops.yaml", OFFICE, OFFICE + "    settings: {adaptive_transprt: 'Off'}\n")],
        ("UNKNOWN-KEY", "pools.office.settings.adaptive_transprt", "did you mean adaptive_transport"),
    ),
    "a VDA version that YAML reads as a number": (
        [("desktops.yaml", 'vda: "1912"', "vda: 1912")],
        ("UNQUOTED-NUMBER", "desktop_images.old.versions.2201.1.vda", 'write "1912" in quotes'),
    ),
    "a profile that is not there": (
        [("desktops.yaml", "profile: office", "profile: ofice")],
        ("DANGLING", "pools.office.profile", "did you mean office"),
    ),
    "an image that is not there": (
        [("desktops.yaml", "g26: kontor}", "g26: kontr}")],
        ("DANGLING", "pools.office.image.g26", "did you mean kontor"),
    ),
    "a version that is not there": (
        [("desktops.yaml", 'to: "2612.1"', 'to: "2613.1"')],
        ("DANGLING", "desktop_images.kontor.rollout.to", "did you mean"),
    ),
    "a cluster that is not there": (
        [("desktops.yaml", "cluster: servers", "cluster: serverz")],
        ("DANGLING", "pools.office.cluster", "did you mean servers"),
    ),
    "a base that is not there": (
        [("desktops.yaml", "base: ws2019", "base: ws2018")],
        ("DANGLING", "desktop_images.old.versions.2201.1.base", "did you mean ws2019"),
    ),
    "a base without sessions": (
        [("desktops.yaml", "base: ws2019", "base: ubuntu2404")],
        ("BAD-VALUE", "desktop_images.old.versions.2201.1.base", "is linux"),
    ),
    "a system that is not there": (
        [("desktops.yaml", "system: ad", "system: ax")],
        ("DANGLING", "system", "no system ax"),
    ),
    "an image without a master": (
        [("desktops.yaml", "    master: tpl-vda-grafik\n", "")],
        ("MISSING-KEY", "desktop_images.grafik.master", "has no master"),
    ),
    "a version without a snapshot": (
        [("desktops.yaml", ", snapshot: kontor-2611-1/kontor-2612-1", "")],
        ("MISSING-KEY", "desktop_images.kontor.versions.2612.1.snapshot", "has no snapshot"),
    ),
    "a version without an agent": (
        [("desktops.yaml", '{base: ws2025, vda: "2507", built: 2026-11-17', "{base: ws2025, built: 2026-11-17")],
        ("MISSING-KEY", "desktop_images.grafik.versions.2611.1.vda", "has no vda"),
    ),
    "no cluster to make machines on": (
        [
            (
                "desktops.yaml",
                "    cluster: servers\n    network: servers\n    ou: Grafik",
                "    network: servers\n    ou: Grafik",
            )
        ],
        ("MISSING-KEY", "pools.graphics.cluster", "where Citrix makes its machines in g26"),
    ),
    "no unit for machines": (
        [("desktops.yaml", "    ou: Grafik\n", "")],
        ("MISSING-KEY", "pools.graphics.ou", "where Citrix makes its machines in g26"),
    ),
    "no vCenter to make machines in": (
        [("desktops.yaml", "vcenter: vcenter.lilleby.example\n", "")],
        ("MISSING-KEY", "vcenter", "where Citrix makes the machines of office in g26"),
    ),
    "nothing to start": (
        [("desktops.yaml", "    desktop: Grafik\n", "")],
        ("MISSING-KEY", "pools.graphics.desktop", "nothing for its users to start"),
    ),
    "nothing to size by": (
        [("desktops.yaml", "    machines: {g26: 2}\n", "")],
        ("MISSING-KEY", "pools.graphics.workplaces", "how many machines g26 needs"),
    ),
    "a rollout that forgets a pool": (
        [("desktops.yaml", "waves: [[office]]", "waves: [[]]")],
        ("ROLLOUT", "desktop_images.kontor.rollout.waves", "office is in 0 waves"),
    ),
    "a wave beyond the last": (
        [("desktops.yaml", "wave: 0", "wave: 2")],
        ("ROLLOUT", "desktop_images.kontor.rollout.wave", "wave 2 of 1"),
    ),
    "a rollout of what is there": (
        [("desktops.yaml", 'to: "2612.1"', 'to: "2611.1"')],
        ("ROLLOUT", "desktop_images.kontor.rollout.to", "is the current version"),
    ),
    "a wave with a pool of another image": (
        [("desktops.yaml", "waves: [[office]]", "waves: [[office], [graphics]]")],
        ("DANGLING", "desktop_images.kontor.rollout.waves[1][0]", "no pool graphics has image kontor"),
    ),
    "more machines than addresses": (
        [
            ("desktops.yaml", "machines: {g26: 2}", "machines: {g26: 400}"),
            ("hardware.yaml", "new-host: {cores: 64, memory_gib: 512}", "new-host: {cores: 512, memory_gib: 16384}"),
            ("hardware.yaml", "capacity_gib: 8192", "capacity_gib: 65536"),
        ],
        ("POOL-SIZE", "pools.graphics.network", "402 machines in 10.26.20.0/24"),
    ),
    "a session machine of no pool": (
        [("observed/g22-vdas.csv", "Citrix/Kontor", "Citrix/Andet")],
        ("DANGLING", "LILXA001", "add it to the machine's pool"),
    ),
    "computer names that meet": (
        [("desktops.yaml", "short: gra", "short: kon")],
        ("DUPLICATE-NAME", "pools.graphics.short", "meet those of office-g26"),
    ),
    "computer names that meet those of servers": (
        [("observed/g22.csv", "lillnx01.lilleby.example", "adkon001g26.lilleby.example")],
        ("DUPLICATE-NAME", "pools.office.short", "meet those of drift-lnx01-g22"),
    ),
    "a catalog name used twice over generations": (
        [("desktops.yaml", "catalog: Kontor", "catalog: mc-g26-graphics")],
        ("DUPLICATE-NAME", "pools.graphics", "is that of office-g22"),
    ),
}  # fmt: skip
ALSO = {
    "a session machine of no pool": {"DANGLING"},
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(lilleby: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    for file, old, new in edits:
        target = lilleby / file
        if old is None:
            target.write_text(new)
            continue
        text = target.read_text()
        assert old in text, f"{name}: {old!r} is not in {file}"
        target.write_text(text.replace(old, new, 1))
    faults = faults_of(lilleby)
    hits = [f for f in faults if f.code == code and f.path.endswith(path) and part in f.message]
    assert hits, "\n".join(map(str, faults))
    assert {f.code for f in faults} <= {code} | ALSO.get(name, set()), "\n".join(map(str, faults))
    assert ";" in hits[0].message, "a message says what is allowed"


def test_audio_quality_is_allowed_where_there_is_no_adaptive_audio(lilleby: Path) -> None:
    path = lilleby / "desktops.yaml"
    settings = "    settings: {audio_quality: Medium, adaptive_audio: false}\n"
    path.write_text(path.read_text().replace(OFFICE, OFFICE + settings))
    settings_of = model.load(str(lilleby)).desktops.pools["office"].settings
    assert settings_of.audio_quality == "Medium"


def test_an_image_may_restart_at_once_while_nobody_is_served(lilleby: Path) -> None:
    path = lilleby / "desktops.yaml"
    path.write_text(path.read_text().replace("reboot: drain", "reboot: at-once"))
    rollout = model.load(str(lilleby)).desktops.images["kontor"].rollout
    assert rollout is not None
    assert rollout.reboot == "at-once"
