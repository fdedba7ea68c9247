"""HDX settings: what a session may do, and how it looks and sounds, by the names that Citrix gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from model.base import Model, Text


def _setting(name: str) -> Any:
    """A setting that is not set unless the data says so, by its name in the policy API."""
    return Field(default=None, serialization_alias=name)


class HdxSettings(Model):
    """The HDX policy settings that profiles use, each under its SettingName in the Citrix policy API.

    Names and values as citrix/terraform-provider-citrix documents them (internal/daas/policies/policy_set_resource.md);
    a test compares them with the provider's list. A setting that is not given is left to Citrix.
    """

    adaptive_transport: Literal["Off", "Preferred", "DiagnosticMode"] | None = _setting("HDXAdaptiveTransport")
    loss_tolerant: bool | None = _setting("LossTolerantModeAvailable")
    loss_tolerant_audio: bool | None = _setting("LossTolerantAudio")
    adaptive_audio: bool | None = _setting("EnableAdaptiveAudio")
    audio_quality: Literal["High", "Medium", "Low"] | None = _setting("AudioQuality")
    udp_audio: bool | None = _setting("UDPAudioOnServer")
    rtp_audio: bool | None = _setting("AllowRtpAudio")
    rtp_ports: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}, ?[0-9]{1,5}$")] | None = _setting(
        "RtpAudioPortRange"
    )
    teams_redirection: bool | None = _setting("MSTeamsRedirection")
    browser_redirection: bool | None = _setting("WebBrowserRedirection")
    browser_redirection_acl: tuple[Text, ...] | None = _setting("WebBrowserRedirectionAcl")
    video_codec: (
        Literal["DoNotUseVideoCodec", "UseVideoCodecIfAvailable", "ActivelyChangingRegions", "UseVideoCodecIfPreferred"]
        | None
    ) = _setting("UseVideoCodecForCompression")
    hardware_encoding: bool | None = _setting("UseHardwareEncodingForVideoCodec")
    optimize_3d: bool | None = _setting("OptimizeFor3dWorkload")
    visual_quality: Literal["Low", "Medium", "High", "BuildToLossless", "AlwaysLossless"] | None = _setting(
        "VisualQuality"
    )
    visually_lossless: bool | None = _setting("AllowVisuallyLosslessCompression")
    frames_per_second: Annotated[int, Field(ge=1, le=60)] | None = _setting("FramesPerSecond")
    multi_stream: bool | None = _setting("MultiStream")
    multi_stream_computer: bool | None = _setting("MultiStreamPolicy")
    secure_hdx: Literal["Disabled", "Enabled", "DirectConnectionsOnly"] | None = _setting("SecureHDX")
    clipboard: bool | None = _setting("ClipboardRedirection")
    client_drives: bool | None = _setting("ClientDriveRedirection")
    usb: bool | None = _setting("UsbDeviceRedirection")
    twain: bool | None = _setting("TwainRedirection")

    def by_name(self) -> dict[str, Any]:
        """What is set, by SettingName: `{"HDXAdaptiveTransport": "Preferred"}`."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
