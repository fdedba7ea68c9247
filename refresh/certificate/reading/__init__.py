"""Readers of what others read too: switches, DHCP, zones, rules, tables, monitoring, thin clients, stack outputs."""
