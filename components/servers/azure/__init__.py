"""Servers in Azure, and the waves in which Azure Migrate brings them there."""
