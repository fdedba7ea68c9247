"""Who may do what in vCenter: roles, service accounts, and the licences of hosts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from model.base import InGeneration, Key, Model, Ref, Text

Privilege = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)+$", max_length=80)]
"""A privilege by vCenter's own id: `VirtualMachine.Interact.PowerOn`."""

SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
"""The name of a secret that the playbook is given, encrypted: a key of `platform_secrets` in `group_vars/`."""


class VcenterRole(Model):
    """A role of vCenter: the privileges that belong together."""

    title: Text
    """The role's name in vCenter."""
    privileges: tuple[Privilege, ...] = Field(min_length=1)
    """Its privileges by their ids. System.Anonymous, System.Read and System.View come with every role and are not
    written.
    """
    source: Text
    """Where the list comes from, or `assumed:` and why."""


class VcenterAccount(Model):
    """A service account in vCenter, and how far it reaches."""

    name: Key
    """The account's key here."""
    principal: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}\\[A-Za-z0-9._$ -]{1,104}$")]
    r"""The account as vCenter knows it, with its domain: `HOLSTEBRO\svc-citrix`."""
    group: bool = False
    """Whether it is a group."""
    role: Annotated[Key, Ref("vcenter_roles")]
    """What it may do, a key of `vcenter_roles`."""
    clusters: tuple[Annotated[str, Ref("clusters")], ...] = ()
    """The clusters, by key, that it works on in each generation that we build: their hosts and machines, and the
    datastores below them.
    """
    networks: tuple[Annotated[str, Ref("networks")], ...] = ()
    """The networks, by key, that it may give machines."""
    everywhere: bool = False
    """It works on the whole vCenter. Such rights no stack may hold, for its own account could not make itself: the
    playbook `vcenter.yml` gives them, run by an administrator.
    """
    top_role: Annotated[Key, Ref("vcenter_roles")] | None = None
    """What it may do at the top of vCenter alone and not below it, a key of `vcenter_roles`: what some products ask for
    there, such as reading storage policies. The playbook gives it.
    """
    datacenter_role: Annotated[Key, Ref("vcenter_roles")] | None = None
    """What it may do in the whole datacenter, a key of `vcenter_roles`: as little as to place a machine in a folder.
    The playbook gives it.
    """
    assumed: Text | None = None
    """What of this is assumed, and why."""


class VcenterLicence(Model):
    """A licence key of ESXi, by the name of the secret that holds it."""

    title: Text
    """The product: `VMware vSphere Foundation`."""
    secret: SecretName
    """The name of the secret that holds the key. The key itself stands nowhere in the repository, nor in Pulumi's
    state.
    """
    generations: tuple[InGeneration, ...] = Field(min_length=1)
    """The generations whose hosts get it."""
    assumed: Text | None = None
    """What of this is assumed, and why."""


class HostSetting(Model):
    """An advanced setting of ESXi that every host of a generation that we build has."""

    value: bool | int | str
    """What it is set to, of the type that ESXi gives it."""
    source: Text
    """Whose advice it is, or `assumed:` and why."""


class HostService(Model):
    """A service of ESXi that every host of a generation that we build has on or off."""

    running: bool
    """Whether it runs, now and after a restart."""
    source: Text
    """Whose advice it is, or `assumed:` and why."""
