"""What exists: the store, what stands there before a stack, drift, faults and the virtual clock."""
