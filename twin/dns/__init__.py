"""The name server that stands in for the alias zone's primary."""
