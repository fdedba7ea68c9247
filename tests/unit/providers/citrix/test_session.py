"""Sign-in, retries and secrets: what the client does with a site that is slow, full or forgetful."""

from pathlib import Path

import pytest
from pulumi.provider.experimental import provider as api

from providers.citrix.errors import JobFailedError
from providers.citrix.values import wrap_map
from providers.errors import ApiError, ProviderError
from tests.unit.providers.citrix.hostile import ZONE, Hostile, reply
from tests.unit.providers.citrix.lab import CONNECTION, PASSWORD, Lab, catalog_of, group_of


def short_tokens(lab: Lab, life: float) -> None:
    with lab.world.transaction():
        lab.world.set_meta("citrix-token-life", str(life))


def test_one_token_serves_all_work(lab: Lab) -> None:
    lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    assert lab.wire.count("POST /Tokens") == 1


def test_a_token_that_expires_while_a_job_runs_is_renewed(lab: Lab) -> None:
    unit = lab.hosting()
    short_tokens(lab, 120)
    _, state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=6))
    assert len(state["machineNames"]) == 6
    assert lab.wire.count("POST /Tokens") > 5
    assert lab.wire.count("POST /MachineCatalogs") == 1 + lab.wire.count("POST /MachineCatalogs/")


def test_credentials_that_the_site_refuses(lab: Lab) -> None:
    lab.faults({"type": "citrix:Token", "operation": "create", "error": "401 The credentials are not valid."})
    with pytest.raises(ProviderError, match="set citrix:user and citrix:password anew"):
        lab.create("Zone", name="Skov")


def test_a_storm_of_429_is_waited_out_as_long_as_the_site_says(lab: Lab) -> None:
    lab.faults({"type": "citrix:*", "operation": "create", "times": 6, "error": "429 Too many; Retry-After 7"})
    lab.create("Zone", name="Skov")
    assert lab.pauses == [7] * 6
    assert len(lab.objects("Zone")) == 2


def test_a_storm_without_end_is_told_in_one_sentence(lab: Lab) -> None:
    lab.faults({"type": "citrix:Zone", "operation": "read", "error": "429 Too many"})
    with pytest.raises(ApiError, match=r"Too many \(HTTP 429\); the site is overloaded") as caught:
        lab.create("Zone", name="Skov")
    assert "\n" not in str(caught.value)
    assert lab.pauses == [1, 2, 4, 8, 16, 32, 60]


@pytest.mark.parametrize("error", ["503 Service Unavailable", "dropped"])
@pytest.mark.parametrize("after", [False, True])
def test_a_lost_create_is_looked_for_before_it_is_repeated(lab: Lab, error: str, after: bool) -> None:
    lab.faults({"type": "citrix:Zone", "operation": "create", "nth": 1, "error": error, "after": after})
    id_, _ = lab.create("Zone", "zone", name="Skov")
    found = [zone for zone in lab.objects("Zone") if zone.name == "Skov"]
    assert [zone.id for zone in found] == [id_]
    assert lab.wire.count("POST /Zones") == (1 if after else 2)


def test_a_lost_answer_to_an_added_machine_makes_none_twice(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=2))
    lab.faults({"type": "citrix:Machine", "operation": "create", "nth": 1, "error": "dropped", "after": True})
    state = lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, count=5))
    assert state["machineNames"] == [f"AD\\HKG26D00{i}" for i in range(1, 6)]


def test_a_job_that_fails_says_why_and_what_is_there_is_finished_by_the_next_run(lab: Lab) -> None:
    unit = lab.hosting()
    lab.faults({"type": "citrix:MachineCatalog", "operation": "create", "nth": 1, "error": "No space left on DS1."})
    with pytest.raises(JobFailedError, match=r"CreateMachineCatalog failed on the site: No space left on DS1"):
        lab.create("MachineCatalog", "mc", **catalog_of(unit, count=6))
    assert 0 < len(lab.objects("Machine")) < 6
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=6))
    assert len(state["machineNames"]) == 6
    assert [item.id for item in lab.objects("MachineCatalog")] == [id_]


def test_a_cancelled_run_leaves_the_job_to_the_site_and_the_next_one_finishes_it(lab: Lab) -> None:
    unit = lab.hosting()
    lab.run(lab.provider.cancel())
    with pytest.raises(JobFailedError, match="run the update again, for the site goes on with it"):
        lab.create("MachineCatalog", "mc", **catalog_of(unit, count=6))
    lab.configure()
    _, state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=6))
    assert len(state["machineNames"]) == 6
    assert sum(job.properties["Type"] == "CreateMachineCatalog" for job in lab.objects("Job")) == 1


def test_a_stand_in_wins_over_the_endpoint_of_the_stack(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITRIX_STAND_IN", "http://localhost/cvad/manage")
    args = wrap_map({"endpoint": "https://real.example/cvad/manage", "user": "u", "password": "p"}, secret={"password"})
    lab.run(lab.provider.configure(api.ConfigureRequest({}, args, True, True)))
    assert lab.client.endpoint == "http://localhost/cvad/manage"
    monkeypatch.delenv("CITRIX_STAND_IN")
    lab.run(lab.provider.configure(api.ConfigureRequest({}, args, True, True)))
    assert lab.client.endpoint == "https://real.example/cvad/manage"


def test_a_password_in_plain_text_is_refused_and_not_shown(lab: Lab) -> None:
    args = wrap_map({"endpoint": "https://ddc/cvad/manage", "user": "u", "password": "Hunter2"}, secret=set())
    with pytest.raises(ProviderError, match="citrix:password stands in plain text") as caught:
        lab.run(lab.provider.configure(api.ConfigureRequest({}, args, True, True)))
    assert "Hunter2" not in str(caught.value)


def test_a_configuration_that_is_not_whole(lab: Lab) -> None:
    args = wrap_map({"endpoint": "https://ddc/cvad/manage", "usr": "u"}, secret=set())
    answer = lab.run(lab.provider.check_config(api.CheckRequest("urn", {}, args, b"")))
    assert sorted(item.property for item in answer.failures or []) == ["password", "user", "usr"]


ADDRESSES = {
    "http://ddc.example/cvad/manage": "citrix:endpoint would send the password in plain text",
    "http://127.0.0.1.example/cvad/manage": "in plain text",
    "http://10.0.0.1/cvad/manage": "in plain text",
    "ftp://ddc/cvad": "is no address",
    "ddc/cvad/manage": "is no address",
    "https://": "is no address",
    "https://u:p@ddc/cvad/manage": "leave out user, query and fragment",
    "https://ddc/cvad/manage?a=1": "leave out user, query and fragment",
    "https://ddc:port/": "is no address",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_would_leak_or_leads_nowhere(lab: Lab, address: str) -> None:
    args = wrap_map({"endpoint": address, "user": "u", "password": "p"}, secret={"password"})
    answer = lab.run(lab.provider.check_config(api.CheckRequest("urn", {}, args, b"")))
    assert [item.property for item in answer.failures or []] == ["endpoint"]
    with pytest.raises(ProviderError, match=ADDRESSES[address]):
        lab.run(lab.provider.configure(api.ConfigureRequest({}, args, True, True)))


@pytest.mark.parametrize("address", ["https://ddc/cvad/manage", "http://localhost:80/x", "http://[::1]:8080/x"])
def test_https_or_this_machine(lab: Lab, address: str) -> None:
    args = wrap_map({"endpoint": address, "user": "u", "password": "p"}, secret={"password"})
    assert not lab.run(lab.provider.check_config(api.CheckRequest("urn", {}, args, b""))).failures
    lab.run(lab.provider.configure(api.ConfigureRequest({}, args, True, True)))
    assert lab.client.endpoint == address


def test_a_stand_in_is_on_this_machine(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITRIX_STAND_IN", "https://elsewhere.example/cvad/manage")
    with pytest.raises(ProviderError, match="leads to another machine"):
        lab.run(lab.provider.configure(api.ConfigureRequest({}, {}, True, True)))


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "ten", "601", "1.5", ""])
def test_a_job_is_asked_about_every_few_seconds(lab: Lab, seconds: str) -> None:
    settings = {"endpoint": "https://ddc/x", "user": "u", "password": "p", "pollSeconds": seconds}
    args = wrap_map(settings, secret={"password"})
    answer = lab.run(lab.provider.check_config(api.CheckRequest("urn", {}, args, b"")))
    assert [item.property for item in answer.failures or []] == ["pollSeconds"]


def test_no_proxy_stands_before_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site = Hostile(tmp_path / "world.sqlite")
    try:
        site.says(f"GET /Zones/{ZONE['Id']}", reply(200, ZONE))
        assert site.read_zone()
    finally:
        site.end()


def test_progress_of_a_job_is_told(lab: Lab) -> None:
    lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting(), count=6))
    percents = [int(line.split()[1]) for line in lab.told if line.startswith("CreateMachineCatalog")]
    assert percents == sorted(percents)
    assert len(percents) > 3


def test_no_secret_in_errors_or_in_the_open_state(lab: Lab) -> None:
    leak = f"401x {PASSWORD} and {CONNECTION['password']} do not log in"
    lab.faults({"type": "citrix:HostingConnection", "operation": "create", "nth": 1, "error": leak})
    with pytest.raises(ApiError) as caught:
        lab.create("HostingConnection", "vc", **CONNECTION)
    assert PASSWORD not in str(caught.value)
    assert CONNECTION["password"] not in str(caught.value)
    assert "[secret]" in str(caught.value)
    checked = lab.check("HostingConnection", "vc", **CONNECTION).inputs or {}
    assert checked["password"].is_secret
    assert PASSWORD not in repr(lab.client)


def test_the_twin_keeps_no_password(lab: Lab) -> None:
    lab.hosting()
    assert all(CONNECTION["password"] not in str(item.properties) for item in lab.objects("HostingConnection"))


def test_an_account_that_the_directory_does_not_have(lab: Lab) -> None:
    id_, _ = lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    with pytest.raises(ProviderError, match="the directory has no 'nobody'"):
        lab.create(
            "DeliveryGroup", "dg", **group_of(id_, desktops=[{"publishedName": "A", "includedUsers": ["nobody"]}])
        )
