"""Who is led where: the records and access policies that a cutover changes, and nothing else."""

from components.access.flips import Access, AccessArgs
from components.access.host_pools import HostPoolAccess

__all__ = ["Access", "AccessArgs", "HostPoolAccess"]
