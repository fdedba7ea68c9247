"""What a record may be, and that one thing has one form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.dns.rrset import BadValueError, Owner, RRset, check

SOUND: dict[str, Any] = {"zone": "alias.test", "name": "www", "type": "A", "ttl": 300, "rdatas": ["192.0.2.1"]}
LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9])?", fullmatch=True)
ADDRESS = st.ip_addresses(v=4).map(str)


def faults(**different: Any) -> dict[str, str]:
    return {fault.path: fault.reason for fault in check(SOUND | different)[1]}


def test_the_sound_record_has_no_fault():
    assert faults() == {}


@pytest.mark.parametrize(
    ("different", "path", "sentence"),
    [
        ({"zone": None}, "zone", "missing"),
        ({"rdatas": None}, "rdatas", "missing"),
        ({"zone": "."}, "zone", "the root is nobody's to change"),
        ({"zone": "a..test"}, "zone", "has an empty part"),
        ({"zone": 7}, "zone", "7 is not a name"),
        ({"name": ""}, "name", "'' is not a name"),
        ({"name": "x" * 64}, "name", "more than 63 characters"),
        ({"name": ".".join(["x" * 60] * 5)}, "name", "longer than 255 octets"),
        ({"name": ".".join(["x" * 60] * 4)}, "name", "together are longer than 255 octets"),
        ({"name": "rødby"}, "name", "'rødby' in 'rødby' is not allowed in a name"),
        ({"name": "a b"}, "name", "is not allowed in a name"),
        ({"name": r"a\.b"}, "name", "is not allowed in a name"),
        ({"name": "www.alias.test"}, "name", "write 'www' or 'www.alias.test.'"),
        ({"name": "www.other.test."}, "name", "www.other.test. is not in the zone alias.test."),
        ({"type": "NS"}, "type", "'NS' is not a type that this provider writes; use A, AAAA"),
        ({"type": 1}, "type", "1 is not a type"),
        ({"ttl": -1}, "ttl", "use whole seconds from 0 to 2147483647"),
        ({"ttl": 2**31}, "ttl", "2147483648 is not a time to live"),
        ({"ttl": 1.5}, "ttl", "1.5 is not a time to live"),
        ({"ttl": float("nan")}, "ttl", "nan is not a time to live"),
        ({"ttl": float("inf")}, "ttl", "inf is not a time to live"),
        ({"ttl": True}, "ttl", "True is not a time to live"),
        ({"ttl": "300"}, "ttl", "'300' is not a time to live"),
        ({"rdatas": []}, "rdatas", "must be a list of at least one value: an IPv4 address"),
        ({"rdatas": "192.0.2.1"}, "rdatas", "must be a list"),
        ({"rdatas": ["192.0.2.300"]}, "rdatas[0]", "'192.0.2.300' is not an IPv4 address"),
        ({"rdatas": ["192.0.2.1", "::1"]}, "rdatas[1]", "'::1' is not an IPv4 address; use type AAAA"),
        ({"type": "AAAA"}, "rdatas[0]", "'192.0.2.1' is not an IPv6 address; use type A"),
        ({"rdatas": ["192.0.2.1\n192.0.2.2"]}, "rdatas[0]", "is not an IPv4 address"),
        ({"rdatas": ["192.0.2.1", "192.0.2.2", "192.0.2.1"]}, "rdatas[2]", "is the same value as rdatas[0]"),
        ({"rdatas": [7]}, "rdatas[0]", "7 is not text"),
        ({"type": "CNAME", "rdatas": ["a.test.", "b.test."]}, "rdatas", "a CNAME record has exactly one value"),
        ({"type": "CNAME", "rdatas": ["a.test"]}, "rdatas[0]", "has no final dot; write it in full, as 'a.test.'"),
        ({"type": "CNAME", "rdatas": ["WWW.alias.test."]}, "rdatas[0]", "the CNAME points at itself"),
        ({"type": "CNAME", "name": "@", "rdatas": ["a.test."]}, "name", "the zone's own name can not be a CNAME"),
        ({"type": "SRV", "rdatas": ["0 5 host.test."]}, "rdatas[0]", "is not priority, weight, port and a name"),
        ({"type": "SRV", "rdatas": ["0 5 1494 host"]}, "rdatas[0]", "the name 'host' has no final dot"),
        ({"type": "MX", "rdatas": [r"10 a\032b.test."]}, "rdatas[0]", "is not allowed in a name"),
        ({"type": "TXT", "rdatas": ['"open']}, "rdatas[0]", "is not a text, or strings in double quotes"),
        ({"type": "TXT", "rdatas": ["a b", '"a b"']}, "rdatas[1]", "is the same value as rdatas[0]"),
        ({"tll": 300}, "tll", "unknown property; did you mean ttl"),
    ],
)
def test_one_fault(different, path, sentence):
    found = faults(**different)
    assert list(found) == [path]
    assert sentence in found[path]


def test_all_faults_come_at_once():
    assert set(faults(name="a b", type="CNAME", ttl=-1, rdatas=["x", "y"])) == {
        "name", "ttl", "rdatas", "rdatas[0]", "rdatas[1]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("different", "canonical"),
    [
        ({"zone": "ALIAS.Test."}, {"zone": "alias.test."}),
        ({"name": "WWW.alias.test."}, {"name": "www"}),
        ({"name": "alias.test."}, {"name": "@"}),
        ({"name": "@"}, {"name": "@"}),
        ({"name": "*.sub"}, {"name": "*.sub"}),
        ({"name": "_ica._tcp"}, {"name": "_ica._tcp"}),
        ({"type": "a"}, {"type": "A"}),
        ({"ttl": 300.0}, {"ttl": 300}),
        ({"rdatas": ["192.0.2.10", "192.0.2.9"]}, {"rdatas": ["192.0.2.9", "192.0.2.10"]}),
        ({"type": "AAAA", "rdatas": ["2001:DB8:0::1"]}, {"rdatas": ["2001:db8::1"]}),
        ({"type": "CNAME", "rdatas": ["SBSYS.Test."]}, {"rdatas": ["sbsys.test."]}),
        ({"type": "SRV", "rdatas": ["0  0 0 ."]}, {"rdatas": ["0 0 0 ."]}),
        ({"type": "TXT", "rdatas": ["v=spf1 -all"]}, {"rdatas": ['"v=spf1 -all"']}),
        ({"type": "TXT", "rdatas": ["V=Spf1"]}, {"rdatas": ['"V=Spf1"']}),
        ({"type": "TXT", "rdatas": ['say "hej" \\']}, {"rdatas": [r'"say \"hej\" \\"']}),
        ({"type": "TXT", "rdatas": ["x" * 256]}, {"rdatas": [f'"{"x" * 255}" "x"']}),
    ],
)
def test_one_form(different, canonical):
    checked, found = check(SOUND | different)
    assert found == []
    assert {key: checked[key] for key in canonical} == canonical


@settings(max_examples=50)
@given(
    LABEL,
    st.lists(LABEL, min_size=2, max_size=3),
    st.lists(ADDRESS, min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_the_one_form_is_its_own(label, zone, addresses, absolute):
    zone_text = ".".join(zone)
    name = f"{label}.{zone_text}." if absolute else label
    record = {"zone": zone_text.upper(), "name": name, "type": "a", "ttl": 1, "rdatas": addresses}
    first = RRset.parse(record)
    properties = first.properties()
    assert properties["fqdn"] == f"{label}.{zone_text}."
    del properties["fqdn"]
    assert check(properties) == (properties, [])
    assert RRset.parse({**record, "rdatas": addresses[::-1], "name": label}) == first
    assert Owner.from_id(first.owner.id) == first.owner


def test_what_is_not_known_yet_is_not_judged():
    known = {"zone": "alias.test", "type": "A", "ttl": -1}
    checked, found = check(known, {"name", "rdatas"})
    assert checked == {"zone": "alias.test.", "type": "A"}
    assert [fault.path for fault in found] == ["ttl"]


@pytest.mark.parametrize(
    "text", ["", "alias.test", "alias.test/www", "alias.test/www/A/x", "alias.test/www/SOA", "//A"]
)
def test_what_is_no_id(text):
    with pytest.raises(BadValueError):
        Owner.from_id(text)
