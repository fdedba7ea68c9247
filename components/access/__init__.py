"""Who is led where: the records and doors that a cutover turns, and nothing else."""

from components.access.declare import declare

__all__ = ["declare"]
