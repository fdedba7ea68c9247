"""What is written in stacks/ and what is computed from it, as frozen values: one file a domain."""
