"""The platform as typed, frozen data. Never imports Pulumi."""
