"""What keeps the landing zone safe and seen."""
