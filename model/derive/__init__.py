"""What follows from the platform and is written nowhere: instances, addresses, flips, flows, capacity."""
