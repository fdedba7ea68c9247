"""The landing zone of the shipped catalog: regions in the EU, every policy used, names that Azure takes."""

from __future__ import annotations

from typing import get_args

import pytest

import model
from model import Platform
from model.rules.landing_zone import CRITICALITIES
from model.types.azure import Location


@pytest.fixture(scope="module")
def herlev() -> Platform:
    return model.load("herlev")


def test_policies_allow_the_regions_that_the_model_allows(herlev: Platform) -> None:
    for key in ("locations", "group-locations"):
        regions = herlev.policies[key].parameters["listOfAllowedLocations"]
        assert isinstance(regions, tuple)
        assert sorted(regions) == sorted(get_args(Location))


def test_every_policy_is_assigned_and_says_why(herlev: Platform) -> None:
    assigned = {policy for group in herlev.management_groups.values() for policy in group.policies}
    assert assigned == set(herlev.policies)
    assert len({policy.message for policy in herlev.policies.values()}) == len(herlev.policies)


def test_what_mends_has_what_it_needs(herlev: Platform) -> None:
    assert {key for key, policy in herlev.policies.items() if policy.remediates} == {"activity-log", "resource-logs"}
    assert all(policy.workspace for policy in herlev.policies.values() if policy.remediates)


def test_everything_below_the_platform_and_the_landing_zones_stays_in_the_eu(herlev: Platform) -> None:
    for key, group in herlev.management_groups.items():
        top = key
        while (above := herlev.management_groups[top].parent) is not None:
            top = above
        assert "locations" in herlev.management_groups[top].policies, key
        assert group.title


def test_every_criticality_is_backed_up_and_patched_in_one_way(herlev: Platform) -> None:
    for items in (herlev.backup_classes, herlev.patch_rings):
        assert sorted(c for item in items.values() for c in item.criticality) == sorted(CRITICALITIES)
