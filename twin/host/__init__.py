"""The twin on a machine: its process, and the overlay project in which commands run against it."""
