"""What can go wrong with a REST API, in one sentence each that says what to do.

No text here ever holds a secret or a word of the HTTP library: `rest.Client` sees to it.
"""

from __future__ import annotations


class ProviderError(Exception):
    """An error for the person who runs the update."""


class StoppedError(ProviderError):
    """The engine wants to end while there was something to wait for."""


class ApiError(ProviderError):
    """The API has refused a request, has not answered, or has answered with what is no answer.

    `status` is the HTTP status, 0 if there was none. `uncertain` means that the request may have been carried out all
    the same: whoever repeats it has to look first. `absent` means that the API itself said, in its own form, that
    there is no such object; a bare 404 of a proxy or of a wrong address does not say that.
    """

    def __init__(self, message: str, status: int, *, uncertain: bool = False, absent: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.uncertain = uncertain
        self.absent = absent
