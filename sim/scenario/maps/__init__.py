"""Outlines of states, from GeoJSON."""
