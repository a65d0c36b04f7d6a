"""Which files are taken, told by what is in them, and what is kept of each."""
