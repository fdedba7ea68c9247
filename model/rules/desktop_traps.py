"""What Citrix accepts and nobody wants: open access lists, settings that cancel each other, clients kept out.

Each trap is a rule of its own, with the source of what makes it one. Left out: the reboot of live sessions and policy
sets that are assigned to nobody, which desktops.py sees over all pools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING

from model.derive import devices
from model.faults import Fault
from model.rules.rule import Check, Rule
from model.types.desktops import Pool
from model.types.pools import PoolInstance

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

_ADAPTIVE_AUDIO_SINCE = 2109
"""Adaptive audio is on by default from this release (Citrix product documentation, "Audio policy settings")."""
_URL_SCHEMES = ("https://", "http://")

Trap = tuple[tuple[str | int, ...], str, str]
"""Path in the pool, code, message."""


def _of_pools(
    trap: Callable[[Platform, Pool, list[PoolInstance]], Iterator[Trap]],
) -> Check:
    """A rule over every pool, of a trap that one pool with what Citrix builds of it walks into."""

    @wraps(trap)
    def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
        for name, pool in platform.desktops.pools.items():
            built = [i for i in platform.pool_instances if i.pool is pool and i.attachment is not None]
            for path, code, message in trap(platform, pool, built):
                yield written.sources["pools", name].fault(path, code, message)

    return check


@_of_pools
def access(_platform: Platform, pool: Pool, _built: list[PoolInstance]) -> Iterator[Trap]:
    """A delivery group without an access list lets in whoever can log on (restricted_access_users omitted)."""
    if pool.access == "Restricted" and not pool.users:
        message = (
            "no users, and Citrix reads an access list that is left out as everyone; name AD groups, or set "
            "`access: Everyone`"
        )
        yield ("users",), "ACCESS-OPEN", message
    if pool.access == "Everyone" and pool.users:
        yield (
            ("users",),
            "ACCESS-OPEN",
            "the list has no effect while access is Everyone; remove it, or set `access: Restricted`",
        )


@_of_pools
def allocation(_platform: Platform, pool: Pool, _built: list[PoolInstance]) -> Iterator[Trap]:
    """Multi-session machines are shared: Citrix accepts no other allocation for them than Random."""
    if pool.session_support == "MultiSession" and pool.allocation != "Random":
        yield (
            ("allocation",),
            "ALLOCATION",
            f"{pool.allocation} with MultiSession; set `allocation: Random`, or `session_support: SingleSession`",
        )
    if pool.session_support == "SingleSession" and pool.sessions_per_host != 1:
        yield ("sessions_per_host",), "ALLOCATION", f"{pool.sessions_per_host} with SingleSession; set it to 1"


@_of_pools
def transport(_platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """A session has TCP to fall back to, and Multi-Stream no MTU discovery beside it."""
    if not built:
        return
    settings = pool.settings
    if settings.adaptive_transport == "DiagnosticMode":
        message = (
            "DiagnosticMode never falls back to TCP, so who has no UDP has no session; set `adaptive_transport: "
            "Preferred`"
        )
        yield ("settings", "adaptive_transport"), "DIAGNOSTIC-MODE", message
    finding = sorted({f"{i.image_name} {i.version_name}" for i in built if i.version.mtu_discovery})
    if (settings.multi_stream or settings.multi_stream_computer) and finding:
        # Citrix product documentation, "Multi-stream connections policy settings": not supported together.
        message = (
            f"MTU discovery, which {', '.join(finding)} has on, is not supported with Multi-Stream; turn one of "
            "the two off"
        )
        field = "multi_stream" if settings.multi_stream else "multi_stream_computer"
        yield ("settings", field), "MULTI-STREAM", message


@_of_pools
def audio(_platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """Adaptive audio overrides AudioQuality; RTP audio needs the server's UDP listener (Citrix, HDX settings)."""
    if not built:
        return
    settings = pool.settings
    adaptive = settings.adaptive_audio or (
        settings.adaptive_audio is None and any(_release(i.version.vda or "0") >= _ADAPTIVE_AUDIO_SINCE for i in built)
    )
    if settings.audio_quality is not None and adaptive:
        message = "has no effect under adaptive audio; leave it out, or set `adaptive_audio: false`"
        yield ("settings", "audio_quality"), "AUDIO", message
    if settings.rtp_audio and not settings.udp_audio:
        yield ("settings", "rtp_audio"), "AUDIO", "the server does not listen for it; set `udp_audio: true` too"


def _release(vda: str) -> int:
    return int(vda.split(".", maxsplit=1)[0])


@_of_pools
def graphics(_platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """What encodes in hardware has a GPU, and its master has the same."""
    without = [i.generation.name for i in built if i.gpu is None]
    if pool.settings.hardware_encoding and without:
        message = f"no GPU in {', '.join(without)} encodes in hardware; add `gpu: {{{without[0]}: ...}}`, or remove it"
        yield ("settings", "hardware_encoding"), "GPU", message
    for instance in built:
        if instance.gpu != instance.version.gpu:
            # Machine Creation Services copies the master's devices: a GPU that the master lacks, no machine gets.
            message = (
                f"{instance.gpu or 'no GPU'} in {instance.generation.name} and the master of {instance.image_name} "
                f"{instance.version_name} has {instance.version.gpu or 'none'}; name the same in both"
            )
            yield ("gpu",), "GPU", message


@_of_pools
def redirection(_platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """The access list of browser content redirection takes wildcards in host and path, not in the protocol."""
    if not built:
        return
    acl = pool.settings.browser_redirection_acl
    for index, url in enumerate(acl or ()):
        if not url.startswith(_URL_SCHEMES):
            message = (
                f"{url} has a wildcard or nothing for its protocol, so it matches no page; write https:// and a host"
            )
            yield ("settings", "browser_redirection_acl", index), "REDIRECTION-ACL", message
    if pool.settings.browser_redirection and not acl:
        message = (
            "no site to redirect; add `browser_redirection_acl` with the addresses, or set `browser_redirection: false`"
        )
        yield ("settings", "browser_redirection"), "REDIRECTION-ACL", message


@_of_pools
def clients(platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """SecureHDX Enabled keeps out every client that lacks it; DirectConnectionsOnly does not (Citrix, Secure HDX)."""
    if not built or pool.settings.secure_hdx != "Enabled":
        return
    models = Counter(w.model for w in devices.in_use(platform.places) if pool.workplaces in (None, w.profile))
    lacking = [
        m for m in sorted(models) if m not in platform.desktops.clients or not platform.desktops.clients[m].secure_hdx
    ]
    if lacking:
        shown = ", ".join(f"{model} ({models[model]})" for model in lacking)
        message = (
            f"keeps out {shown}, which do not support it or are not in clients; set `secure_hdx: DirectConnectionsOnly`"
        )
        yield ("settings", "secure_hdx"), "SECURE-HDX", message


@_of_pools
def restarts(platform: Platform, pool: Pool, built: list[PoolInstance]) -> Iterator[Trap]:
    """A restart that ends sessions warns before, and is for no pool whose people work at that hour."""
    restart = pool.restart
    if not built or restart is None:
        return
    for field in ("warning_minutes", "warning"):
        given = getattr(restart, field) is not None
        if restart.minutes is not None and not given:
            yield ("restart", field), "MISSING-KEY", f"{field} is missing; set it, or leave out minutes"
        if restart.minutes is None and given:
            message = f"nobody is warned of a restart that waits for the last session; remove {field}, or set minutes"
            yield ("restart", field), "UNKNOWN-KEY", message
    timed = pool.settings.disconnect_timer and pool.settings.disconnect_minutes
    if restart.minutes is None and pool.session_support == "MultiSession" and not timed:
        message = (
            "a session that somebody left keeps its machine from ever restarting; set `disconnect_timer: true` and "
            "`disconnect_minutes` in settings"
        )
        yield ("restart",), "REBOOT-SESSIONS", message
    awake = {code for code, site in platform.places.sites.items() if site.hours == "24x7"}
    seats = sum(w.site in awake and pool.workplaces in (None, w.profile) for w in platform.places.workplaces.values())
    if restart.minutes is not None and seats:
        message = (
            f"logs off {seats} workplaces at sites that never close; leave out minutes and warnings, so that a machine "
            "restarts after its last session"
        )
        yield ("restart", "minutes"), "REBOOT-SESSIONS", message


RULES = (
    Rule(
        "desktop_traps.access",
        "Citrix reads a list that is left out as everyone (citrix/terraform-provider-citrix, restricted_access_users).",
        ("ACCESS-OPEN",),
        access,
    ),
    Rule(
        "desktop_traps.allocation",
        "Citrix refuses the delivery group (citrix/terraform-provider-citrix, machine_catalog, allocation_type).",
        ("ALLOCATION",),
        allocation,
    ),
    Rule(
        "desktop_traps.transport",
        "A session that cannot fall back to TCP ends at the first firewall; MTU discovery and Multi-Stream are "
        'not supported together (Citrix product documentation, "Multi-stream connections policy settings").',
        ("DIAGNOSTIC-MODE", "MULTI-STREAM"),
        transport,
    ),
    Rule(
        "desktop_traps.audio",
        'A setting without effect is one that somebody relies on (Citrix product documentation, "Audio policy '
        'settings").',
        ("AUDIO",),
        audio,
    ),
    Rule(
        "desktop_traps.graphics",
        "Machine Creation Services copies the master's devices: a GPU that the master lacks, no machine gets.",
        ("GPU",),
        graphics,
    ),
    Rule(
        "desktop_traps.redirection",
        "A page that matches no entry is rendered on the server, with all its load (Citrix product documentation, "
        '"Browser content redirection policy settings").',
        ("REDIRECTION-ACL",),
        redirection,
    ),
    Rule(
        "desktop_traps.clients",
        "With SecureHDX Enabled whoever sits at a client that lacks it has no session (Citrix product "
        'documentation, "Secure HDX").',
        ("SECURE-HDX",),
        clients,
    ),
    Rule(
        "desktop_traps.restarts",
        "Who works at night is logged off in the middle of it, every night (Citrix, UseNaturalReboot).",
        ("MISSING-KEY", "REBOOT-SESSIONS", "UNKNOWN-KEY"),
        restarts,
    ),
)
