"""The platform as typed, frozen data. Never imports Pulumi.

`load` reads a folder of stacks/ into one Platform or raises ModelError with every fault.
"""

from model.faults import Fault, ModelError
from model.load import load
from model.platform import Platform

__all__ = ["Fault", "ModelError", "Platform", "load"]
