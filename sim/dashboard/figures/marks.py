"""Marks of figures with a row for each version or outcome: what tells the dots of one row apart."""

MOST_KINDS = 4
"""Levels of the last factor that share a row, each with its own colour and shape."""
KINDS = (("$c1", "circle"), ("$c2", "diamond"), ("$c4", "square"), ("$c3", "triangle-up"))
SHAPES = {"circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲"}
NAME, ROW = 22, 26
"""Pixels for a row's name, and for each of its dots."""
