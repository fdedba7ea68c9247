"""What the engine is told to leave as it was born, and who tells of a change of it: nothing parts in silence."""

from __future__ import annotations

import model
from model.derive.stack_record import born
from tests.program.program import Program
from tests.support.paths import STACKS

TOLD = {
    ("VirtualMachine", "clone"): {"host", "computer_name", "network", "image", "ou"},
    ("VirtualMachine", "guestId"): {"image"},
    ("VirtualMachine", "firmware"): {"image"},
    ("VirtualMachine", "scsiType"): {"image"},
    ("VirtualMachine", "osProfile"): {"computer_name"},
    ("VirtualMachine", "storageProfile.imageReference"): {"image"},
    ("VirtualMachineExtension", "settings"): {"ou", "join"},
    ("VirtualMachineExtension", "settings.User"): {"ou"},
}
"""The fields of `standing` by which the guard tells of a change, by type and ignored property."""
SAID = {
    ("VirtualMachine", "replaceTrigger"): "servers behind their image's build are warned of (servers/inventory.py)",
    ("VirtualMachine", "tags.build"): "as above",
    (
        "Budget",
        "timePeriod",
    ): "the month in which it was made, which Azure keeps; refresh doctor tells of one that is over",
    ("VmfsDatastore", "hostSystemId"): "which host formatted a volume; no data say it",
    ("VirtualMachineExtension", "protectedSettings"): "a password or a token; rotated, it is for those that come after",
}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def test_everything_that_is_ignored_is_told_by_something(building: Program, havneby: Program) -> None:
    """Adopted machines apart: what an export does not give is left as found, and stands in no data."""
    ours = [r for program in (building, havneby) for r in program.resources if not r.import_id]
    ignored = {(r.type, _camel(name)) for r in ours for name in r.ignore_changes}
    assert ("VirtualMachine", "clone") in ignored
    assert ignored - TOLD.keys() - SAID.keys() == set()


def test_the_fields_that_tell_are_kept() -> None:
    kept = {name for key in ("lilleby", "havneby") for b in born(model.load(str(STACKS / key))) for name in b.fields}
    assert set().union(*TOLD.values()) <= kept
