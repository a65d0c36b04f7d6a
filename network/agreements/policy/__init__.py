"""Who may do what with the documents of a network, and with what is said about them."""
