"""Camps: who would stand with whom by landscape theory, and who does over the weeks of many runs."""
