"""Tests of the pages of belonging."""
