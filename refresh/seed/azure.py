"""A platform's Azure as it is before any stack: images that desktops are made from, what subscriptions may have.

Only what is neither declared nor there by itself: who builds images puts them in a gallery, Microsoft grants quota, and
the script of the target azure_subscriptions has registered each subscription.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model import azure_names

if TYPE_CHECKING:
    from model.platform import AzureEstate, Desktops, LandingZone

Object = dict[str, Any]


def objects(desktops: Desktops, azure: AzureEstate, landing_zone: LandingZone) -> Iterator[Object]:
    """What there is to plant; nothing without Azure."""
    if azure.settings is None:
        return
    location = azure.settings.location
    for subscription in azure.subscriptions.values():
        for provider in landing_zone.resource_providers.values():
            yield {"type": "azure:registered", "properties": {"name": f"{subscription.id}/{provider.namespace}"}}
    yield from _granted(azure, location)
    seen: set[str] = set()
    for item in _images(desktops, azure, location):
        if item["id"] not in seen:
            seen.add(item["id"])
            yield item


def _granted(azure: AzureEstate, location: str) -> Iterator[Object]:
    for key, quota in azure.quotas.items():
        for family, cpus in quota.families.items():
            name = f"{azure.subscriptions[key].id}/{location}/{family}"
            yield {"type": "azure:quota", "properties": {"name": name, "vcpus": cpus}}
    for name, size in azure.sizes.items():
        if location not in size.locations:
            yield {"type": "azure:missing", "properties": {"name": f"{location}/{name}"}}


def _images(desktops: Desktops, azure: AzureEstate, location: str) -> Iterator[Object]:
    for line in desktops.images.values():
        if line.gallery is None:
            continue
        subscription, group = azure.subscriptions[line.gallery.subscription].id, line.gallery.resource_group
        named: Object = {"resourceGroupName": group, "location": location}
        yield _object("resources:ResourceGroup", f"/subscriptions/{subscription}/resourceGroups/{group}", named)
        for version in line.versions:
            names = (subscription, group, line.gallery.name, line.gallery.image, version)
            id_ = azure_names.gallery_image_version(*names)
            image, _, number = id_.rpartition("/versions/")
            gallery, _, _ = image.rpartition("/images/")
            named |= {"galleryName": line.gallery.name}
            yield _object("compute:Gallery", gallery, named)
            named |= {"galleryImageName": line.gallery.image}
            yield _object("compute:GalleryImage", image, named)
            yield _object("compute:GalleryImageVersion", id_, named | {"galleryImageVersionName": number})


def _object(kind: str, id_: str, properties: Object) -> Object:
    return {"type": f"azure-native:{kind}", "id": id_, "properties": dict(properties)}
