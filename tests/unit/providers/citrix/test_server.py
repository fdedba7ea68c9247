"""What the engine hears: that something is not there, and a sentence instead of a traceback."""

from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from providers.citrix.server import VERSION, Servicer
from tests.unit.providers.citrix.lab import Lab


class Ended(Exception):  # noqa: N818 - what gRPC's own abort raises is no error of ours
    """The call was ended with this text."""


class Context:
    """As much of a call as the servicer uses."""

    async def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise Ended(f"{code.name}: {message}")


def read(lab: Lab, kind: str, id_: str) -> Any:
    servicer = Servicer([], VERSION, lab.provider, "127.0.0.1:1", "CITRIX_STAND_IN")
    request = provider_pb2.ReadRequest(id=id_, urn=lab.urn(kind, "it"), type=f"citrix:index:{kind}", name="it")
    return lab.run(servicer.Read(request, Context()))


@pytest.mark.parametrize("kind", ["Zone", "DeliveryGroup", "DeliveryGroupAccess"])
def test_what_is_not_there_has_no_id_and_no_properties(lab: Lab, kind: str) -> None:
    answer = read(lab, kind, "Skov")
    assert answer.id == ""
    assert not answer.HasField("properties"), "the engine would import it"
    assert not answer.HasField("inputs")


def test_what_is_there_is_read(lab: Lab) -> None:
    id_, _ = lab.create("Zone", name="Skov", description="Serverrum")
    answer = read(lab, "Zone", "skov")
    assert answer.id == id_
    assert dict(answer.properties)["description"] == "Serverrum"


def test_an_error_of_the_site_arrives_as_its_sentence(lab: Lab) -> None:
    lab.faults({"type": "citrix:Zone", "operation": "read", "error": "403 No permission"})
    with pytest.raises(Ended, match=r"UNKNOWN: GET Zones/Skov: No permission \(HTTP 403\)"):
        read(lab, "Zone", "Skov")


def test_an_answer_that_is_not_as_documented_names_the_place_and_no_value(lab: Lab) -> None:
    id_, _ = lab.create("Zone", name="Skov", description="Serverrum")
    with lab.world.transaction():
        zone = next(item for item in lab.objects("Zone") if item.id == id_)
        del zone.properties["Id"]
        lab.world.save(zone)
    with pytest.raises(Ended, match=r"not as documented \(KeyError in providers.citrix.core:\d+\); report it"):
        read(lab, "Zone", "Skov")
