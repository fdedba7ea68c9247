"""The engine of the generator, without any target: templates to bytes, bytes to a folder, and their proof.

A target is a folder of templates/ with a `TARGET`; `target.targets()` finds them by name and nothing here knows one.
"""

from rendering.target import digests

__all__ = ["digests"]
