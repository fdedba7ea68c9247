"""How a switch shows a configuration that it was given, and what cisco.ios would send it then.

What IOS XE 17 does not show as it was written, with who says so:
- `interface range`, `end` and `no shutdown` are commands and stand in no running configuration (any public one);
- entries of access lists are numbered: "IOS XE reveals ACL sequence numbers in show running-config command output,
  which IOS does not" (CCNA 200-301 Official Cert Guide, volume 2);
- a port alone is `eq`, and well-known ones have names: cisco.ios, `port_protocl_no_to_protocol` of ios_acls;
- code points have their names (`ef`, `af41`), vty lines stand as 0-4 and 5-15, name servers on one line, consecutive
  VLANs as a range: a public running configuration of a Catalyst 9300 (IOS XE 16.6) has each.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.support.validators import program

_ASKED = """
import json, sys
from ansible_collections.ansible.netcommon.plugins.module_utils.network.common.config import NetworkConfig, dumps
wanted, shown = json.load(sys.stdin)
candidate = NetworkConfig(indent=1)
candidate.load(wanted)
found = candidate.difference(NetworkConfig(indent=1, contents=shown), match="line", replace="line")
print(json.dumps(dumps(found, "commands").splitlines() if found else []))
"""
_PHB = {46: "ef", 34: "af41", 26: "af31", 24: "cs3", 18: "af21", 8: "cs1", 0: "default"}
_NAMES = {67: "bootps", 68: "bootpc"}


def sent(wanted: str, running: str) -> list[str]:
    """The commands that cisco.ios would send to a switch that shows `running`, by its own comparison."""
    python = Path(program("ansible-playbook")).parent / "python"
    done = subprocess.run(
        [python, "-c", _ASKED], input=json.dumps([wanted, running]), capture_output=True, text=True, check=True
    )
    return list(json.loads(done.stdout))


def shown(given: str) -> str:
    """The configuration as the switch shows it."""
    found: list[str] = []
    names: list[str] = []
    entries = 0
    lines = [line for line in given.splitlines() if line.strip() not in ("", "end", "no shutdown", "!")]
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("!"):
            continue
        if line.startswith(" "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    for head, *below in blocks:
        if head.startswith("ip name-server "):
            names += head.split()[2:]
            continue
        entries = 0
        rows: list[str] = []
        for line in below:
            if head.startswith("ip access-list"):
                entries += 10
                line = f" {entries} " + _entry(re.sub(r"^ *(\d+ )?", "", line))  # noqa: PLW2901
            rows.append(re.sub(r"dscp (\d+)$", lambda m: f"dscp {_PHB[int(m[1])]}", line))
        for one in _heads(head):
            found += [_vlans(one), *rows]
    if names:
        found.append(f"ip name-server {' '.join(names)}")
    return "\n".join(found) + "\n"


def _heads(head: str) -> list[str]:
    if ranged := re.fullmatch(r"interface range (\S+?)(\d+) - (\d+)", head):
        return [f"interface {ranged[1]}{n}" for n in range(int(ranged[2]), int(ranged[3]) + 1)]
    return ["line vty 0 4", "line vty 5 15"] if head == "line vty 0 15" else [head]


def _entry(text: str) -> str:
    text = re.sub(r"range (\d+) \1(?= |$)", r"eq \1", text)
    return re.sub(r"eq (\d+)", lambda m: f"eq {_NAMES.get(int(m[1]), m[1])}", text)


def _vlans(head: str) -> str:
    listed = re.fullmatch(r"(.* vlan )([0-9,-]+)", head)
    if listed is None or "," not in listed[2]:
        return head
    numbers = [n for part in listed[2].split(",") for n in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)]
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return listed[1] + ",".join("-".join(map(str, span)) for span in spans)
