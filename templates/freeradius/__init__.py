"""FreeRADIUS, where RADIUS is Linux': switches as clients, computers by their certificates, devices by MAC address.

Network Policy Server (target `nps`) does the same on Windows. A device is let in at its own site and nowhere else. Left
out: the certificates, which are put there by hand, and the secret, which the playbook takes from its vault.
"""

from rendering.target import Judge, Target
from templates.freeradius.context import files
from templates.freeradius.verify import verify

TARGET = Target(
    name="freeradius",
    title="FreeRADIUS: clients, 802.1X by certificate and by MAC address",
    files=files,
    verify=verify,
    consumer="FreeRADIUS 3.2 at Debian's paths; ansible-core 2.17 or later",
    judges=(
        Judge("program", "freeradius", "the whole configuration, by -XC", "3.2"),
        Judge("program", "ansible-playbook", "the syntax of the playbook", "2.19"),
        Judge(
            "program", "freeradius", "whom it lets in, asked by radclient and eapol_test on loopback", "3.2",
            "tests/native/test_freeradius.py",
        ),
    ),
)  # fmt: skip
