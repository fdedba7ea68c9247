"""The `refresh` command: `main` and one verb a file. It parses arguments and joins results; it decides nothing."""
