"""A platform's Azure as it is before any stack: images that desktops are made from, what subscriptions may have.

Only what is neither declared nor there by itself: who builds images puts them in a gallery, and Microsoft grants quota.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model import azure_names

if TYPE_CHECKING:
    from model import Platform

Object = dict[str, Any]


def objects(platform: Platform) -> Iterator[Object]:
    """What there is to plant; nothing without Azure."""
    if platform.azure.settings is None:
        return
    location = platform.azure.settings.location
    yield from _granted(platform, location)
    seen: set[str] = set()
    for item in _images(platform, location):
        if item["id"] not in seen:
            seen.add(item["id"])
            yield item


def _granted(platform: Platform, location: str) -> Iterator[Object]:
    for key, quota in platform.azure.quotas.items():
        for family, cpus in quota.families.items():
            name = f"{platform.azure.subscriptions[key].id}/{location}/{family}"
            yield {"type": "azure:quota", "properties": {"name": name, "vcpus": cpus}}
    for name, size in platform.azure.sizes.items():
        if location not in size.locations:
            yield {"type": "azure:missing", "properties": {"name": f"{location}/{name}"}}


def _images(platform: Platform, location: str) -> Iterator[Object]:
    for line in platform.desktops.images.values():
        if line.gallery is None:
            continue
        subscription, group = platform.azure.subscriptions[line.gallery.subscription].id, line.gallery.resource_group
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
