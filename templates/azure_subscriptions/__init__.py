"""Azure: what every subscription has to be registered for before the first `pulumi up`, as a script for the Azure CLI.

azure-native registers no resource provider (pulumi-azure-native issue 3479), and Azure refuses what is not registered
(`MissingSubscriptionRegistration`). The script asks first, registers what is not, waits until Azure says so, and
changes nothing when it runs again. Left out: rights, consents and switches of the tenant (docs/first-run-in-azure.md).

Sources (learn.microsoft.com): "Azure resource providers and types"; az provider, az feature.
"""

from rendering.target import Judge, Target
from templates.azure_subscriptions.context import files
from templates.azure_subscriptions.verify import verify

TEST = "tests/unit/templates/test_azure_subscriptions.py"
TARGET = Target(
    name="azure_subscriptions",
    title="Azure: resource providers and features of every subscription, before the first update",
    files=files,
    verify=verify,
    consumer="the Azure CLI 2, by Bash 4 or later",
    judges=(Judge("program", "bash", "what the script asks and registers, against an `az` of the tests", "5.2", TEST),),
    unjudged="the Azure CLI's verbs and options, which are by its documentation",
)
