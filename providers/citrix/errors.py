"""What can go wrong, in one sentence each that says what to do. No text here ever holds a secret: `Client.clean` sees
to it.
"""

from __future__ import annotations


class CitrixError(Exception):
    """An error for the person who runs the update."""


class ConflictError(CitrixError):
    """Something of that name exists already and is not ours."""


class JobFailedError(CitrixError):
    """A background job of the site has failed."""


class ApiError(CitrixError):
    """The site has refused a request, or has not answered.

    `status` is the HTTP status, 0 if there was no answer. `uncertain` means that the request may have been carried
    out all the same: whoever repeats it has to look first.
    """

    def __init__(self, message: str, status: int, *, uncertain: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.uncertain = uncertain
