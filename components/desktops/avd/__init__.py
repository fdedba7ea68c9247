"""Azure Virtual Desktop: host pools with what they publish, session hosts, and where people's profiles lie."""

from components.desktops.avd.program import Declared, built, declare, declare_shared

__all__ = ["Declared", "built", "declare", "declare_shared"]
