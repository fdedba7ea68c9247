"""The generated messages and services of the Pulumi SDK, without the SDK.

`import pulumi.runtime.proto` runs the whole SDK first, 0.2 s that every `pulumi` command would wait for twice. The
generated modules import each other relatively, so their folder is imported as a package of its own.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

from google.protobuf import empty_pb2

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
else:
    _sdk = importlib.util.find_spec("pulumi")
    if _sdk is None or _sdk.origin is None:
        raise ImportError("the Pulumi SDK is not installed beside its language host: run make setup")
    _package = ModuleSpec("pulumi_protocol", None, is_package=True)
    _package.submodule_search_locations = [str(Path(_sdk.origin).parent / "runtime" / "proto")]
    sys.modules[_package.name] = importlib.util.module_from_spec(_package)

    from pulumi_protocol import language_pb2, language_pb2_grpc, plugin_pb2

__all__ = ["empty_pb2", "language_pb2", "language_pb2_grpc", "plugin_pb2"]
