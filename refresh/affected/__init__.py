"""What a change touches: the commit that it is compared with, and the items and machines that differ from it."""
