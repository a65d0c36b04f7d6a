"""What can be done with the documents a network stands on."""
