"""What goes in and out over the wire, one file per capability."""
