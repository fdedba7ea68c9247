"""Whom each generation serves, and the stable names by which they reach it.

The live generation serves everyone; `serving:` names those whom another one serves, and until when, and a wave that has
moved those whom its generation serves for good. The live one is not named a second time, so a cutover is a change of
states and nothing else. Left out: who is in an AD group.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from model.base import GenerationName, Key, Model, Text
from model.types.estate import SiteCode, SystemCode


class Serving(Model):
    """Some whom `generation` serves: a pilot or a wave ahead of the rest, or what lags because its vendor is not ready.

    AD groups and sites are of people, systems and pools of what they use.
    """

    name: Key
    generation: GenerationName
    groups: tuple[Text, ...] = ()
    sites: tuple[SiteCode, ...] = ()
    systems: tuple[SystemCode, ...] = ()
    pools: tuple[Key, ...] = ()
    reason: Text
    expires: date


class Stable(Model):
    """What can not turn fast and so points at a stable name, before the cutover and after it.

    `system` is whose servers run as a service account.
    """

    name: Key
    kind: Literal["storefront-farm", "dhcp-option", "service-account", "file-share"]
    points_at: Text
    system: SystemCode | None = None


class Override(Model):
    """Leave for a plan to replace or delete `resource`, by its logical name, although the guard would refuse it.

    `role` is that of the person who answers for it.
    """

    resource: Text
    reason: Text
    role: Text
    expires: date
