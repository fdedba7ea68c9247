"""The weekend of a cutover: whether it can be done, who does what and when, and what is told of it."""
