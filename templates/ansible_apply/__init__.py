"""An Ansible playbook that takes each rendered bundle to the machines it belongs on, with the inventory that it needs.

Everything can be run again and says beforehand, with --check, what it would change. Windows scripts are asked with
-WhatIf first and run only when they would change something; a Linux service reads its new files only after its own
checker has. A machine that does not answer or fails stops no other: the run ends with a list of what is missing.
"""

from __future__ import annotations

from rendering.target import Target
from templates.ansible_apply import context, verify

TARGET = Target(
    name="ansible_apply",
    title="Ansible: the playbook that brings all of this to where it belongs",
    files=context.files,
    verify=verify.verify,
)
