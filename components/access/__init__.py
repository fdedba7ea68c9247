"""Who is led where: the records and doors that a cutover turns, and nothing else."""

from components.access.flips import Access, AccessArgs
from components.access.host_pools import HostPoolDoors

__all__ = ["Access", "AccessArgs", "HostPoolDoors"]
