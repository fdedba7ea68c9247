"""Credentials for a vCenter come from the environment alone."""

from __future__ import annotations

import pytest

from importers.login import Login
from model import ModelError

BOTH = {"VSPHERE_USER": "it@vsphere.local", "VSPHERE_PASSWORD": "Sommerfugl-17"}


@pytest.mark.parametrize("url", ["vcenter.example", "https://vcenter.example", "https://vcenter.example:443/sdk/"])
def test_an_address_in_any_usual_form(url: str) -> None:
    login = Login.from_environment(url, BOTH)
    assert (login.host, login.port, login.protocol, login.verify) == ("vcenter.example", 443, "https", True)


def test_the_password_shows_nowhere() -> None:
    assert "Sommerfugl-17" not in repr(Login.from_environment("vcenter.example", BOTH))


@pytest.mark.parametrize("word", ["1", "true", "True"])
def test_an_unverified_certificate_is_a_choice(word: str) -> None:
    assert not Login.from_environment("vcenter.example", BOTH | {"VSPHERE_ALLOW_UNVERIFIED_SSL": word}).verify


REFUSED = {
    "credentials in the URL": ("https://it:hemmelig@vcenter.example", BOTH, "credentials in the URL"),
    "a user in the URL": ("it@vcenter.example", BOTH, "credentials in the URL"),
    "plain HTTP": ("http://vcenter.example", BOTH, "an address such as"),
    "another path": ("https://vcenter.example/ui", BOTH, "an address such as"),
    "no host": ("https://", BOTH, "an address such as"),
    "no port number": ("https://vcenter.example:https", BOTH, "an address such as"),
    "no user": ("vcenter.example", {"VSPHERE_PASSWORD": "x"}, "VSPHERE_USER not set"),
    "no credentials": ("vcenter.example", {}, "VSPHERE_USER and VSPHERE_PASSWORD not set"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_before_anything_connects(case: str) -> None:
    url, environment, message = REFUSED[case]
    with pytest.raises(ModelError) as caught:
        Login.from_environment(url, environment)
    assert message in str(caught.value)
    assert "hemmelig" not in str(caught.value)
