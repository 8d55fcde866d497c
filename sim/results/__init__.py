"""Stored results: read, joined, extended, merged."""
