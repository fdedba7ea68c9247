"""Servers on VMware, and the hosts, clusters, switches, datastores and folders that they need."""
