"""Keeps secrets out of messages, in whatever form an API or a library gives them back.

A secret comes back as it is, in base64 (alone or inside a longer text such as `user:password`, in UTF-8 or in the
UTF-16 of Windows), in a URL, in JSON, in HTML, in hexadecimal, or as Python shows it. Left out: what somebody has
encrypted, hashed or cut in two.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

_SHORTEST: Final = 6
"""Characters that an encoded form has at least: a shorter one would be found in words that hold no secret."""
_LONG: Final = 200
"""Characters from which on letters and digits are only looked for as they are: nobody escapes those of a token."""
_LONGEST: Final = 600
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_SHORT: Final = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_UNSHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


class Masks:
    """The secrets that are known, and texts without them."""

    def __init__(self) -> None:
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def add(self, secret: str) -> None:
        """From now on no text holds this one."""
        if secret:
            self._patterns.setdefault(secret, None)

    def clean(self, text: str) -> str:
        """A text of somebody else's as one line of bounded length, without secrets and without control characters."""
        for secret in sorted(self._patterns, key=len, reverse=True):
            pattern = self._patterns[secret]
            if pattern is None:  # made when something has to be shown, which is seldom
                pattern = self._patterns[secret] = re.compile("|".join(_forms(secret)))
            text = pattern.sub("[secret]", text)
        text = " ".join(_UNSHOWN.sub(" ", text).split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _forms(secret: str) -> Iterator[str]:
    """The secret character by character, each in any way in which a text may write it, and what holds its bytes."""
    long = len(secret) > _LONG
    yield "".join(letter if long and letter.isalnum() else _character(letter) for letter in secret)
    for encoding in ("utf-8", "utf-16-le"):
        yield from (
            re.escape(form) for form in _of_bytes(secret.encode(encoding, "surrogatepass")) if len(form) >= _SHORTEST
        )


def _character(letter: str) -> str:
    """As it is, escaped (JSON, Python, a shell), as a URL has it, and as HTML has it."""
    units, raw = letter.encode("utf-16-be", "surrogatepass"), letter.encode("utf-8", "surrogatepass")
    ways = [
        letter if letter.isalnum() else rf"\\*{re.escape(letter)}",
        "".join(rf"\\+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)),
        "".join(rf"\\+x{byte:02x}" for byte in raw),
        "".join(f"%(?:25)*{byte:02x}" for byte in raw),
        f"&#(?:0*{ord(letter)}|x0*{ord(letter):x});",
    ]
    ways[1:] = [f"(?i:{way})" for way in ways[1:]]
    if ord(letter) < 256:
        ways.append(rf"(?i:(?:\\+x|%(?:25)*){ord(letter):02x})")
    if letter in _SHORT:
        ways.append(rf"\\+{_SHORT[letter]}")
    if letter == " ":
        ways.append(r"\+")
    if letter in _NAMED:
        ways.append(_NAMED[letter])
    return f"(?:{'|'.join(ways)})"


def _of_bytes(raw: bytes) -> Iterator[str]:
    """Hexadecimal and base64. What stands before a secret moves it by 0, 1 or 2 bytes of three: each has its own form,
    of which the letters that hold bits of the neighbours are left out.
    """
    yield raw.hex()
    yield raw.hex().upper()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        form = text[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
        yield form
        yield form.replace("+", "-").replace("/", "_")
        yield form.replace("+", "%2B").replace("/", "%2F")
