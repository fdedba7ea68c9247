"""A cutover that fails on its way is rolled back to what was before: the world and the stack, not what we say of them.

Each point that turns fails in turn: refused, or carried out and reported as failed. And the update is killed at random
moments, as a laptop that loses its line. Only the stack `access` is updated, for no other turns anything. The steady
state is checked before and after: Chaos Toolkit leaves the second to the reader (its issue 94).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.edit import Edits, edit
from tests.support.engine import Engine
from tests.support.layered import Layered
from tests.support.lilleby import TRIED

pytestmark = pytest.mark.e2e
POINTS = {
    "access-sbsys": "{type: 'dns:index:Record', operation: update, name: 'sbsys.*', times: 9",
    "access-office-g22": "{type: 'citrix:DeliveryGroup', operation: update, name: Kontor, nth: 1",
    "access-office-g26": "{type: 'citrix:DeliveryGroup', operation: update, name: DG-G26-OFFICE, nth: 1",
    "access-graphics-g26": "{type: 'citrix:DeliveryGroup', operation: update, name: DG-G26-GRAPHICS, nth: 1",
}


MOMENTS = int(os.environ.get("PLATFORM_REFRESH_MOMENTS", "3"))
"""How many random moments are tried; 50 take some twenty minutes."""
SEED = 15

PILOT: Edits = {
    "refresh.yaml": {
        "serving.pilot": {
            "generation": "g26",
            "groups": ["GG-Pilot"],
            "reason": "Prøver g26",
            "expires": "2027-01-31",
        }
    }
}


@dataclass(frozen=True)
class Before:
    """The stacks, and what is there before a cutover: the file, the stack that turns, and the twin's world."""

    life: Layered
    text: bytes
    stacks: object
    things: list[str]


@pytest.fixture(scope="module")
def tried(make_engine: Callable[[], Engine]) -> Iterator[Before]:
    """g22 adopted and g26 tried by pilots, by one update of each layer."""
    engine = make_engine()
    edit(engine.platform, TRIED, PILOT)
    engine.refresh("twin", "up")
    engine.refresh("twin", "seed", str(engine.platform))
    try:
        life = Layered.of(engine, split=True)
        life.up()
        # An access policy was imported and updated in one run, of which the engine keeps no import id until the next.
        assert life.change("access") == [], "an access policy that was adopted and changed at once stays"
        yield Before(life, life.refresh_yaml.read_bytes(), life.stacks("access"), life.things())
    finally:
        engine.stop()


@pytest.mark.parametrize("after", [False, True], ids=["refused", "done and reported as failed"])
@pytest.mark.parametrize("point", POINTS)
def test_a_cutover_that_fails_is_rolled_back_whole(tried: Before, tmp_path: Path, point: str, *, after: bool) -> None:
    life, file = tried.life, tmp_path / "faults.yaml"
    access = life.last
    end = ", after: true}" if after else "}"
    file.write_text(f"- {POINTS[point]}, error: 400 injected{end}\n")
    access.refresh("twin", "faults", str(file))

    life.advance("g26", "live")
    done = access.pulumi("up", "--yes", "--skip-preview", check=False)
    # A name server whose answer is lost is asked again, and has what was wanted: that cutover is whole.
    heals = after and point == "access-sbsys"
    failed = [line for line in done.stdout.splitlines() if "error" in line and point in line]
    assert (bool(done.returncode), bool(failed)) == (not heals, not heals), done.stdout
    file.write_text("[]\n")
    access.refresh("twin", "faults", str(file))

    life.advance("g22", "live")
    # What the failure left behind is known to nobody until the world is asked.
    access.up("--refresh")
    assert life.refresh_yaml.read_bytes() == tried.text
    assert life.things() == tried.things
    assert life.stacks("access") == tried.stacks


@pytest.fixture(scope="module")
def whole(tried: Before) -> float:
    """Seconds of an update that nobody disturbs, there and back."""
    life = tried.life
    life.advance("g26", "live")
    started = time.monotonic()
    assert not life.last.killed(600, "up", "--yes", "--skip-preview")
    seconds = time.monotonic() - started
    assert life.things() != tried.things
    life.advance("g22", "live")
    life.last.up()
    assert life.things() == tried.things
    return seconds


def test_a_cutover_that_is_killed_at_any_moment_is_rolled_back_whole(tried: Before, whole: float) -> None:
    life, access = tried.life, tried.life.last
    chance = random.Random(SEED)  # noqa: S311 moments that can be repeated
    assert life.preview("access") == []
    killed = 0
    for _ in range(MOMENTS):
        moment = chance.uniform(0, whole)
        life.advance("g26", "live")
        killed += access.killed(moment, "up", "--yes", "--skip-preview")
        # Whoever is killed leaves the lock of the stack behind.
        access.pulumi("cancel", "--yes", check=False)
        life.advance("g22", "live")
        access.up("--refresh")
        assert life.refresh_yaml.read_bytes() == tried.text, moment
        assert life.things() == tried.things, moment
        assert life.stacks("access") == tried.stacks, moment
        assert life.preview("access") == [], moment
    assert killed
