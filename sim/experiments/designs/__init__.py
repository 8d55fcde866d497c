"""Kinds of designs: which points of a parameter space each looks at."""
