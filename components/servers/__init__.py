"""Virtual servers on VMware and in Azure, and the hardware of those on VMware."""

from components.servers.inventory import export
from components.servers.program import Estate, Secrets, declare, declare_migration, declare_roles, declare_tags
from components.servers.vmware.customization import GuestSecrets
from components.servers.vmware.hardware import EsxiSecrets

__all__ = [
    "Estate",
    "EsxiSecrets",
    "GuestSecrets",
    "Secrets",
    "declare",
    "declare_migration",
    "declare_roles",
    "declare_tags",
    "export",
]
