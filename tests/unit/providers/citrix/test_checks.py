"""What is refused before anything is sent: each case breaks exactly one thing."""

import asyncio
import dataclasses
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from providers.citrix import resources
from providers.citrix.provider import KINDS
from providers.citrix.settings import decode, encode, fault, known_settings
from tests.unit.providers.citrix.lab import Lab, access_of, catalog_of, group_of


def scheme_of(**changes: Any) -> dict[str, Any]:
    return {**catalog_of("unit")["provisioningScheme"], **changes}


def accounts_of(**changes: Any) -> dict[str, Any]:
    return scheme_of(accounts={"namingScheme": "HKG26D###", "domain": "ad.kommune.dk", **changes})


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"nmae": "x"}, "nmae", "unknown property; did you mean 'name'?"),
        ({"name": None}, "name", "is missing"),
        ({"name": ""}, "name", "is empty"),
        ({"description": 4}, "description", "expected text, got int"),
        ({"sessionSupport": "Multisession"}, "sessionSupport", "use MultiSession, SingleSession"),
        ({"allocationType": "Static"}, "allocationType", "not allowed with MultiSession; use 'Random'"),
        ({"provisioningScheme": None}, "provisioningScheme", "is missing; give it, for MCS needs one"),
        ({"machines": [{"machineName": "AD\\X"}]}, "machines", "MCS makes its own machines"),
        ({"provisioningType": "Manual"}, "provisioningScheme", "only MCS has one"),
        ({"provisioningScheme": scheme_of(machineCount=-1)}, "provisioningScheme.machineCount", "-1 is less than 0"),
        (
            {"provisioningScheme": scheme_of(machineCount=1000)},
            "provisioningScheme.accounts.namingScheme",
            "has room for 999",
        ),
        (
            {"provisioningScheme": accounts_of(namingScheme="VDA")},
            "provisioningScheme.accounts.namingScheme",
            "one run of #",
        ),
        (
            {"provisioningScheme": accounts_of(namingScheme="V#DA#")},
            "provisioningScheme.accounts.namingScheme",
            "one run of #",
        ),
        (
            {"provisioningScheme": accounts_of(namingScheme="HOLSTEBRO-VDA####")},
            "provisioningScheme.accounts.namingScheme",
            "17 characters; keep to the 15 of NetBIOS",
        ),
        (
            {"provisioningScheme": accounts_of(domain="KOMMUNE")},
            "provisioningScheme.accounts.domain",
            "full domain name",
        ),
        ({"imageRollout": {"rebootMinutes": -2}}, "imageRollout.rebootMinutes", "-2 is less than -1"),
    ],
)
def test_catalog(lab: Lab, changes: dict[str, Any], path: str, reason: str) -> None:
    given = {key: value for key, value in {**catalog_of("unit"), **changes}.items() if value is not None}
    found = lab.failures("MachineCatalog", **given)
    assert list(found) == [path]
    assert reason in found[path]


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        (
            {"desktops": [{"publishedName": "A", "access": "Everyone", "includedUsers": ["AD\\x"]}]},
            "desktops[0].includedUsers",
            "has no effect while access is 'Everyone'",
        ),
        ({"inMaintenanceMode": True}, "inMaintenanceMode", "unknown property"),
        ({"machineCatalogs": []}, "sessionSupport", "is missing"),
        ({"deliveryType": "AppsOnly"}, "desktops", "a group of AppsOnly has none"),
        ({"desktops": [{"publishedName": "A"}, {"publishedName": "a"}]}, "desktops", "'a' is there twice"),
        ({"enabled": "yes"}, "enabled", "expected true or false, got str"),
    ],
)
def test_group(lab: Lab, changes: dict[str, Any], path: str, reason: str) -> None:
    found = lab.failures("DeliveryGroup", **{**group_of("catalog"), **changes})
    assert list(found) == [path]
    assert reason in found[path]


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"access": "Everyone"}, "includedUsers", "has no effect while access is 'Everyone'"),
        ({"access": "Alle"}, "access", "use Restricted, Everyone"),
        ({"includedUsers": ["AD\\x", 3]}, "includedUsers[1]", "expected text"),
        ({"inMaintenanceMode": "yes"}, "inMaintenanceMode", "expected true or false, got str"),
        ({"inMaintenanceMode": None}, "inMaintenanceMode", "is missing"),
        ({"deliveryGroup": None}, "deliveryGroup", "is missing"),
    ],
)
def test_access(lab: Lab, changes: dict[str, Any], path: str, reason: str) -> None:
    given = {key: value for key, value in access_of("DG", **changes).items() if value is not None}
    found = lab.failures("DeliveryGroupAccess", **given)
    assert list(found) == [path]
    assert reason in found[path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"daysInWeek": []}, "daysInWeek"),
        ({"frequency": "Monthly", "weekInMonth": "First"}, "dayInMonth"),
        ({"rebootDurationMinutes": None}, "rebootDurationMinutes"),
        ({"useNaturalReboot": True}, "rebootDurationMinutes"),
    ],
)
def test_schedule(lab: Lab, changes: dict[str, Any], path: str) -> None:
    given = {"name": "S", "deliveryGroup": "g", "frequency": "Weekly", "daysInWeek": ["Sunday"], "startTime": "03:00"}
    given = {**given, "rebootDurationMinutes": 120, **changes}
    found = lab.failures("RebootSchedule", **{key: value for key, value in given.items() if value is not None})
    assert list(found) == [path]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (
            "HDXAdaptivTransport",
            "Preferred",
            "is not a documented policy setting; did you mean 'HDXAdaptiveTransport'?",
        ),
        ("hdxadaptivetransport", "Preferred", "did you mean 'HDXAdaptiveTransport'?"),
        ("HDXAdaptiveTransport", "On", "use Off, Preferred, DiagnosticMode"),
        ("EnableAdaptiveAudio", "1", "takes true or false, got str"),
        ("FramesPerSecond", True, "takes text or a number, got bool"),
        ("WebBrowserRedirectionAcl", "https://x/*", "takes a list of texts, got str"),
    ],
)
def test_setting(lab: Lab, name: str, value: Any, reason: str) -> None:
    found = lab.failures("PolicySet", name="PS", policies=[{"name": "P", "settings": {name: value}}])
    assert list(found) == [f"policies[0].settings.{name}"]
    assert reason in next(iter(found.values()))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"type": "DesktopGroups", "value": "x"}, "use AccessControl"),
        ({"type": "ClientIP"}, "expected text for a ClientIP filter"),
        ({"type": "BranchRepeater", "value": "x"}, "has none"),
        ({"type": "AccessControl", "value": {"connection": "WithAccessGateway"}}, "condition, connection, gateway"),
    ],
)
def test_filter(lab: Lab, given: dict[str, Any], reason: str) -> None:
    found = lab.failures("PolicySet", name="PS", policies=[{"name": "P", "settings": {}, "filters": [given]}])
    assert len(found) == 1
    assert reason in next(iter(found.values()))


def test_documented_settings() -> None:
    settings = known_settings()
    assert len(settings) == 387
    assert {item.form for item in settings.values()} == {"switch", "choice", "list", "text"}
    assert all((item.form == "choice") == (len(item.choices) > 1) for item in settings.values())
    for name in (
        "UseVideoCodecForCompression",
        "OptimizeFor3dWorkload",
        "RtpAudioPortRange",
        "SecureHDX",
        "MSTeamsRedirection",
    ):
        assert name in settings
    for name, setting in settings.items():
        value = {"switch": True, "list": ["a"], "text": "a"}.get(setting.form) or setting.choices[0]
        assert fault(name, value) is None
        assert decode(name, encode(value)) == value


def test_all_faults_of_a_resource_come_at_once(lab: Lab) -> None:
    given = group_of("catalog", deliveryType="Desktop", enabled="no", timeZone=1)
    assert sorted(lab.failures("DeliveryGroup", **given)) == ["deliveryType", "enabled", "timeZone"]


def test_an_unknown_type_names_the_nearest(lab: Lab) -> None:
    with pytest.raises(Exception, match="did you mean 'citrix:index:DeliveryGroup'"):
        lab.check("DeliverGroup", "it")


@pytest.mark.parametrize("token", sorted(KINDS))
def test_the_typed_arguments_and_the_table_have_the_same_properties(token: str) -> None:
    """Every field of a kind is an argument of its class and the other way round, nested ones too."""
    name = token.rsplit(":", maxsplit=1)[-1]
    nested = {
        "MachineCatalog": {
            "provisioningScheme": "ProvisioningSchemeArgs",
            "imageRollout": "ImageRolloutArgs",
            "machines": "MachineArgs",
        },
        "DeliveryGroup": {"desktops": "DesktopArgs", "machineCatalogs": "CatalogMachinesArgs"},
        "Application": {"installed": "InstalledArgs"},
        "PolicySet": {"policies": "PolicyArgs"},
    }.get(name, {})
    fields = KINDS[token].fields
    assert _names(f"{name}Args") == {item.name: item.required for item in fields}
    for field in fields:
        if field.fields:
            assert _names(nested[field.name]) == {item.name: item.required for item in field.fields}


def _names(arguments: str) -> dict[str, bool]:
    """Properties of a class of arguments, and whether they are required."""
    optional = {"PolicyArgs": {"settings"}, "PolicySetArgs": {"policies"}}.get(arguments, set())
    return {
        resources._camel(item.name): item.default is dataclasses.MISSING and item.name not in optional
        for item in dataclasses.fields(getattr(resources, arguments))
    }


class _Mocks(pulumi.runtime.Mocks):
    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.seen[args.typ] = args.inputs
        return "an-id", {**args.inputs, "catalogId": "a-catalog", "machineNames": ["AD\\A1"]}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(args.token)


@pytest.fixture
def current_loop() -> Iterator[None]:
    """The SDK's test decorator wants a current event loop, which other tests may have taken away."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.mark.usefixtures("current_loop")
def test_a_program_gets_outputs_by_python_names_and_setting_names_stay_as_they_are() -> None:
    mocks = _Mocks()
    pulumi.runtime.set_mocks(mocks)

    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        accounts = resources.AccountsArgs(naming_scheme="A##", domain="ad.kommune.dk")
        scheme = resources.ProvisioningSchemeArgs(
            hosting_unit="u", master_image_path="p", machine_count=1, accounts=accounts
        )
        catalog = resources.MachineCatalog(
            "mc",
            resources.MachineCatalogArgs(
                name="MC", provisioning_type="MCS", session_support="MultiSession", provisioning_scheme=scheme
            ),
        )
        policy = resources.PolicyArgs(name="P", settings={"PSAlwaysCache_Part": "10"})
        policies = resources.PolicySet("ps", resources.PolicySetArgs(name="PS", policies=[policy]))

        def check(values: list[Any]) -> None:
            assert values[:3] == ["a-catalog", ["AD\\A1"], "MC"]

        return pulumi.Output.all(catalog.catalog_id, catalog.machine_names, catalog.name, policies.urn).apply(check)

    program()
    assert mocks.seen["citrix:index:MachineCatalog"]["provisioningScheme"]["machineCount"] == 1
    assert mocks.seen["citrix:index:PolicySet"]["policies"][0]["settings"] == {"PSAlwaysCache_Part": "10"}
