"""Pieces of theory as pure scalar functions, one file each."""
