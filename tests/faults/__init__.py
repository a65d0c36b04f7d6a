"""What must hold while something breaks: short here, long with `make soak`."""
