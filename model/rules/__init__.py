"""What must hold over the whole platform. Each rule yields every offender; what one item must be, its type says."""
