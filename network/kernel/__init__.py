"""What every capability stands on. Its rooms are named directly: `from network.kernel.errors import …`."""
