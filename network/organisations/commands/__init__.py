"""What can be done with organisations: found, change, verify; say who acts for them."""
