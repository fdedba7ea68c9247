"""The landing zone as a whole, and the ids by which whatever is built in it finds what it needs."""
