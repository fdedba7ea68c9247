"""The landing zone's security: governance, logs, vaults and backups, patching, Defender, budgets."""

from components.security.program import Hub, declare, declare_logs

__all__ = ["Hub", "declare", "declare_logs"]
