"""What can be seen of the documents a network stands on."""
