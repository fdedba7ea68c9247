"""The log servers, and the Linux servers that send to them: rsyslog over TLS, times in UTC, kept for 13 months.

Switches send by udp/514, hosts and servers over TLS. Kea logs leases with address and MAC by syslog, so what DHCP gave
whom is here too. Left out: logs of Windows, which speaks no syslog, and the certificates, which are put there by hand.
"""

from rendering.target import Judge, Target
from templates.rsyslog.context import files
from templates.rsyslog.verify import verify

TARGET = Target(
    name="rsyslog",
    title="Log servers, and Linux servers that send to them",
    files=files,
    verify=verify,
    consumer="rsyslog 8.2302 or later with rsyslog-gnutls, at Debian's paths; ansible-core 2.17 or later",
    judges=(
        Judge("program", "rsyslogd", "both configurations, by -N1", "8.2302"),
        Judge("program", "ansible-inventory", "that the inventory holds the model's servers", "2.19"),
        Judge("program", "ansible-playbook", "the syntax of the playbook", "2.19"),
        Judge(
            "program",
            "rsyslogd",
            "that a line gets from a server and a switch into the file of its sender, in UTC, on loopback",
            "8.2302",
            "tests/native/test_rsyslog.py",
        ),
    ),
)
