"""A secret of a stack: asked for by what uses it, and never taken from plain text."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest

from components.secrets import secret

CONFIG = "platform-refresh"


@pytest.fixture(autouse=True)
def no_config() -> Iterator[None]:
    yield
    pulumi.runtime.set_all_config({}, [])


def test_one_that_nobody_set_is_named_with_the_command() -> None:
    pulumi.runtime.set_all_config({f"{CONFIG}:other": "x"}, [f"{CONFIG}:other"])
    with pytest.raises(
        pulumi.RunError, match="platform-refresh:esxiPassword is missing; set it with `pulumi config set"
    ):
        secret(pulumi.Config(CONFIG), "esxiPassword")


def test_one_in_plain_text_is_refused_and_not_shown() -> None:
    pulumi.runtime.set_all_config({f"{CONFIG}:esxiPassword": "Hunter2"}, [f"{CONFIG}:other"])
    with pytest.raises(pulumi.RunError, match="platform-refresh:esxiPassword stands in plain text") as left:
        secret(pulumi.Config(CONFIG), "esxiPassword")
    assert "Hunter2" not in str(left.value)


@pulumi.runtime.test
async def test_one_that_is_encrypted_stays_secret() -> None:
    pulumi.runtime.set_all_config({f"{CONFIG}:esxiPassword": "Hunter2"}, [f"{CONFIG}:esxiPassword"])
    value = secret(pulumi.Config(CONFIG), "esxiPassword")
    assert await value.is_secret()
    assert await value.future() == "Hunter2"
