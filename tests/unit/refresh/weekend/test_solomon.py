"""Routes on Solomon's published problems: within 2 % of the best known distance, with the best known number of
vehicles. All of them are in `make bench`.
"""

from __future__ import annotations

import pytest

import model
from refresh.weekend import routes
from tests.support import solomon
from tests.support.paths import SHARED, STACKS

FOLDER = SHARED / "data" / "solomon"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="shared/data/solomon is not beside the project")
@pytest.mark.parametrize("name", ["C204", "C208", "RC105"])
def test_routes_are_near_the_best_known(name: str) -> None:
    vehicles, known = solomon.best(FOLDER / f"{name}.txt")
    problem = solomon.read(FOLDER / f"{name}.txt", vehicles, model.load(str(STACKS / "lilleby")))
    found = routes.solve(problem, iterations=1_500, minute_cost=0)
    assert found is not None
    assert solomon.distance(problem, found) <= known * 1.02
