"""What of a stack's settings is secret: found in the real stack file, never read, and planted instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

PLANTED: Final = "Planted-by-the-twin-1"


def declared_secrets(project: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Keys that the project file declares as secret, for every stack or for new ones, and that have no value."""
    name, template = project["name"], cast("dict[str, Any]", project.get("template") or {})
    for declarations in (project.get("config"), template.get("config")):
        for key, declared in cast("dict[str, Any]", declarations or {}).items():
            full = key if ":" in key else f"{name}:{key}"
            if isinstance(declared, dict) and cast("dict[str, Any]", declared).get("secret") and full not in config:
                yield full


def secret_paths(config: Mapping[str, Any]) -> Iterator[str]:
    """Paths, as `pulumi config set --path` takes them, of the values that are encrypted."""
    for key, value in config.items():
        namespace, _, name = key.rpartition(":")
        prefix = f"{namespace}:" if namespace else ""
        yield from _secrets_below(prefix + _quoted(name), value)


def _secrets_below(path: str, value: Any) -> Iterator[str]:
    if _is_secret(value):
        yield path
    elif isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            yield from _secrets_below(f"{path}.{_quoted(key)}", item)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _secrets_below(f"{path}[{index}]", item)


def _quoted(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else f'["{key}"]'


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and list(cast("dict[str, Any]", value)) == ["secure"]


def without_secrets(value: Any) -> Any:
    """The settings without what is encrypted; in a list a planted secret keeps its place."""
    if isinstance(value, dict):
        return {
            key: without_secrets(item) for key, item in cast("dict[str, Any]", value).items() if not _is_secret(item)
        }
    if isinstance(value, list):
        return [PLANTED if _is_secret(item) else without_secrets(item) for item in cast("list[Any]", value)]
    return value
