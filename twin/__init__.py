"""The twin: a stateful stand-in for the platforms that a real stack talks to."""
