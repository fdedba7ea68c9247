"""What people run: set-up, the `refresh` command and the demonstration."""
