"""What each code of an import report means to a reader, and what to do: words of docs/errors.md."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "ADDRESS-OUTSIDE": (
        "The machine's address is not a server's in the prefix that its network has in `networks.yaml`: outside it, "
        "the first (the gateway's), or the network has no prefix in this generation. Correct the prefix and import "
        "again. As a note: the server is there already and keeps its number."
    ),
    "ADDRESS-TWICE": (
        "Another server has this address. One of the two records is stale, most often a machine that was copied."
    ),
    "BAD-NAME": (
        "The name holds a control character, would run as a formula in a spreadsheet, or is no name where it must be "
        "one: in vSphere at most 80 characters. As a note, for a host: no DNS name, so it is left "
        "out of `hardware.yaml`."
    ),
    "BAD-ROW": (
        "The row has more or fewer cells than the header, usually because of a separator in a value without quotes."
    ),
    "BAD-VALUE": (
        "A cell is not of its kind: a number, a speed, a MAC address, a word of a list. The reason names the column."
    ),
    "COLUMN-TWICE": (
        "A note: two columns have this header. RVTools writes attributes of your own between its "
        "columns; its own is used."
    ),
    "DATACENTER-NAME": (
        "A note: the folders of the machines begin with another datacenter than the column names. The column is used."
    ),
    "DATACENTERS": (
        "A note: the machines are of several datacenters. Each keeps its own; what comes is built in the one that "
        "`vmware.yaml` names. To take one alone, say `--datacenter`."
    ),
    "DISKS-ASSUMED": (
        "A note: RVTools 3 tells no size of disks in vInfo. What is provisioned less the memory is used; export with "
        "RVTools 4 to know better."
    ),
    "DNS-NAME": (
        "A note: the guest tells no DNS name, one that names no machine (`localhost`), or another machine's, as a "
        "clone does. The machine's name is taken. To have its own, start its guest tools or rename the guest, and "
        "import again."
    ),
    "DUPLICATE": (
        "An earlier row has this name, in any letter case, or this MAC address. Of machines with one name the running "
        "one is kept, else the first."
    ),
    "EMPTY-ROW": ("Every cell is empty."),
    "FACTS-DISAGREE": (
        "A note: the lists of machines and of adapters differ on an address or a network. That of adapters is used: "
        "what VMware Tools reports beside it is most often a bridge of containers."
    ),
    "HOST-IN-TWO-CLUSTERS": (
        "A note: machines of two clusters are on one host, which no host can. It is put where most of its machines "
        "are; move it in `hardware.yaml`, no later import argues."
    ),
    "MISSING-FIELD": ("A cell that must have a value is empty."),
    "NO-ADDRESS": (
        "The machine runs and nothing reports an IPv4 address for it, so its number in its network is not known. "
        "Start its guest tools, or write the server by hand."
    ),
    "NO-NUMBER": ("The system has 999 servers of this role, as many as a name can number."),
    "NO-SESSION-MACHINES": (
        "A note: the export tells no session machine, and an earlier one told some. They stay as they were found. If "
        "they are gone, delete `observed/<generation>-vdas.csv`."
    ),
    "NO-SYSTEM": (
        "A note: the machine's notes name no system. It is in `systems/misc.yaml`; move it where it belongs."
    ),
    "NO-VLAN": ("A note: neither the network's name nor vCenter tells its VLAN. Write it in `networks.yaml`."),
    "OTHER-DATACENTER": (
        "The machine is in another datacenter than the one that `--datacenter` names. Import it into a folder of its "
        "own."
    ),
    "OTHER-GENERATION": (
        "The machine is called as one of a generation that is built from this folder, so it is none of the estate "
        "that is imported."
    ),
    "POWERED-OFF": ("The machine is powered off or suspended and no server is found in it: most likely a leftover."),
    "REMOVED-HERE": (
        "An earlier import wrote the item and people took it away since. It stays away. To have it back, delete its "
        "line in `observed/import.json`."
    ),
    "SYSTEM-NOT-LISTED": (
        "A note: machines name a system that the list of systems does not have. It got a file with assumed values."
    ),
    "TEMPLATE": ("A template is no machine. `images.yaml` has what servers are cloned from."),
    "UNKNOWN-GUEST": (
        "vSphere has no guest operating system of this name or id, or a newer one than this program knows. Correct the "
        "cell. As a note, where a vCenter itself tells the id: it is kept as told."
    ),
    "UNKNOWN-SITE": ("The workplace is at a site that neither the list of sites nor `sites.yaml` has."),
    "UNKNOWN-VM": (
        "The adapter's machine was not read: it is missing in the list of machines, or its row was reported before "
        "its state could be told."
    ),
    "UNKNOWN-WORKPLACE": (
        "The device is for a workplace that neither the list of workplaces nor `workplaces.csv` has."
    ),
    "VCLS": ("vSphere's own cluster service. vSphere makes and removes these machines itself."),
    "WORKPLACE-COUNT": (
        "A note: the list of sites claims another number of workplaces than was imported for the site."
    ),
}
"""Code of a row that was not imported, or of a note on one that was → what it means, and what to do."""
