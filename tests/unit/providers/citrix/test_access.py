"""The access of a delivery group: what a cutover changes, and what may never go on letting people in."""

from typing import Any

import pytest

from providers.citrix.values import plain_map
from providers.errors import ApiError, ProviderError
from tests.unit.providers.citrix.lab import Lab, access_of, catalog_of, group_of

KIND = "DeliveryGroupAccess"


@pytest.fixture
def group(lab: Lab) -> str:
    """A delivery group as it is made, closed; its id."""
    catalog, _ = lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    return lab.create("DeliveryGroup", "dg", **group_of(catalog))[0]


def policy(lab: Lab) -> tuple[bool, bool, list[str], list[str]]:
    """Maintenance mode, whether access is restricted, and who is let in and kept out."""
    group = lab.objects("DeliveryGroup")[0].properties
    policy = group["SimpleAccessPolicy"]
    included, excluded = ([u["SamName"] for u in policy[key]] for key in ("IncludedUsers", "ExcludedUsers"))
    return group["InMaintenanceMode"], policy["IncludedUserFilterEnabled"], included, excluded


CLOSED = (True, True, [], [])
OPEN = (False, True, ["AD\\GG-Wave1"], [])


def test_a_life(lab: Lab, group: str) -> None:
    assert policy(lab) == CLOSED
    id_, state = lab.create(KIND, **access_of("DG-G26"))
    assert id_ == "DG-G26"
    assert policy(lab) == OPEN
    assert lab.objects("DeliveryGroup")[0].id == group
    assert lab.diff(KIND, state, **access_of("DG-G26")).changes is False
    assert (
        lab.diff(KIND, plain_map(lab.read(KIND, id_, state, state).properties), **access_of("DG-G26")).changes is False
    )

    wanted = access_of("DG-G26", includedUsers=["AD\\GG-Alle"], excludedUsers=["AD\\GG-Wave1"])
    assert sorted(lab.diff(KIND, state, **wanted).detailed_diff) == ["excludedUsers", "includedUsers"]
    state = lab.update(KIND, id_, state, **wanted)
    assert policy(lab) == (False, True, ["AD\\GG-Alle"], ["AD\\GG-Wave1"])

    lab.delete(KIND, id_, state)
    assert policy(lab) == CLOSED
    assert len(lab.objects("DeliveryGroup")) == 1


def test_a_flip_is_one_request(lab: Lab, group: str) -> None:
    id_, state = lab.create(KIND, **access_of("DG-G26", includedUsers=[], inMaintenanceMode=True))
    assert lab.wire.count("PATCH /DeliveryGroups") == 0, "it was closed already"
    state = lab.update(KIND, id_, state, **access_of("DG-G26"))
    assert lab.wire.count(f"PATCH /DeliveryGroups/{group}") == 1
    lab.update(KIND, id_, state, **access_of("DG-G26"))
    assert lab.wire.count("PATCH /DeliveryGroups") == 1


def test_a_preview_changes_nothing_and_a_new_name_is_another_policy(lab: Lab, group: str) -> None:
    _, state = lab.create(KIND, **access_of("DG-G26"))
    found = lab.diff(KIND, state, **access_of("DG-G30"))
    assert found.replaces == ["deliveryGroup"]
    assert found.delete_before_replace is True, "else the group that was only renamed is closed last"
    assert policy(lab) == OPEN
    assert group


def test_import_by_name_reads_what_a_program_may_say(lab: Lab, group: str) -> None:
    lab.create(KIND, **access_of("DG-G26", excludedUsers=["AD\\GG-Pilot"]))
    answer = lab.read(KIND, "DG-G26")
    assert answer.resource_id == "DG-G26", "the id that was asked for, or the engine imports it anew after an update"
    assert lab.read(KIND, group).resource_id == "DG-G26"
    wanted = access_of("DG-G26", access="Restricted", excludedUsers=["AD\\GG-Pilot"])
    assert plain_map(answer.inputs) == wanted
    assert lab.diff(KIND, plain_map(answer.properties), **wanted).changes is False
    assert lab.wire.count("POST /DeliveryGroups/") == 0


@pytest.mark.parametrize(
    ("drift", "path"),
    [
        ({"AllowAnonymous": True}, "access"),
        ({"IncludedUserFilterEnabled": False}, "access"),
        ({"ExcludedUserFilterEnabled": False}, "excludedUsers"),
        ({"IncludedUsers": []}, "includedUsers"),
    ],
)
def test_a_filter_that_somebody_turned_off_is_found(lab: Lab, group: str, drift: dict[str, Any], path: str) -> None:
    wanted = access_of("DG-G26", excludedUsers=["AD\\GG-Pilot"])
    id_, state = lab.create(KIND, **wanted)
    with lab.world.transaction():
        item = lab.objects("DeliveryGroup")[0]
        item.properties["SimpleAccessPolicy"] |= drift
        lab.world.save(item)
    checked = plain_map(lab.check(KIND, **wanted).inputs or {})
    seen = plain_map(lab.read(KIND, id_, state, checked).properties)
    assert path in lab.diff(KIND, seen, **wanted).detailed_diff
    lab.update(KIND, id_, seen, **wanted)
    assert policy(lab) == (False, True, ["AD\\GG-Wave1"], ["AD\\GG-Pilot"])
    assert lab.objects("DeliveryGroup")[0].properties["SimpleAccessPolicy"]["AllowAnonymous"] is False
    assert group


def test_a_change_of_the_group_leaves_its_access_alone(lab: Lab, group: str) -> None:
    lab.create(KIND, **access_of("DG-G26"))
    catalog = lab.objects("MachineCatalog")[0].id
    state = plain_map(lab.read("DeliveryGroup", group).properties)
    lab.update("DeliveryGroup", group, state, "dg", **group_of(catalog, count=1, description="Kontor"))
    assert lab.objects("DeliveryGroup")[0].properties["Description"] == "Kontor"
    assert policy(lab) == OPEN


def test_a_group_that_is_not_there(lab: Lab, group: str) -> None:
    with pytest.raises(ProviderError, match="the site has no delivery group 'DG-G30'; build it or correct the name"):
        lab.create(KIND, **access_of("DG-G30"))
    id_, state = lab.create(KIND, **access_of("DG-G26"))
    lab.delete("DeliveryGroup", group, {})
    with pytest.raises(ProviderError, match="no delivery group 'DG-G26'"):
        lab.update(KIND, id_, state, **access_of("DG-G26", includedUsers=["AD\\GG-Alle"]))
    assert lab.read(KIND, id_, state, state).resource_id == ""
    lab.delete(KIND, id_, state)


def test_an_account_that_the_directory_does_not_have_leaves_the_policy_as_it_was(lab: Lab, group: str) -> None:
    with pytest.raises(ProviderError, match="the directory has no 'nobody'"):
        lab.create(KIND, **access_of("DG-G26", includedUsers=["AD\\GG-Wave1", "nobody"]))
    assert policy(lab) == CLOSED
    assert group


@pytest.mark.parametrize("error", ["503 Service Unavailable", "dropped", "429 Too many; Retry-After 7"])
@pytest.mark.parametrize("after", [False, True])
def test_a_flip_whose_answer_is_lost_is_repeated(lab: Lab, group: str, error: str, after: bool) -> None:
    lab.faults({"type": "citrix:DeliveryGroup", "operation": "update", "times": 3, "error": error, "after": after})
    lab.pauses.clear()
    id_, state = lab.create(KIND, **access_of("DG-G26"))
    assert policy(lab) == OPEN
    assert lab.wire.count(f"PATCH /DeliveryGroups/{group}") == 4
    assert lab.pauses == ([7, 7, 7] if "7" in error else [1, 2, 4])
    lab.delete(KIND, id_, state)
    assert policy(lab) == CLOSED


def test_a_token_that_expires_between_look_and_flip(lab: Lab, group: str) -> None:
    before = lab.wire.count("POST /Tokens")
    lab.faults({"type": "citrix:DeliveryGroup", "operation": "update", "nth": 1, "error": "401 The token has expired."})
    lab.create(KIND, **access_of("DG-G26"))
    assert policy(lab) == OPEN
    assert lab.wire.count("POST /Tokens") == before + 1
    assert group


def test_a_run_that_was_killed_before_or_after_the_flip_is_finished_by_the_next(lab: Lab, group: str) -> None:
    """The engine knows nothing of the first run's work and so creates a second time."""
    for after in (False, True):
        lab.faults(
            {"type": "citrix:DeliveryGroup", "operation": "update", "error": "503 gone", "times": 99, "after": after}
        )
        with pytest.raises(ApiError, match="503"):
            lab.create(KIND, **access_of("DG-G26"))
        assert policy(lab) == (OPEN if after else CLOSED)
        lab.faults()
        id_, state = lab.create(KIND, **access_of("DG-G26"))
        assert policy(lab) == OPEN
        lab.delete(KIND, id_, state)
    assert group
