from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.providers.citrix.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path / "world.sqlite")
    yield made
    made.loop.close()
    made.world.close()
