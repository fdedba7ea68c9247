"""Policy packs and local provider folders under the real engine."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.e2e

PROGRAM = """\
import pulumi

class Greeting(pulumi.CustomResource):
    def __init__(self, name, text):
        super().__init__("greeter:index:Greeting", name, {"text": text, "loud": None})

pulumi.export("loud", Greeting("hello", "hej").loud)
"""

# The provider proves what it runs with: a module of its own folder, and its place as the first of the path.
PROVIDER = """\
import sys

import voice
from pulumi.provider.experimental import server
from pulumi.provider.experimental.provider import CheckResponse, CreateResponse, Provider
from pulumi.provider.experimental.property_value import PropertyValue

assert sys.path[0].endswith("greeter"), sys.path

class Greeter(Provider):
    async def check(self, request):
        return CheckResponse(inputs=request.new_inputs)

    async def create(self, request):
        loud = PropertyValue(voice.loud(request.properties["text"].value))
        return CreateResponse(resource_id="1", properties={**request.properties, "loud": loud})

print("a line for nobody", file=sys.stderr)
server.main(sys.argv[1:], "1.0.0", Greeter())
"""

POLICY = """\
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

import rules

PolicyPack(
    name="manners",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[ResourceValidationPolicy(name="quiet", description="No shouting.", validate=rules.validate)],
)
"""

RULES = """\
def validate(args, report):
    if args.resource_type == "greeter:index:Greeting" and args.props["text"].isupper():
        report(f"{args.props['text']} is shouted")
"""


@pytest.fixture
def greeting(project):
    """A program that needs the provider in the folder `greeter`."""
    project.write(
        "Pulumi.yaml",
        "name: test\nruntime: python\nplugins:\n  providers:\n    - name: greeter\n      path: ./greeter\n",
    )
    project.write("greeter/PulumiPlugin.yaml", "runtime: python\n")
    project.write("greeter/__main__.py", PROVIDER)
    project.write("greeter/voice.py", "def loud(text):\n    return text.upper() + '!'\n")
    project.write("__main__.py", PROGRAM)
    return project


def test_a_local_provider_folder_serves_resources(greeting):
    up = greeting.pulumi("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout
    assert greeting.outputs() == {"loud": "HEJ!"}


def test_a_local_provider_that_fails_to_start_says_why(greeting):
    greeting.write("greeter/voice.py", "raise RuntimeError('hoarse')\n")
    preview = greeting.pulumi("preview")
    assert preview.returncode != 0
    assert "hoarse" in preview.stdout
    assert "exit status 1" in preview.stdout


def test_a_policy_pack_judges_the_plan(greeting):
    pack = greeting.folder / "pack"
    greeting.write("pack/PulumiPolicy.yaml", "runtime: python\n")
    greeting.write("pack/__main__.py", POLICY)
    greeting.write("pack/rules.py", RULES)

    allowed = greeting.pulumi("preview", "--policy-pack", pack)
    assert allowed.returncode == 0, allowed.stdout
    assert "manners" in allowed.stdout

    greeting.write("__main__.py", PROGRAM.replace('"hej"', '"HEJ"'))
    refused = greeting.pulumi("preview", "--policy-pack", pack)
    assert refused.returncode != 0
    assert "HEJ is shouted" in refused.stdout
