"""An Ansible playbook that takes each rendered bundle to the machines it belongs on, with the inventory that it needs.

Everything can be run again and says beforehand, with --check, what it would change. Windows scripts are asked with
-WhatIf first and run only when they would change something; a Linux service reads its new files only after its own
checker has. A machine that does not answer or fails stops no other: the run ends with a list of what is missing.
"""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.ansible_apply import context, verify

TARGET = Target(
    name="ansible_apply",
    title="Ansible: the playbook that brings all of this to where it belongs",
    files=context.files,
    verify=verify.verify,
    consumer="ansible-core 2.16 or later, with the collections of requirements.yml",
    judges=(
        Judge("program", "ansible-inventory", "that inventories hold the model's hosts", "2.19"),
        Judge("program", "ansible-playbook", "the syntax of playbooks and of every task", "2.19"),
        Judge(
            "program",
            "ansible-playbook",
            "what the Linux part does when it is run, and that a second run changes nothing",
            test="tests/unit/templates/test_ansible_apply.py",
        ),
    ),
    unjudged="what the Windows and the switch part and software.yml do",
)
