"""The security baseline as a CrossGuard policy pack."""
