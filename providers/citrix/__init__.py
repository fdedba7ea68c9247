"""Citrix Virtual Apps and Desktops as Pulumi resources, over the REST API of an on-premises site."""
