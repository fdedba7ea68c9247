"""Everything that touches a file of stacks/: YAML and CSV with the line of each value, and the layers that merge."""
