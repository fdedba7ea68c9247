"""What several targets' proofs share: joining validators, and xmllint over a folder.

Reading XML back is left to xmllint's own verdict and to each target, which knows what should stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from rendering import native
from rendering.target import Finding, Judge, Missing

XMLLINT = Judge("program", "xmllint", "that files are XML", "2.9")


def joined(found: Iterable[Finding], *validators: Callable[[], list[Finding]]) -> list[Finding]:
    """What a round trip found and what each validator finds. Raises Missing for those not installed, with all of it."""
    every, absent = list(found), list[str]()
    for validate in validators:
        try:
            every += validate()
        except Missing as missing:
            absent.append(missing.program)
            every += missing.findings
    if absent:
        raise Missing(", ".join(absent), every)
    return every


def differences(path: str, what: str, wanted: Iterable[str], there: Iterable[str]) -> list[Finding]:
    """A finding for each of `what` that the model has and the output has not, has twice, or has without the model."""
    expected, listed = set(wanted), list(there)
    found = [Finding(path, f"{what} {item} is missing") for item in sorted(expected - set(listed))]
    found += [Finding(path, f"{what} {item} is not the model's") for item in sorted(set(listed) - expected)]
    twice = sorted({item for item in listed if listed.count(item) > 1}) if len(set(listed)) < len(listed) else []
    return found + [Finding(path, f"{what} {item} stands {listed.count(item)} times") for item in twice]


def xmllint(folder: Path) -> list[Finding]:
    """What xmllint cannot read of the folder's XML. Raises Missing."""
    files = sorted(folder.rglob("*.xml"))
    if not files:
        return []
    done = native.run("xmllint", "--noout", "--nonet", *files)
    if done.returncode == 0:
        return []
    return [Finding(".", line) for line in done.stderr.splitlines() if line.strip()] or [Finding(".", "xmllint fails")]
