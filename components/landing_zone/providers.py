"""How what is built in Azure asks for its provider: by the key of the subscription that it is in."""

from __future__ import annotations

from collections.abc import Callable

import pulumi_azure_native as azure_native

Providers = Callable[[str], azure_native.Provider]
"""The provider of a subscription by its key."""
