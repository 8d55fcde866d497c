"""Sweep files: YAML read into a plan."""
