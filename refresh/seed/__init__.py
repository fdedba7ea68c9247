"""What is there before any stack, as the objects that the twin plants: the estate as found, its Azure, its Citrix."""
