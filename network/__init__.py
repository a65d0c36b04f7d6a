"""The rules of the network: what may be true, who may do what, what can be seen. Knows no web and no wire."""
