"""A small Pulumi project that declares records through the provider's folder, run by the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT
from tests.unit.providers.dns.nameserver import HOST, NameServer

PATIENCE = 300.0
RECORD = "dns:index:Record"

PROGRAM = """\
import json
from pathlib import Path

import pulumi
from providers.dns.resources import Record, RecordArgs

for name, given in json.loads(Path("records.json").read_text()).items():
    aliases = [pulumi.Alias(name=alias) for alias in given.pop("aliases", [])]
    record = Record(name, RecordArgs(**given), pulumi.ResourceOptions(aliases=aliases))
    pulumi.export(name, {"fqdn": record.fqdn, "ttl": record.ttl, "rdatas": record.rdatas})
"""

Records = dict[str, dict[str, Any]]


class Project:
    """A project in `folder` with the stack `dev`; `make` makes one, `copy` another just like it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.state_folder = folder / "state"
        self.output = ""
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")} | {
            "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{self.state_folder}",
            "PULUMI_CONFIG_PASSPHRASE": "of a test",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_STACK": "dev",
        }

    @classmethod
    def make(cls, folder: Path, named: NameServer) -> Project:
        """A project that is configured for a name server."""
        made = cls(folder)
        for path in (made.folder, made.state_folder, folder / "home"):
            path.mkdir(parents=True)
        provider = {"name": "dns", "path": str(ROOT / "providers" / "dns")}
        project = {"name": "test", "runtime": "python", "plugins": {"providers": [provider]}}
        (made.folder / "Pulumi.yaml").write_text(json.dumps(project))
        made.program(PROGRAM)
        made.pulumi("stack", "init", "dev")
        plain = {"server": HOST, "port": str(named.port), "keyname": "updater", "timeout": "5"}
        made.configure(plain, key=named.secrets["updater"])
        return made

    def copy(self, folder: Path) -> Project:
        shutil.copytree(self.folder.parent, folder)
        return Project(folder)

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)

    def configure(self, plain: dict[str, str], **secret: str) -> None:
        """Sets configuration of the provider."""
        settings = [("--plaintext", name, value) for name, value in plain.items()]
        settings += [("--secret", name, value) for name, value in secret.items()]
        arguments = [part for how, name, value in settings for part in (how, f"dns:{name}={value}")]
        self.pulumi("config", "set-all", *arguments)

    def declare(self, records: Records) -> None:
        """What the program declares from now on."""
        (self.folder / "records.json").write_text(json.dumps(records))

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        """Runs a command, which must succeed or fail as said; its output and errors together."""
        process = self.start(*arguments)
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        self.output += output
        assert (process.returncode != 0) is fails, output
        return output

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a command."""
        return subprocess.Popen(
            [str(Path(sys.prefix, "bin", "pulumi")), *arguments, "--non-interactive", "--color=never"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def up(self, *arguments: str, fails: bool = False) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, fails=fails)

    def steps(self) -> dict[str, int]:
        """What a preview would do to records, counted by operation; what stays the same is left out."""
        output = self.pulumi("preview", "--json")
        steps = json.loads(output[output.index("{") :])["steps"]
        return dict(Counter(step["op"] for step in steps if RECORD in step["urn"] and step["op"] != "same"))

    def state(self) -> dict[str, Any]:
        """The record resources in the state, by name."""
        return {one["urn"].rpartition("::")[2]: one for one in self._resources() if one["type"] == RECORD}

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return next(one for one in self._resources() if one["type"] == "pulumi:pulumi:Stack").get("outputs", {})

    def _resources(self) -> list[dict[str, Any]]:
        checkpoint = self.state_folder / ".pulumi" / "stacks" / "test" / "dev.json"
        return json.loads(checkpoint.read_text())["checkpoint"]["latest"].get("resources", [])
