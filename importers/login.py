"""Who asks a vCenter, and where it answers: from the environment and the URL, checked before anything connects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from model.faults import Fault, ModelError


@dataclass(frozen=True, slots=True)
class Login:
    """Where a vCenter answers and who asks. The password is in no text made of it."""

    host: str
    port: int
    protocol: str
    user: str
    password: str = field(repr=False)
    verify: bool = True

    @classmethod
    def from_environment(cls, url: str, environment: Mapping[str, str]) -> Login:
        """VSPHERE_USER, VSPHERE_PASSWORD and VSPHERE_ALLOW_UNVERIFIED_SSL, as the vSphere provider reads them.

        Raises ModelError: for credentials in the URL, for none in the environment, for a URL that is no vCenter's.
        """
        try:
            parts = urlsplit(url if "//" in url else f"https://{url}")
            host, port, inside = parts.hostname or "", parts.port, parts.username is not None
        except ValueError:
            host, port, inside, parts = "", None, False, urlsplit("")
        if inside or "@" in url:
            raise refused(
                "--vcenter", "credentials in the URL; set VSPHERE_USER and VSPHERE_PASSWORD in the environment"
            )
        allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
        if not host or not allowed or parts.path.rstrip("/") not in ("", "/sdk") or parts.query:
            raise refused("--vcenter", f"{url!r}; give an address such as https://vcenter.example")
        missing = [name for name in ("VSPHERE_USER", "VSPHERE_PASSWORD") if not environment.get(name)]
        if missing:
            raise refused(host, f"{' and '.join(missing)} not set; set both in the environment")
        unverified = environment.get("VSPHERE_ALLOW_UNVERIFIED_SSL", "").casefold() in ("1", "true", "yes")
        return cls(
            host=host,
            port=port or (443 if parts.scheme == "https" else 80),
            protocol=parts.scheme,
            user=environment["VSPHERE_USER"],
            password=environment["VSPHERE_PASSWORD"],
            verify=not unverified,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refused(where: str, message: str) -> ModelError:
    """The fault of a vCenter that cannot be read, by its host name or by the option that names it."""
    return ModelError([Fault(where, 1, "NOT-FOUND", ".", message)])
