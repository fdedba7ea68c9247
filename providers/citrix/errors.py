"""What can go wrong with a site beyond what can with any API (providers/errors.py)."""

from __future__ import annotations

from providers.errors import ProviderError


class ConflictError(ProviderError):
    """Something of that name exists already and is not ours."""


class JobFailedError(ProviderError):
    """A background job of the site has failed."""
