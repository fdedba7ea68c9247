"""Makes keys and codes from names that people gave: deterministic, ASCII, unique.

A system's code is the first word of its title that no other title has, cut to five letters; when that is taken, its
last place counts 2 to 9 and on. People rename codes afterwards, and an import finds the system again by its title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from model.names import folded, slug


def unique_slug(text: str, taken: Collection[str], fallback: str = "item") -> str:
    """A key that is not among `taken`: a number is added when it is."""
    key = slug(text, fallback)
    number, candidate = 2, key
    while candidate in taken:
        candidate = f"{key[:37]}-{number}"
        number += 1
    return candidate


def words(title: str) -> list[str]:
    """The words of a title that could be a code: folded, starting with a letter, of two letters or more."""
    return [word for word in re.findall(r"[a-z0-9]+", folded(title)) if word[0].isalpha() and len(word) > 1]


def system_codes(titles: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """A code for each title, none of them among `taken`."""
    titles = list(titles)
    used = set(taken)
    shared = Counter(word for title in titles for word in set(words(title)))
    codes: dict[str, str] = {}
    for title in titles:
        own = words(title) or ["sys"]
        stem = next((word for word in own if shared[word] == 1), own[0])[:5]
        code, number = stem, 2
        while code in used:
            code = f"{stem[: 5 - len(str(number))]}{number}"
            number += 1
        used.add(code)
        codes[title] = code
    return codes
