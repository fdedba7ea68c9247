"""What a target is: a folder of templates/ that says which files it renders and how they are proved.

A folder with a `TARGET` is found by `targets()` and needs no other registration. `digest` tells a changed configuration
from an unchanged one by template sources and contexts, without rendering. Left out: writing (writer.py).
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rendering.plain import encoded

if TYPE_CHECKING:
    from model import Platform
    from rendering.plain import Context

FOLDER = Path(__file__).resolve().parent.parent / "templates"
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


def utf8(text: str) -> bytes:
    """Text as most consumers read it."""
    return text.encode()


def utf8_bom(text: str) -> bytes:
    """Text for Windows PowerShell 5.1, which reads a script without the mark as ANSI and breaks its æ, ø and å."""
    return text.encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class File:
    """A file to render: `path` below the target's folder, `template` below templates/<target>/.

    `context` is a frozen dataclass whose fields the template names, or several. In them stands plain data (str, int,
    bool, None, lists, maps) and more such dataclasses, for it is hashed, in the order in which it is written.
    `encode` makes the bytes of the rendered text.
    """

    path: str
    template: str
    context: Context
    encode: Callable[[str], bytes] = utf8


@dataclass(frozen=True, slots=True)
class Finding:
    """What a validator or a round trip found wrong in what was rendered; `path` as in File."""

    path: str
    message: str


class Missing(Exception):  # noqa: N818 the absence of a program is no error of the target's
    """The native validator `program` is not installed. `findings` is what was found without it."""

    def __init__(self, program: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(program)
        self.program = program
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Judge:
    """Who did not write a target and says whether it is right: a `program` that reads the files, a `library` that does,
    a `grammar` of their language, or a published `table` of what they may say.

    `says` is what its word covers. `version` is what was asked: of Debian 12, or of the lock. `test` is the file that
    asks it, where `verify` does not.
    """

    kind: Literal["program", "library", "grammar", "table"]
    name: str
    says: str
    version: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A consumer of configuration. `name` is its folder's; `title` says in a line what it configures.

    `verify` gets the folder with this target's rendered files; it raises Missing, with what its round trip found, when
    the native validator is not installed. `consumer` is who reads the files, and of which version. `judges` are whom
    the tests ask, and `unjudged` is what nobody but we says of them; docs/configuration.md tells it.
    """

    name: str
    title: str
    files: Callable[[Platform], Iterable[File]]
    verify: Callable[[Platform, Path], list[Finding]]
    consumer: str
    judges: tuple[Judge, ...]
    unjudged: str = ""


@cache
def targets() -> tuple[Target, ...]:
    """Every target, by name."""
    found: list[Target] = []
    for path in sorted(FOLDER.glob("*/__init__.py")):
        name = path.parent.name
        target = getattr(importlib.import_module(f"templates.{name}"), "TARGET", None)
        if target is None:
            continue
        if not isinstance(target, Target) or target.name != name:
            raise TypeError(f"templates/{name}: TARGET is no Target with the name {name}")
        found.append(target)
    return tuple(found)


def drafts(target: Target, platform: Platform) -> Iterator[tuple[File, str]]:
    """Each file of a target with the digest of all that decides its bytes: templates, filters and context."""
    base = sources(target.name)
    for file in sorted(target.files(platform), key=lambda file: file.path):
        if not _PATH.fullmatch(file.path):
            raise ValueError(
                f"{target.name}: the path {file.path!r}; write words of letters, digits and _ . - between /"
            )
        parts = (base, _encoder(file.encode), file.path, file.template, encoded(file.context))
        yield file, hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def digests(platform: Platform) -> dict[str, str]:
    """By name of each target that renders anything how many files, and a digest of all that decides them: `18 files,
    3f2a91c04b7d`. It says declared, not applied.
    """
    return {target.name: told for target in targets() if (told := digest(target, platform))}


def digest(target: Target, platform: Platform) -> str:
    """The same of one target; nothing where it renders nothing."""
    files = [source for _, source in drafts(target, platform)]
    whole = hashlib.sha256("".join(files).encode()).hexdigest()
    return f"{len(files)} {'file' if len(files) == 1 else 'files'}, {whole[:12]}" if files else ""


@cache
def sources(name: str) -> str:
    """The digest of a target's templates, of those that all share, and of the filters."""
    whole = hashlib.sha256()
    for path in (*sorted((FOLDER / name).rglob("*.j2")), *sorted((FOLDER / "_shared").glob("*.j2"))):
        whole.update(f"{path.relative_to(FOLDER).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    for module in ("engine.py", "escape.py"):
        whole.update(Path(__file__).with_name(module).read_bytes())
    return whole.hexdigest()


@cache
def _encoder(encode: Callable[[str], bytes]) -> str:
    if encode in (utf8, utf8_bom):
        return encode.__name__
    source = Path(inspect.getsourcefile(encode) or "").read_bytes()
    return f"{encode.__qualname__} {hashlib.sha256(source).hexdigest()}"
