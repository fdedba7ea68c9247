"""What keeps data and secrets: key vaults, recovery vaults, storage accounts."""

from __future__ import annotations

from typing import Final, cast

from twin.azure import errors, ids
from twin.azure.resource import ArmResource
from twin.azure.values import part
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties
from twin.world.store import Object, World

DELETED: Final = "azure:deletedVault"
"""A key vault that is deleted softly: its name stays taken."""
_VAULTS: Final = "everywhere:vault"


class KeyVault(ArmResource):
    """A key vault. Soft delete can not be switched off, so a deleted vault keeps its name until it is purged, and with
    purge protection nobody can do that (learn.microsoft.com/azure/key-vault/general/soft-delete-overview).
    """

    def place(self, site: Site) -> None:
        self._recover(site)
        super().place(site)

    def settle(self, site: Site) -> None:
        given = cast(Properties, site.inputs.get("properties") or {})
        before = cast(Properties, (site.before or {}).get("properties") or {})
        if before.get("enablePurgeProtection") and given.get("enablePurgeProtection") is False:
            errors.refuse(
                "BadRequest",
                'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a '
                "vault is an irreversible action.",
            )
        old, new = before.get("softDeleteRetentionInDays"), given.get("softDeleteRetentionInDays")
        if old is not None and new is not None and old != new:
            errors.refuse(
                "BadRequest",
                'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
            )
        computed = {"vaultUri": f"https://{site.item.name}.vault.azure.net/", "provisioningState": "Succeeded"}
        site.outputs["properties"] = {**given, **computed}

    def depart(self, world: World, item: Object) -> None:
        world.forget(_VAULTS, item.name.lower())
        ghost = world.add(
            Object(DELETED, item.id, item.name, {"location": item.properties.get("location")}, given=True)
        )
        world.claim(_VAULTS, item.name.lower(), ghost)

    @staticmethod
    def _recover(site: Site) -> None:
        name = str(site.inputs.get("vaultName", "")).lower()
        ghost = site.world.holder(_VAULTS, name)
        recover = part(site.inputs, "properties", "createMode") == "recover"
        if ghost is not None and ghost.type == DELETED:
            if not recover:
                errors.refuse(
                    "ConflictError",
                    f"A vault with the same name already exists in deleted state. You need to either recover or purge "
                    f"existing key vault {name!r}.",
                )
            site.world.remove(ghost)
        elif recover and site.before is None:
            errors.refuse(
                "SoftDeletedVaultDoesNotExist", f"A soft deleted vault with the given name {name!r} is not there."
            )


class BackupVault(ArmResource):
    """A recovery services vault. What is locked stays so (learn.microsoft.com/azure/backup,
    backup-azure-immutable-vault-concept); the codes are the twin's own.
    """

    def settle(self, site: Site) -> None:
        before = part(site.before, "properties", "securitySettings", "immutabilitySettings", "state")
        now = part(site.inputs, "properties", "securitySettings", "immutabilitySettings", "state")
        if before == "Locked" and now != "Locked":
            errors.refuse(
                "ImmutabilityIsIrreversible",
                f"The immutability of vault {site.item.name!r} is locked, which nothing takes back; leave it so.",
            )
        given = cast(Properties, site.inputs.get("properties") or {})
        site.outputs["properties"] = {**given, "provisioningState": "Succeeded"}


class BackupItem(ArmResource):
    """What is backed up; of an immutable vault it can not be deleted with its data."""

    def settle(self, site: Site) -> None:
        source = str(part(site.inputs, "properties", "sourceResourceId") or "")
        if source:
            message = f"{source} is protected already, as {{holder!r}}."
            site.claim("backup-of", source.lower(), errors.text("UserErrorMachineAlreadyProtected", message))

    def depart(self, world: World, item: Object) -> None:
        vault = world.holder("arm", ids.ancestors(item.id)[-1].lower())
        state = part(
            vault.properties if vault else None, "properties", "securitySettings", "immutabilitySettings", "state"
        )
        if state == "Locked":
            errors.refuse(
                "OperationNotAllowedOnImmutableVault",
                f"Protection of {item.name!r} can not be stopped with deletion of its data: the vault is immutable.",
            )


class StorageAccount(ArmResource):
    """A storage account."""

    def settle(self, site: Site) -> None:
        site.outputs["primaryEndpoints"] = {
            service: f"https://{site.item.name}.{service}.core.windows.net/" for service in services(site.inputs)
        }
        location = site.inputs.get("location") or site.outputs.get("location")
        site.outputs |= {"primaryLocation": location, "statusOfPrimary": "available"}


def services(account: Properties) -> list[str]:
    """The services of an account of this kind (learn.microsoft.com/azure/storage/common/storage-account-overview)."""
    match account.get("kind"):
        case "FileStorage":
            return ["file"]
        case "BlockBlobStorage" | "BlobStorage":
            return ["blob", "dfs", "web"]
        case _:
            return ["blob", "dfs", "file", "queue", "table", "web"]


def keys(account: Object) -> list[Properties]:
    """The keys of an account, which are worthless where it allows no access by key: Azure hands them out all the same
    and refuses whoever comes with one, the twin says so at once.
    """
    if account.properties.get("allowSharedKeyAccess") is False:
        errors.refuse(
            "KeyBasedAuthenticationNotPermitted",
            "Key based authentication is not permitted on this storage account.",
        )
    return [
        {"keyName": name, "permissions": "FULL", "value": f"twin-{name}-of-{account.name}"} for name in ("key1", "key2")
    ]


KINDS: Final[dict[str, Kind]] = {
    ids.KEY_VAULT: KeyVault(ids.KEY_VAULT),
    ids.BACKUP_VAULT: BackupVault(ids.BACKUP_VAULT),
    ids.BACKUP_ITEM: BackupItem(ids.BACKUP_ITEM),
    ids.STORAGE: StorageAccount(ids.STORAGE),
}
