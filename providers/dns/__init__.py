"""Pulumi provider for DNS records by RFC 2136 dynamic update with TSIG; README.md says what has been tried."""
