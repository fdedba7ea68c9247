"""The pack, as Pulumi starts it for `pulumi preview --policy-pack policy` and `pulumi policy analyze`."""

from __future__ import annotations

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

# Pulumi starts the pack with its own folder on the path, and the controls stand beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policy.pack import policies

PolicyPack(name="platform-refresh", policies=policies())
