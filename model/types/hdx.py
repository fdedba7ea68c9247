"""HDX settings: what a session may do, and how it looks and sounds, by the names that Citrix gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, StringConstraints

from model.base import Model, Text

Minutes = Annotated[int, Field(ge=1, le=525_600), PlainSerializer(str)]
"""Minutes, which the policy API takes as text."""


def _setting(name: str) -> Any:
    """A setting that is not set unless the data says so, by its name in the policy API."""
    return Field(default=None, serialization_alias=name)


class HdxSettings(Model):
    """The HDX policy settings that profiles use, each under its SettingName in the Citrix policy API. Names and values
    as citrix/terraform-provider-citrix documents them (internal/daas/policies/policy_set_resource.md); a test compares
    them with the provider's list. A setting that is not given is left to Citrix.
    """

    adaptive_transport: Literal["Off", "Preferred", "DiagnosticMode"] | None = _setting("HDXAdaptiveTransport")
    """HDX adaptive transport. `Preferred` uses UDP and falls back to TCP, `Off` uses TCP alone, `DiagnosticMode` never
    falls back and is refused.
    """
    loss_tolerant: bool | None = _setting("LossTolerantModeAvailable")
    """Loss tolerant mode: sessions stay responsive on a line that loses packets."""
    loss_tolerant_audio: bool | None = _setting("LossTolerantAudio")
    """Loss tolerant mode for audio: what is lost is not sent again."""
    adaptive_audio: bool | None = _setting("EnableAdaptiveAudio")
    """Audio quality follows the line. Citrix has it on from VDA 2109; `audio_quality` has no effect then."""
    audio_quality: Literal["High", "Medium", "Low"] | None = _setting("AudioQuality")
    """A fixed audio quality. Only with `adaptive_audio: false`, or a VDA before 2109."""
    udp_audio: bool | None = _setting("UDPAudioOnServer")
    """The server listens for audio over UDP."""
    rtp_audio: bool | None = _setting("AllowRtpAudio")
    """Audio over UDP real-time transport. Needs `udp_audio`, and a flow that lets the ports through."""
    rtp_ports: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}, ?[0-9]{1,5}$")] | None = _setting(
        "RtpAudioPortRange"
    )
    """The UDP ports for audio, the lower first. Citrix has `16500, 16509` unless this says otherwise."""
    teams_redirection: bool | None = _setting("MSTeamsRedirection")
    """HDX optimization for Microsoft Teams: audio and video go from the device, not through the session."""
    browser_redirection: bool | None = _setting("WebBrowserRedirection")
    """Browser content redirection: pages of `browser_redirection_acl` are shown by the device's own browser."""
    browser_redirection_acl: tuple[Text, ...] | None = _setting("WebBrowserRedirectionAcl")
    """Addresses that are redirected, with `https://` in front. Host and path may have wildcards, the protocol may not.
    """
    browser_redirection_authentication_sites: tuple[Text, ...] | None = _setting(
        "WebBrowserRedirectionAuthenticationSites"
    )
    """Addresses to which a redirected page may send its user to log on: `https://login.microsoftonline.com/*`. They are
    redirected only from there, so a page of `browser_redirection_acl` that asks for a log-on needs them.
    """
    video_codec: (
        Literal["DoNotUseVideoCodec", "UseVideoCodecIfAvailable", "ActivelyChangingRegions", "UseVideoCodecIfPreferred"]
        | None
    ) = _setting("UseVideoCodecForCompression")
    """When the screen is sent as video. `ActivelyChangingRegions` suits video, `UseVideoCodecIfAvailable` 3D;
    `UseVideoCodecIfPreferred` leaves it to Citrix.
    """
    hardware_encoding: bool | None = _setting("UseHardwareEncodingForVideoCodec")
    """The GPU encodes the video. Needs a GPU in every generation that has the pool."""
    optimize_3d: bool | None = _setting("OptimizeFor3dWorkload")
    """Optimize for 3D graphics, as in CAD and maps."""
    visual_quality: Literal["Low", "Medium", "High", "BuildToLossless", "AlwaysLossless"] | None = _setting(
        "VisualQuality"
    )
    """Visual quality of the screen. `BuildToLossless` is blurred while it moves and exact when it rests."""
    visually_lossless: bool | None = _setting("AllowVisuallyLosslessCompression")
    """Allow visually lossless compression."""
    frames_per_second: Annotated[int, Field(ge=1, le=60)] | None = _setting("FramesPerSecond")
    """Target frame rate, frames a second at most: 30 for office work, 60 for 3D."""
    multi_stream: bool | None = _setting("MultiStream")
    """Several network streams for each user, so that each can have a priority. Not supported together with MTU
    discovery.
    """
    multi_stream_computer: bool | None = _setting("MultiStreamPolicy")
    """The same as a setting of the computer, which takes a restart of the VDA."""
    secure_hdx: Literal["Disabled", "Enabled", "DirectConnectionsOnly"] | None = _setting("SecureHDX")
    """Secure HDX, encryption end to end. `Enabled` keeps out clients without it, `DirectConnectionsOnly` does not."""
    idle_timer: bool | None = _setting("SessionIdleTimer")
    """A session that nobody uses is disconnected after `idle_minutes`."""
    idle_minutes: Minutes | None = _setting("SessionIdleTimerInterval")
    """After how many minutes without a key or a mouse. Citrix has 1440 unless this says otherwise."""
    disconnect_timer: bool | None = _setting("SessionDisconnectTimer")
    """A disconnected session is logged off after `disconnect_minutes`. A machine that restarts after its last session
    needs it, for one that is left behind would keep it up for ever.
    """
    disconnect_minutes: Minutes | None = _setting("SessionDisconnectTimerInterval")
    """After how many minutes. Citrix has 1440 unless this says otherwise."""
    keyboard: Literal["NotSupport", "ClientKeyboardLayoutSync", "ClientKeyboardLayoutSyncAndIME"] | None = _setting(
        "ClientKeyboardLayoutSyncAndIME"
    )
    """Whether the session takes its keyboard layout from the device."""
    clipboard: bool | None = _setting("ClipboardRedirection")
    """The clipboard is shared with the device."""
    client_drives: bool | None = _setting("ClientDriveRedirection")
    """The device's drives are seen in the session."""
    usb: bool | None = _setting("UsbDeviceRedirection")
    """USB devices are redirected into the session."""
    twain: bool | None = _setting("TwainRedirection")
    """Scanners are redirected by TWAIN."""

    def by_name(self) -> dict[str, Any]:
        """What is set, by SettingName: `{"HDXAdaptiveTransport": "Preferred"}`."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
