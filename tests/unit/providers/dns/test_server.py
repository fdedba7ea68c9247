"""The provider over its protocol, as the engine speaks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN

from providers.dns import client as client_module
from providers.dns import config, resources, rrset, server
from tests.unit.providers.dns.nameserver import HOST

URN = "urn:pulumi:dev::test::dns:index:Record::"
RECORD = {"zone": "alias.test.", "name": "www", "type": "A", "ttl": 300, "rdatas": ["192.0.2.1"]}
DIFF = provider_pb2.DiffResponse
KINDS = provider_pb2.PropertyDiff


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def plain(values: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(values)


def talk(conversation: Callable[[Any], Awaitable[Any]]) -> Any:
    """Serves the provider, and speaks with it."""

    async def run() -> Any:
        serving, port = await server.serve()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                return await conversation(provider_pb2_grpc.ResourceProviderStub(channel))
        finally:
            await serving.stop(None)

    return asyncio.run(run())


def check(name: str = "www", **different: Any) -> provider_pb2.CheckRequest:
    return provider_pb2.CheckRequest(urn=URN + name, news=struct(RECORD | different))


def difference(old: dict[str, Any], new: dict[str, Any]) -> provider_pb2.DiffResponse:
    request = provider_pb2.DiffRequest(urn=URN + "www", id="x", olds=struct(old), news=struct(new))
    return talk(lambda stub: stub.Diff(request))


def test_what_is_not_known_yet_passes_through():
    async def conversation(stub):
        checked = await stub.Check(check(rdatas=[UNKNOWN], zone="ALIAS.test"))
        request = provider_pb2.CreateRequest(urn=URN + "www", properties=checked.inputs, preview=True)
        return checked, await stub.Create(request)

    checked, created = talk(conversation)
    assert list(checked.failures) == []
    assert plain(checked.inputs) == RECORD | {"rdatas": [UNKNOWN]}
    assert plain(created.properties) == RECORD | {"rdatas": [UNKNOWN], "fqdn": "www.alias.test."}
    assert created.id == ""


def test_a_name_that_is_not_known_yet():
    async def conversation(stub):
        checked = await stub.Check(check(name="www", zone=UNKNOWN))
        return checked, await stub.Create(
            provider_pb2.CreateRequest(urn=URN + "www", properties=checked.inputs, preview=True)
        )

    checked, created = talk(conversation)
    assert list(checked.failures) == []
    assert plain(created.properties)["fqdn"] == UNKNOWN


def test_one_record_can_not_be_declared_twice():
    async def conversation(stub):
        answers = [await stub.Check(check("one")), await stub.Check(check("one"))]
        answers.append(await stub.Check(provider_pb2.CheckRequest(urn=URN + "two", news=struct(RECORD))))
        return answers

    first, again, second = talk(conversation)
    assert not first.failures
    assert not again.failures
    assert [failure.property for failure in second.failures] == ["name"]
    assert "alias.test./www/A is already declared by the resource 'one'" in second.failures[0].reason


def test_another_type_is_refused():
    request = provider_pb2.CheckRequest(urn="urn:pulumi:dev::test::dns:index:Zone::x", news=struct({}))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        talk(lambda stub: stub.Check(request))
    assert caught.value.details() == "dns:index:Zone is not a resource of this provider; use dns:index:Record."


def test_no_difference():
    found = difference(RECORD | {"fqdn": "www.alias.test."}, RECORD)
    assert found.changes == DIFF.DIFF_NONE
    assert list(found.diffs) == []


@pytest.mark.parametrize("different", [{"ttl": 60}, {"rdatas": ["192.0.2.2"]}, {"rdatas": [UNKNOWN]}])
def test_values_are_updated(different):
    found = difference(RECORD, RECORD | different)
    assert found.changes == DIFF.DIFF_SOME
    assert list(found.replaces) == []
    assert {key: change.kind for key, change in found.detailedDiff.items()} == dict.fromkeys(different, KINDS.UPDATE)


@pytest.mark.parametrize(
    ("different", "first"),
    [
        ({"zone": "other.test."}, False),
        ({"name": "web"}, False),
        ({"type": "AAAA", "rdatas": ["2001:db8::1"]}, False),
        ({"type": "CNAME", "rdatas": ["x.test."]}, True),
        ({"type": "CNAME", "rdatas": ["x.test."], "name": "web"}, False),
    ],
)
def test_another_place_is_a_replacement_and_deletes_first_where_a_cname_would_be_in_the_way(different, first):
    found = difference(RECORD, RECORD | different)
    assert set(found.replaces) == set(different) - {"rdatas"}
    assert found.deleteBeforeReplace is first


def test_an_error_is_its_text_alone(named, monkeypatch, capfd):
    monkeypatch.setattr(client_module, "PAUSES", ())
    named.stop()
    settings = {"server": HOST, "port": named.port, "keyname": "updater", "key": named.secrets["updater"]}

    async def conversation(stub):
        await stub.Configure(provider_pb2.ConfigureRequest(args=struct(settings)))
        await stub.Create(provider_pb2.CreateRequest(urn=URN + "www", properties=struct(RECORD)))

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        talk(conversation)
    assert (caught.value.details() or "").startswith(f"Name server 127.0.0.1 port {named.port} gives no answer")
    assert "Traceback" not in capfd.readouterr().err


def test_a_record_that_is_gone_has_no_id_and_no_properties(named):
    settings = {"server": HOST, "port": str(named.port), "keyname": "updater", "key": named.secrets["updater"]}

    async def conversation(stub):
        await stub.Configure(provider_pb2.ConfigureRequest(args=struct(settings)))
        return await stub.Read(provider_pb2.ReadRequest(urn=URN + "www", id="alias.test/www/A"))

    assert talk(conversation) == provider_pb2.ReadResponse()


def test_a_record_is_handed_over_in_one_change(named, relay):
    """Delete and create of a record that the program declares, in that order."""
    named.change("add www 300 A 192.0.2.1")
    settings = {"server": HOST, "port": relay.port, "keyname": "updater", "key": named.secrets["updater"]}
    new = RECORD | {"rdatas": ["192.0.2.2"]}

    async def conversation(stub):
        await stub.Configure(provider_pb2.ConfigureRequest(args=struct(settings)))
        await stub.Check(check(rdatas=["192.0.2.2"]))
        await stub.Delete(provider_pb2.DeleteRequest(urn=URN + "www", id="x", properties=struct(RECORD)))
        assert relay.messages == []
        return await stub.Create(provider_pb2.CreateRequest(urn=URN + "www", properties=struct(new)))

    assert talk(conversation).id == "alias.test./www/A"
    assert len(relay.messages) == 1
    assert named.records() == {"www 300 A 192.0.2.2"}


def test_nothing_is_touched_before_the_configuration_is_known():
    async def conversation(stub):
        await stub.Configure(provider_pb2.ConfigureRequest(args=struct({"server": UNKNOWN, "keyname": "k"} | KEY)))
        await stub.Create(provider_pb2.CreateRequest(urn=URN + "www", properties=struct(RECORD)))

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        talk(conversation)
    assert "has no configuration yet" in (caught.value.details() or "")


KEY = {"key": "MDEyMzQ1Njc4OWFiY2RlZg=="}


def test_a_wrong_configuration_is_refused_without_the_key():
    async def conversation(stub):
        await stub.Configure(provider_pb2.ConfigureRequest(args=struct({"server": "ns1", "port": 0} | KEY)))

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        talk(conversation)
    details = caught.value.details() or ""
    assert "dns:port: 0 is not a port" in details
    assert "dns:keyname: missing" in details
    assert KEY["key"] not in details


def test_cancel_before_anything():
    assert talk(lambda stub: stub.Cancel(empty_pb2.Empty())) == empty_pb2.Empty()


def test_the_schema_says_what_the_classes_say():
    schema = json.loads(talk(lambda stub: stub.GetSchema(provider_pb2.GetSchemaRequest())).schema)
    assert schema == json.loads(Path(server.__file__).with_name("schema.json").read_text())
    record = schema["resources"]["dns:index:Record"]
    assert tuple(record["inputProperties"]) == tuple(record["requiredInputs"]) == rrset.PROPERTIES
    assert tuple(field.name for field in fields(resources.RecordArgs)) == rrset.PROPERTIES
    assert set(record["properties"]) == set(record["required"]) == {*rrset.PROPERTIES, "fqdn"}
    assert {key for key, one in record["inputProperties"].items() if one.get("willReplaceOnChanges")} == set(
        rrset.IDENTITY
    )
    configuration = {field.name for field in fields(resources.ProviderArgs)}
    assert set(schema["config"]["variables"]) == set(schema["provider"]["inputProperties"]) == configuration
    assert get_args(resources.RecordType) == tuple(rrset.SHAPES)
    assert get_args(resources.Algorithm) == config.ALGORITHMS
