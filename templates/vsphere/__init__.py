"""What vCenter and ESXi hosts need and no resource is: rights above our own objects, licences, hardening.

The provider's `Host` has the lockdown mode and the time alone, so SSH, the shell and where logs go are a playbook's, as
are rights at the top of vCenter, which a stack's own account could not give itself, and licences, whose ids a state
would keep in plain text (docs/decisions/0025-vsphere-by-playbook.md). Left out: that hosts trust who signed the log
servers' certificates.
"""

from rendering.target import Judge, Target
from templates.vsphere.context import files
from templates.vsphere.verify import verify

TARGET = Target(
    name="vsphere",
    title="vCenter and ESXi: rights, licences and hardening",
    files=files,
    verify=verify,
    consumer="ansible-core 2.17 or later with community.vmware 5 or 6; vCenter and ESXi 8",
    judges=(
        Judge("program", "ansible-inventory", "that the inventory holds the model's hosts", "2.19"),
        Judge("program", "ansible-playbook", "the syntax of the playbooks", "2.19"),
        Judge(
            "program",
            "vcsim",
            "that it takes the roles, the rights and the licence, and every privilege by its id (govmomi 0.46)",
            test="tests/native/test_vsphere.py",
        ),
        Judge(
            "program",
            "ansible-doc",
            "every option of every module",
            "2.19",
            "tests/native/test_vsphere.py",
        ),
    ),
    unjudged="what the settings of hosts do: vcsim has no such settings",
)
