"""The tables of the sites for NetBox and TOPdesk: columns of NetBox's import forms, and what is lost is found."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from templates.netbox.context import COLUMNS, slug
from tests.support.lilleby import changed
from tests.support.targets import HOSTILE, findings, rendered

FORMS = {
    "01-sites": {
        "name", "slug", "status", "region", "group", "tenant", "facility", "time_zone", "description",
        "physical_address", "shipping_address", "latitude", "longitude", "owner", "comments", "tags",
    },
    "02-manufacturers": {"name", "slug", "description", "owner", "comments", "tags"},
    "03-device-roles": {
        "name", "slug", "parent", "color", "vm_role", "config_template", "description", "owner", "comments", "tags",
    },
    "04-device-types": {
        "manufacturer", "default_platform", "model", "slug", "part_number", "u_height", "exclude_from_utilization",
        "is_full_depth", "subdevice_role", "airflow", "description", "weight", "weight_unit", "owner", "comments",
        "tags",
    },
    "05-vlans": {
        "site", "group", "vid", "name", "tenant", "status", "role", "description", "qinq_role", "qinq_svlan", "owner",
        "comments", "tags",
    },
    "06-prefixes": {
        "prefix", "vrf", "tenant", "vlan_group", "vlan_site", "vlan", "status", "role", "scope_type", "scope_name",
        "scope_id", "is_pool", "mark_utilized", "description", "owner", "comments", "tags",
    },
    "07-devices": {
        "name", "role", "tenant", "manufacturer", "device_type", "platform", "serial", "asset_tag", "status", "site",
        "location", "rack", "position", "face", "latitude", "longitude", "parent", "device_bay", "airflow",
        "virtual_chassis", "vc_position", "vc_priority", "cluster", "description", "config_template", "owner",
        "comments", "tags",
    },
    "08-interfaces": {
        "device", "name", "label", "parent", "bridge", "lag", "type", "speed", "duplex", "enabled", "mark_connected",
        "wwn", "vdcs", "mtu", "mgmt_only", "description", "poe_mode", "poe_type", "mode", "vlan_group",
        "untagged_vlan", "tagged_vlans", "qinq_svlan", "vrf", "rf_role", "rf_channel", "rf_channel_frequency",
        "rf_channel_width", "tx_power", "owner", "tags",
    },
    "09-mac-addresses": {
        "mac_address", "device", "virtual_machine", "interface", "is_primary", "description", "owner", "comments",
        "tags",
    },
    "10-ip-addresses": {
        "address", "vrf", "tenant", "status", "role", "device", "virtual_machine", "interface", "fhrp_group",
        "is_primary", "is_oob", "dns_name", "description", "owner", "comments", "tags",
    },
    "11-cables": {
        "side_a_site", "side_a_device", "side_a_power_panel", "side_a_type", "side_a_name", "side_b_site",
        "side_b_device", "side_b_power_panel", "side_b_type", "side_b_name", "type", "status", "profile", "tenant",
        "bundle", "label", "color", "length", "length_unit", "description", "owner", "comments", "tags",
    },
}  # fmt: skip
"""The columns of NetBox's import forms (netbox/dcim and netbox/ipam, forms/bulk_import.py, 4.6.8)."""

ASKED = {
    "01-sites": {"name", "slug", "status"},
    "02-manufacturers": {"name", "slug"},
    "03-device-roles": {"name", "slug"},
    "04-device-types": {"manufacturer", "model", "slug"},
    "05-vlans": {"vid", "name", "status"},
    "06-prefixes": {"prefix", "status"},
    "07-devices": {"role", "manufacturer", "device_type", "status", "site"},
    "08-interfaces": {"device", "name", "type"},
    "09-mac-addresses": {"mac_address"},
    "10-ip-addresses": {"address", "status"},
    "11-cables": {"side_a_type", "side_a_name", "side_b_type", "side_b_name"},
}
"""Those that a form asks for (the same files, and the models where a form says nothing)."""


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_columns_that_its_form_takes_and_all_that_it_asks_for(name: str) -> None:
    assert set(COLUMNS[name]) <= FORMS[name]
    assert set(COLUMNS[name]) >= ASKED[name]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("05-vlans", "S002 Søndre Skole,30,", "S003,30,", "S003 is not in 01-sites.csv"),
        ("07-devices", "PRT-S002-01,Printer", "PRT-S002-01,Plotter", "Plotter is not in 03-device-roles.csv"),
        ("10-ip-addresses", "10.128.5.202/27", "10.128.5.203/27", "address prt-s002-01 10.128.5.202 is missing"),
        ("10-ip-addresses", "10.128.5.202/27", "10.128.5.202/26", "10.128.5.202/26 is in no prefix"),
        ("06-prefixes", "10.128.5.192/27,", "10.128.5.192/26,", "prefix 10.128.5.192/27 is missing"),
        ("08-interfaces", "SW-S002-01,GigabitEthernet1/0/23,", "SW-S002-01,Gi1/0/23,", "is not in 08-interfaces.csv"),
        ("11-cables", "GigabitEthernet1/0/21", "GigabitEthernet1/0/23", "stands 2 times"),
    ],
)
def test_what_netbox_would_not_find_is_found(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "netbox", tmp_path / "out")
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(told in finding.message for finding in findings(platform, "netbox", folder))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_the_data_stays_a_cell(tmp_path: Path, text: str) -> None:
    edits = {"sites.yaml": {"sites.S002.name": text}, "site_devices.yaml": {"site_devices.PRT-S002-01.room": text}}
    platform = changed(tmp_path, edits)
    for name in ("netbox", "topdesk"):
        folder = rendered(platform, name, tmp_path / "out")
        assert findings(platform, name, folder) == []
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                cells = [cell for row in csv.reader(file, strict=True) for cell in row]
            assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_topdesk_has_every_site_and_what_stands_there_once(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "topdesk", tmp_path / "out")
    text = (folder / "udstyr.csv").read_text(encoding="utf-8")
    printer = "PRT-S002-01,Printer,HP LaserJet E50145,,S002,1.14,SW-S002-01 port 23,,3C:52:82:00:01:01,10.128.5.202\n"
    assert printer in text
    (folder / "udstyr.csv").write_text(text.replace(printer, ""), encoding="utf-8")
    (found,) = findings(platform, "topdesk", folder)
    assert found.message == "asset PRT-S002-01 3C:52:82:00:01:01 at S002 is missing"


@pytest.mark.parametrize(("text", "expected"), [("Ærø Skole 2", "aeroe-skole-2"), ("漢", "x"), ("S014", "s014")])
def test_a_slug_is_one_that_netbox_takes(text: str, expected: str) -> None:
    assert slug(text) == expected
