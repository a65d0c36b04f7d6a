"""Migrations with data in every table, on both databases."""
