"""Certificates of the stable names: which names each bears, who issues it, and when it ends."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from model.base import DnsLabel, DnsName, Key, Model, Ref, Text


class Issuer(Model):
    """Who issues certificates."""

    title: Text
    """The issuer's name, as its own certificate bears it."""
    kind: Literal["internal", "public"]
    """`internal`: a CA of the municipality, which its own machines trust. `public`: one that every browser trusts."""
    asked_by: Text
    """How a certificate is asked for, by reference and never by a secret: a template of the CA, or an account at it."""
    ends: date | None = None
    """The last day of the issuer's own certificate. What it issued is worth nothing after it. Required of an internal
    one, which must outlive the generation (`serves_until`).
    """
    days: Annotated[int, Field(ge=1, le=1825)]
    """For how many days it issues a certificate at most. For public ones the CA/Browser Forum lowers it: 200 from
    2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15 (ballot SC-081v3).
    """
    assumed: Text | None = None
    """What of this is assumed, and why."""


class Certificate(Model):
    """A certificate that servers show, in every generation that answers to its names."""

    aliases: tuple[DnsLabel, ...] = ()
    """The stable names that it bears, by label in `alias_zone`."""
    names: tuple[DnsName, ...] = ()
    """Further names that it bears, in full: `igelrmserver.holstebro.example`."""
    issuer: Annotated[Key, Ref("issuers")]
    """Who issues it, a key of `issuers`."""
    ends: date
    """The last day on which it is valid. It must be 90 days after the cutover or more, so that nobody changes
    certificates while the generation is new.
    """
    key: Literal["rsa-3072", "ecdsa-p256"] = "rsa-3072"
    """The kind of key."""
    assumed: Text | None = None
    """What of this is assumed, and why."""
