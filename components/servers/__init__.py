"""Virtual servers on VMware, and the hosts, clusters, switches, datastores and folders that they stand on."""

from components.servers.customization import GuestSecrets
from components.servers.estate import Estate, Secrets, declare, declare_migration, declare_tags
from components.servers.hardware import EsxiSecrets
from components.servers.inventory import export

__all__ = ["Estate", "EsxiSecrets", "GuestSecrets", "Secrets", "declare", "declare_migration", "declare_tags", "export"]
