"""A platform on the Monday after its cutover: what is rendered of it, and what its stack puts out under mocks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import model
from refresh.certificate.certify import certificate
from refresh.certificate.estate import load
from refresh.certificate.facts import Certificate
from refresh.certificate.reading.text import Text
from rendering.target import targets
from rendering.writer import write
from tests.program.program import run
from tests.support.edit import REMOVE, Edits, both, edit
from tests.support.lilleby import CUT_OVER
from tests.support.paths import ROOT, STACKS

READ = {
    "ansible_apply", "dell_wyse", "dns", "firewall", "hp_thinpro", "icinga", "igel", "kea", "netbox", "prometheus",
    "qos", "report", "storefront", "stratodesk", "switches", "topdesk", "windows_dhcp",
}  # fmt: skip
"""The targets that a certificate reads."""
_SERVES: Mapping[str, object] = {
    "generations.g22.origin": "adopted",
    "generations.g22.state": "standby",
    "generations.g26.state": "live",
}
_WAVES = ("foundation", "job-centre", "pilots", "administration", "schools", "elder-care", "desktops")
_BROUGHT = ("elev", "file", "geo", "novax", "prism", "vitae", "ydel")
"""The systems that Azure Migrate brings."""
AFTER: Mapping[str, tuple[Path, Edits]] = {
    # Of its pools none is for video, and so one that has that profile would find no desktop.
    "lilleby": (STACKS, both(CUT_OVER, {"workplaces.csv": {"TK00003.profile": "office"}})),
    "holstebro": (ROOT / "stacks", {"refresh.yaml": {**_SERVES, "serving": REMOVE}}),
    "herlev": (
        ROOT / "stacks",
        {
            "refresh.yaml": {**_SERVES, **{f"waves.{wave}.state": "moved" for wave in _WAVES}},
            **{f"systems/{code}.yaml": {"placement.g26.brought": True} for code in _BROUGHT},
        },
    ),
}
"""Each platform's data, and what its cutover has changed in them."""


@dataclass(frozen=True)
class Monday:
    """The folder that was rendered, and the file of the outputs."""

    name: str
    rendered: Path
    outputs: Path

    def copy(self, folder: Path) -> Monday:
        """A copy to break something in."""
        rendered = Path(shutil.copytree(self.rendered, folder / "rendered"))
        return Monday(self.name, rendered, Path(shutil.copy(self.outputs, folder / "outputs.json")))

    def certificates(self, *codes: str) -> dict[str, Certificate]:
        """The certificates of these sites, or of all."""
        estate = load(self.rendered, [Text(self.outputs.name, self.outputs.read_text(encoding="utf-8"))])
        return {code: certificate(estate, site) for code, site in estate.sites.items() if not codes or code in codes}


def monday(name: str, folder: Path, *edits: Edits) -> Monday:
    """Renders a platform below `folder`, and runs its program under mocks."""
    stacks, cut_over = AFTER[name]
    shutil.copytree(stacks, folder / "stacks")
    platform = model.load(str(edit(folder / "stacks" / name, cut_over, *edits)))
    write(platform, [target for target in targets() if target.name in READ], folder / "rendered", whole=False)
    outputs = folder / "outputs.json"
    # What Azure Migrate brought was found to be what the data say by an update before.
    brought = [i.logical_name for i in platform.instances if i.azure is not None and i.server.system in _BROUGHT]
    before = {"urn:pulumi:test::platform-refresh::pulumi:index:Stash::brought-g26": {"outputs": {"input": brought}}}
    put_out = run(platform, before=before).outputs
    outputs.write_text(json.dumps(put_out, ensure_ascii=False, indent=1), encoding="utf-8")
    return Monday(name, folder / "rendered", outputs)
