"""Every fault of Citrix pools, by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import model
from model.faults import Fault
from model.rules import registry
from tests.support.edit import REMOVE, Edits, Plain, edit
from tests.support.paths import ROOT, STACKS


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    return caught.value.faults


# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "nobody named": (
        {"desktops.yaml": {"pools.office.users": []}},
        ("ACCESS-OPEN", "pools.office.users", "left out as everyone"),
    ),
    "users not given": (
        {"desktops.yaml": {"pools.office.users": REMOVE}},
        ("ACCESS-OPEN", "pools.office.users", "left out as everyone"),
    ),
    "everyone, and a list": (
        {"desktops.yaml": {"pools.office.access": "Everyone"}},
        ("ACCESS-OPEN", "pools.office.users", "no effect"),
    ),
    "settings for no pool": (
        {"profiles.yaml": {"profiles": {"video": {"peak": 0.9}}}},
        ("POLICY-UNASSIGNED", "profiles.video", "reach nobody"),
    ),
    "an image that ends sessions": (
        {
            "refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"},
            "desktops.yaml": {"desktop_images.kontor.rollout.reboot": "at-once"},
        },
        ("REBOOT-SESSIONS", "desktop_images.kontor.rollout.reboot", "ends every session of office-g26"),
    ),
    "an image that never arrives": (
        {"desktops.yaml": {"pools.office.restart": None}},
        ("REBOOT-SESSIONS", "desktop_images.kontor.rollout.reboot", "never restarts"),
    ),
    "night staff who are logged off": (
        {"sites.yaml": {"sites.S001.hours": "24x7"}},
        ("REBOOT-SESSIONS", "profiles.office.restart.minutes", "logs off 1 workplaces at sites that never close"),
    ),
    "a restart without a word": (
        {"desktops.yaml": {"pools.office.restart": {"warning": None}}},
        ("MISSING-KEY", "pools.office.restart.warning", "warning is missing"),
    ),
    "a word of a restart that waits": (
        {"desktops.yaml": {"pools.graphics.restart": {"warning": "Gem dit arbejde"}}},
        ("UNKNOWN-KEY", "pools.graphics.restart.warning", "waits for the last session"),
    ),
    "a restart that waits for ever": (
        {"desktops.yaml": {"pools.graphics.settings": {"disconnect_timer": False}}},
        ("REBOOT-SESSIONS", "profiles.graphics.restart", "keeps its machine from ever restarting"),
    ),
    "no licences": (
        {"desktops.yaml": {"citrix.licensing": REMOVE}},
        ("LICENCE", "citrix", "licensing is missing"),
    ),
    "controllers that are too old for the activation service": (
        {"desktops.yaml": {"citrix.licensing.controllers": Plain('"2402 CU2"')}},
        ("LICENCE", "citrix.licensing.controllers", "2402 CU2 are not known"),
    ),
    "an activation service that nobody reaches": (
        {"flows.yaml": {"flows.citrix-licences.ports": ["tcp/80"]}},
        ("LICENCE", "citrix.licences", "no flow lets drift reach the internet on tcp/443"),
    ),
    "an image whose restart nobody chose": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.reboot": REMOVE}},
        ("MISSING-KEY", "desktop_images.kontor.rollout.reboot", "reboot is missing"),
    ),
    "a spread without a warning": (
        {
            "desktops.yaml": {
                "desktop_images.kontor.rollout.reboot": "spread",
                "desktop_images.kontor.rollout.minutes": 60,
                "desktop_images.kontor.rollout.warning": "Gem dit arbejde",
            }
        },
        ("MISSING-KEY", "rollout.warning_minutes", "spread warns"),
    ),
    "minutes that a drain has not": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.minutes": 60}},
        ("UNKNOWN-KEY", "rollout.minutes", "drain has no minutes"),
    ),
    "Multi-Stream and MTU discovery": (
        {"desktops.yaml": {"pools.office.settings": {"multi_stream": True}}},
        ("MULTI-STREAM", "pools.office.settings.multi_stream", "which kontor 2611.1 has on"),
    ),
    "Secure HDX and mixed clients": (
        {"desktops.yaml": {"pools.office.settings": {"secure_hdx": "Enabled"}}},
        ("SECURE-HDX", "pools.office.settings.secure_hdx", "keeps out IGEL UD7 (1)"),
    ),
    "hardware encoding without a GPU": (
        {"desktops.yaml": {"pools.office.settings": {"hardware_encoding": True}}},
        ("GPU", "pools.office.settings.hardware_encoding", "no GPU in g26"),
    ),
    "a GPU that the master has not": (
        {"desktops.yaml": {"desktop_images.grafik.versions.2611.1.gpu": REMOVE}},
        ("GPU", "pools.graphics.gpu", "the master of grafik 2611.1 has none"),
    ),
    "audio quality under adaptive audio": (
        {"desktops.yaml": {"pools.office.settings": {"audio_quality": "High"}}},
        ("AUDIO", "pools.office.settings.audio_quality", "no effect under adaptive audio"),
    ),
    "audio quality under adaptive audio by default": (
        {"desktops.yaml": {"pools.office.settings": {"audio_quality": "High", "adaptive_audio": None}}},
        ("AUDIO", "pools.office.settings.audio_quality", "no effect under adaptive audio"),
    ),
    "RTP audio that no server hears": (
        {"desktops.yaml": {"pools.office.settings": {"rtp_audio": True}}},
        ("AUDIO", "pools.office.settings.rtp_audio", "udp_audio: true"),
    ),
    "diagnostic mode": (
        {"desktops.yaml": {"pools.office.settings": {"adaptive_transport": "DiagnosticMode"}}},
        ("DIAGNOSTIC-MODE", "pools.office.settings.adaptive_transport", "never falls back"),
    ),
    "multi-session machines of one user each": (
        {"desktops.yaml": {"pools.office.allocation": "Static"}},
        ("ALLOCATION", "pools.office.allocation", "set `allocation: Random`, or `session_support: SingleSession`"),
    ),
    "single-session machines for many": (
        {"desktops.yaml": {"pools.office.session_support": "SingleSession"}},
        ("ALLOCATION", "sessions_per_host", "with SingleSession; set it to 1"),
    ),
    "a wildcard for the protocol": (
        {
            "desktops.yaml": {
                "pools.office.settings": {
                    "browser_redirection": True,
                    "browser_redirection_acl": ["*://video.example/*"],
                }
            }
        },
        ("REDIRECTION-ACL", "pools.office.settings.browser_redirection_acl[0]", "for its protocol"),
    ),
    "redirection of nothing": (
        {"desktops.yaml": {"pools.office.settings": {"browser_redirection": True}}},
        ("REDIRECTION-ACL", "pools.office.settings.browser_redirection", "no site"),
    ),
    "a setting that is not known": (
        {"desktops.yaml": {"pools.office.settings": {"adaptive_transprt": "Off"}}},
        ("UNKNOWN-KEY", "pools.office.settings.adaptive_transprt", "did you mean adaptive_transport"),
    ),
    "a VDA version that YAML reads as a number": (
        {"desktops.yaml": {"desktop_images.old.versions.2201.1.vda": 1912}},
        ("UNQUOTED-NUMBER", "desktop_images.old.versions.2201.1.vda", 'write "1912" in quotes'),
    ),
    "a profile that is not there": (
        {"desktops.yaml": {"pools.office.profile": "ofice"}},
        ("DANGLING", "pools.office.profile", "did you mean office"),
    ),
    "an image that is not there": (
        {"desktops.yaml": {"pools.office.image.g26": "kontr"}},
        ("DANGLING", "pools.office.image.g26", "did you mean kontor"),
    ),
    "a version that is not there": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.to": "2613.1"}},
        ("DANGLING", "desktop_images.kontor.rollout.to", "did you mean"),
    ),
    "a cluster that is not there": (
        {"desktops.yaml": {"pools.office.cluster": "serverz"}},
        ("DANGLING", "pools.office.cluster", "did you mean servers"),
    ),
    "a base that is not there": (
        {"desktops.yaml": {"desktop_images.old.versions.2201.1.base": "ws2018"}},
        ("DANGLING", "desktop_images.old.versions.2201.1.base", "did you mean ws2019"),
    ),
    "a base without sessions": (
        {"desktops.yaml": {"desktop_images.old.versions.2201.1.base": "ubuntu2404"}},
        ("BAD-VALUE", "desktop_images.old.versions.2201.1.base", "is linux"),
    ),
    "a system that is not there": ({"desktops.yaml": {"system": "ax"}}, ("DANGLING", "system", "no system ax")),
    "an image without a master": (
        {"desktops.yaml": {"desktop_images.grafik.master": REMOVE}},
        ("MISSING-KEY", "desktop_images.grafik.master", "has no master"),
    ),
    "a version without a snapshot": (
        {"desktops.yaml": {"desktop_images.kontor.versions.2612.1.snapshot": REMOVE}},
        ("MISSING-KEY", "desktop_images.kontor.versions.2612.1.snapshot", "has no snapshot"),
    ),
    "a version without an agent": (
        {"desktops.yaml": {"desktop_images.grafik.versions.2611.1.vda": REMOVE}},
        ("MISSING-KEY", "desktop_images.grafik.versions.2611.1.vda", "has no vda"),
    ),
    "no cluster to make machines on": (
        {"desktops.yaml": {"pools.graphics.cluster": REMOVE}},
        ("MISSING-KEY", "pools.graphics.cluster", "where Citrix makes its machines in g26"),
    ),
    "no unit for machines": (
        {"desktops.yaml": {"pools.graphics.ou": REMOVE}},
        ("MISSING-KEY", "pools.graphics.ou", "where Citrix makes its machines in g26"),
    ),
    "no vCenter to make machines in": (
        {"desktops.yaml": {"citrix.vcenter": REMOVE}},
        ("MISSING-KEY", "citrix.vcenter", "where Citrix makes the machines of office in g26"),
    ),
    "nothing to start": (
        {"desktops.yaml": {"pools.graphics.desktop": REMOVE}},
        ("MISSING-KEY", "pools.graphics.desktop", "nothing for its users to start"),
    ),
    "nothing to size by": (
        {"desktops.yaml": {"pools.graphics.machines": REMOVE}},
        ("MISSING-KEY", "pools.graphics.workplaces", "how many machines g26 needs"),
    ),
    "a rollout that forgets a pool": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.waves[0]": []}},
        ("ROLLOUT", "desktop_images.kontor.rollout.waves", "office is in 0 waves"),
    ),
    "a wave beyond the last": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.wave": 2}},
        ("ROLLOUT", "desktop_images.kontor.rollout.wave", "wave 2 of 1"),
    ),
    "a rollout of what is there": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.to": "2611.1"}},
        ("ROLLOUT", "desktop_images.kontor.rollout.to", "is the current version"),
    ),
    "a wave with a pool of another image": (
        {"desktops.yaml": {"desktop_images.kontor.rollout.waves[1]": ["graphics"]}},
        ("DANGLING", "desktop_images.kontor.rollout.waves[1][0]", "no pool graphics has image kontor"),
    ),
    "more machines than addresses": (
        {
            "desktops.yaml": {"pools.graphics.machines.g26": 400},
            "hardware.yaml": {
                "models.new-host.cores": 1024,
                "models.new-host.memory_gib": 16384,
                "datastores.DS-G26-01.capacity_gib": 65536,
            },
        },
        ("POOL-SIZE", "pools.graphics.network", "402 machines in 10.26.20.0/24"),
    ),
    "a session machine of no pool": (
        {"observed/g22-vdas.csv": {"LILXA001.folder": "Citrix/Andet"}},
        ("DANGLING", "LILXA001", "add it to the machine's pool"),
    ),
    "computer names that meet": (
        {"desktops.yaml": {"pools.graphics.short": "kon"}},
        ("DUPLICATE-NAME", "pools.graphics.short", "meet those of office-g26"),
    ),
    "computer names that meet those of servers": (
        {"observed/g22.csv": {"LILLNX01.dns_name": "adkon001g26.lilleby.example"}},
        ("DUPLICATE-NAME", "pools.office.short", "meet those of drift-lnx01-g22"),
    ),
    "a catalog name used twice over generations": (
        {"desktops.yaml": {"pools.office.found.g22.catalog": "mc-g26-graphics"}},
        ("DUPLICATE-NAME", "pools.graphics", "is that of office-g22"),
    ),
}
ALSO = {
    "a session machine of no pool": {"DANGLING"},
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(lilleby: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    faults = faults_of(edit(lilleby, edits))
    hits = [f for f in faults if f.code == code and f.path.endswith(path) and part in f.message]
    assert hits, "\n".join(map(str, faults))
    assert {f.code for f in faults} <= {code} | ALSO.get(name, set()), "\n".join(map(str, faults))
    assert ";" in hits[0].message, "a message says what is allowed"


def test_audio_quality_is_allowed_where_there_is_no_adaptive_audio(lilleby: Path) -> None:
    settings = {"audio_quality": "Medium", "adaptive_audio": False}
    edit(lilleby, {"desktops.yaml": {"pools.office.settings": settings}})
    settings_of = model.load(str(lilleby)).desktops.pools["office"].settings
    assert settings_of.audio_quality == "Medium"


def test_an_image_may_restart_at_once_while_nobody_is_served(lilleby: Path) -> None:
    edit(lilleby, {"desktops.yaml": {"desktop_images.kontor.rollout.reboot": "at-once"}})
    rollout = model.load(str(lilleby)).desktops.images["kontor"].rollout
    assert rollout is not None
    assert rollout.reboot == "at-once"


@pytest.mark.parametrize(
    ("method", "today", "told"),
    [
        ("file", date(2026, 4, 14), False),
        ("file", date(2026, 4, 15), True),
        ("activation-service", date(2027, 2, 8), False),
    ],
)
def test_licence_files_are_over_on_their_last_day(lilleby: Path, method: str, today: date, told: bool) -> None:
    edit(lilleby, {"desktops.yaml": {"citrix.licensing.method": method}})
    found = registry.due(*model.trace(str(lilleby)), today)
    assert ("citrix.licensing.method" in {fault.path for fault in found}) is told


def test_a_provisioning_server_that_nothing_starts_from_is_a_fault(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    folder = edit(tmp_path / "stacks" / "holstebro", {"systems/ctx.yaml": {"servers.ctx-pvs02.strategy": REMOVE}})
    platform, written = model.trace(str(folder))
    (fault,) = [f for f in registry.due(platform, written, date(2026, 12, 1)) if f.code == "STRATEGY"]
    assert fault.path == "servers.ctx-pvs02.strategy.g26"
    assert "start from no Provisioning server; add `strategy: {g26: {how: retire}}`" in fault.message
