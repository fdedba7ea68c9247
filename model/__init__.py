"""The platform as typed, frozen data. Never imports Pulumi.

`load` reads a folder of stacks/ into one Platform or raises ModelError with every fault; `trace` also tells which line
each value comes from.
"""

from model.faults import Fault, ModelError
from model.load import load, trace
from model.platform import Platform
from model.provenance import Provenance

__all__ = ["Fault", "ModelError", "Platform", "Provenance", "load", "trace"]
