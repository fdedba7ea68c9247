"""The security baseline: what an auditor asks of the platform, beside what the model refuses at once."""
