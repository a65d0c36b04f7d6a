"""What a host has to look after, when, how much of it is too much, and in which words she may begin."""
