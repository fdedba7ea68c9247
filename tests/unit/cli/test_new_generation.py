"""`refresh new-generation`: what it writes, that `refresh check` names what is to be said and nothing else, and that a
generation whose TODOs are answered can be built.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import model
from cli.main import app
from tests.support.edit import edit
from tests.support.paths import DATA, ROOT
from tests.support.saying import say, to_say
from tests.unit.importers.helpers import run

LAYER = """\
encryptionsalt: v1:abc
config:
  platform-refresh:platform: lilleby
  platform-refresh:layer: g26
  citrix:user: LILLEBY\\svc-pulumi
  platform-refresh:esxiPassword:
    secure: v1:xyz
"""


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    run(tmp_path / "lilleby")
    return tmp_path / "lilleby"


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "stacks", tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    return tmp_path / "stacks"


def new_generation(folder: Path, name: str, old: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["new-generation", str(folder), name, "--from", old, *more])


def wrote(folder: Path, name: str, old: str) -> str:
    done = new_generation(folder, name, old)
    assert done.exit_code == 0, done.output
    return done.output


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}


def build(folder: Path, name: str) -> model.Platform:
    """Answers what is to be said; the platform is then without a fault, planned and building."""
    say(folder)
    model.load(str(folder))
    edit(folder, {"refresh.yaml": {f"generations.{name}.state": "building"}})
    return model.load(str(folder))


def test_after_an_import_what_is_named_is_all_that_building_asks_for(imported: Path) -> None:
    output = wrote(imported, "g26", "g22")
    assert "proposed pools, one a folder of session machines: kontor (Citrix/Kontor, 2)" in output
    assert "proposed images: ws2025 after ws2019, ubuntu2404 after ubuntu, ws2025 after ws2016" in output
    assert "proposed hosts: 3 in servers, 2 in desktops" in output
    assert f"{len(to_say(imported))} things to say" in output
    assert "  not asked: sites have no addresses, and so no DHCP and switches: write supernet in" in output
    platform = build(imported, "g26")
    assert len(platform.instances_of("g26")) == len(platform.estate.servers) == 13
    assert [(i.pool.name, i.generation.name, i.machines) for i in platform.pool_instances] == [
        ("kontor", "g22", 2),
        ("kontor", "g26", 2),
    ]


def test_the_supernet_that_is_not_asked_for_is_followed_by_what_it_asks_for(imported: Path) -> None:
    wrote(imported, "g26", "g22")
    build(imported, "g26")
    edit(imported, {"networks.yaml": {"supernet": "10.128.0.0/16"}})
    done = CliRunner().invoke(app, ["check", str(imported)])
    for fault in ("MISSING-KEY prefixes", "MISSING-KEY outside_resolvers", "PLAN sites.S001"):
        assert f" {fault}: " in done.stderr


def test_each_thing_to_say_stands_where_it_is_mended(imported: Path) -> None:
    wrote(imported, "g26", "g22")
    said = to_say(imported)
    for fault in said:
        line = Path(fault.file).read_text(encoding="utf-8").splitlines()[fault.line - 1]
        assert "TODO" in line, fault
        assert fault.file.startswith(str(imported)), fault
    texts = {fault.path: fault.message for fault in said}
    assert texts["networks.servers.vlan.g26"] == (
        "VLAN number by generation; write a whole number from 1 to 4094 in place of TODO"
    )
    assert texts["models.g26-servers.memory_gib"].startswith("at least 128; write a whole number from 1 to 65536")
    assert "known are: ad-dc01" in texts["alias_servers[0]"]


def test_a_generation_that_we_built_is_taken_over(stacks: Path) -> None:
    folder = stacks / "holstebro"
    wrote(folder, "g30", "g26")
    assert {fault.path.rpartition(".")[2] for fault in to_say(folder)} == {"g30", "lun", "cores", "memory_gib"}
    platform = build(folder, "g30")
    assert len(platform.instances_of("g30")) == 227, "Provisioning ended with g22"
    old, new = (
        {i.pool.name: (i.machines, i.gpu) for i in platform.pool_instances if i.generation.name == name}
        for name in ("g26", "g30")
    )
    assert new == old
    assert [len(platform.hardware.hosts_of("g30", key)) for key in ("servers", "desktops")] == [8, 6]
    assert platform.vmware.licences["esxi"].generations == ("g26", "g30")


def test_what_is_in_azure_goes_on_and_what_was_retired_stays_so(stacks: Path) -> None:
    folder = stacks / "herlev"
    output = wrote(folder, "g30", "g26")
    assert "go on as they are in Azure (in-place): ad-dc01" in output
    platform = build(folder, "g30")
    assert platform.instances_of("g30") == ()
    assert platform.estate.servers["ctx-ddc01"].how("g30") == "retire"
    assert platform.estate.servers["file-fs01"].how("g30") == "in-place"
    assert {i.pool.name for i in platform.pool_instances if i.generation.name == "g30"} == {
        "legacy", "job-centre", "schools", "elder-care",
    }  # fmt: skip


def test_pools_of_what_was_found_get_an_image_of_their_own(stacks: Path) -> None:
    folder = stacks / "holstebro"
    wrote(folder, "g30", "g22")
    paths = {fault.path for fault in to_say(folder)}
    assert {"pools.graphics.gpu.g30", "desktop_images.graphics-g30.versions.3001.1.gpu"} <= paths
    edit(folder, {"desktops.yaml": {"pools.graphics.gpu.g30": "nvidia_l4-4q"}})
    edit(folder, {"desktops.yaml": {"desktop_images.graphics-g30.versions.3001.1.gpu": "nvidia_l4-4q"}})
    platform = build(folder, "g30")
    assert {i.pool.name: i.image_name for i in platform.pool_instances if i.generation.name == "g30"} == {
        "office": "office-g30",
        "graphics": "graphics-g30",
    }


def test_a_layer_of_its_own_gets_a_stack_file_without_secrets(lilleby: Path) -> None:
    (lilleby.parent / "Pulumi.lilleby-g26.yaml").write_text(LAYER)
    assert "Pulumi.lilleby-g30.yaml, without secrets" in wrote(lilleby, "g30", "g26")
    assert (lilleby.parent / "Pulumi.lilleby-g30.yaml").read_text(encoding="utf-8") == (
        "config:\n  platform-refresh:platform: lilleby\n  platform-refresh:layer: g30\n"
        '  citrix:user: "LILLEBY\\\\svc-pulumi"\n'
    )


def test_a_dry_run_shows_the_changes_and_makes_none(lilleby: Path) -> None:
    (lilleby.parent / "Pulumi.lilleby-g26.yaml").write_text(LAYER)
    before = contents(lilleby)
    done = new_generation(lilleby, "g30", "g26", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "+    vlan: {g22: 20, g26: 220, g30: TODO}\n" in done.stdout
    assert "+  platform-refresh:layer: g30\n" in done.stdout
    assert done.stdout.endswith(" things to say, and nothing is changed\n")
    assert contents(lilleby) == before


def test_every_other_line_stays(lilleby: Path) -> None:
    file = lilleby / "roles.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("}}", "}}  # bagved"), encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    wrote(lilleby, "g30", "g26")
    after = file.read_text(encoding="utf-8")
    assert after.count("g30") == 4
    assert after.replace(", g30: ws2025", "").replace(", g30: ubuntu2404", "") == before


@pytest.mark.parametrize(
    ("name", "old", "part"),
    [
        ("g26", "g22", "g26 is there already and building; name another"),
        ("g30", "g23", "no generation g23; did you mean g2"),
        ("g24", "g22", "g24 does not come after g26; name a later year"),
        ("2030", "g26", "2030; write g and the year in two digits"),
    ],
)
def test_what_cannot_be_is_refused_on_one_line(lilleby: Path, name: str, old: str, part: str) -> None:
    before = contents(lilleby)
    done = new_generation(lilleby, name, old)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
    assert part in done.stderr
    assert contents(lilleby) == before


def test_a_platform_with_faults_is_left_alone(imported: Path) -> None:
    wrote(imported, "g26", "g22")
    before = contents(imported)
    done = new_generation(imported, "g30", "g26")
    assert (done.exit_code, "TO-SAY" in done.stderr) == (2, True)
    assert contents(imported) == before
    assert new_generation(imported.parent / "nowhere", "g26", "g22").exit_code == 2
    assert not (imported.parent / "nowhere").exists()
