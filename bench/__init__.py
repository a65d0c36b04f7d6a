"""Benchmarks: each figure beside its limit or its peer in the same run. `make bench` runs them all."""
