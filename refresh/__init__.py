"""Plans and rehearsals over time."""
