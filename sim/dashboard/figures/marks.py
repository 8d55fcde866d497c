"""Marks of figures: what tells the dots of one row, and verdicts on claims, apart."""

MOST_KINDS = 4
"""Levels of the last factor that share a row, each with its own colour and shape."""
KINDS = (("$c1", "circle"), ("$c2", "diamond"), ("$c4", "square"), ("$c3", "triangle-up"))
SHAPES = {"circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲", "circle-open": "○"}
NAME, ROW = 22, 26
"""Pixels for a row's name, and for each of its dots."""
VERDICTS = {
    "supported": ("c4", "circle"), "built in": ("c7", "square"), "conditional": ("c3", "diamond"),
    "contradicted": ("c2", "triangle-up"), "undecided": ("c7", "circle-open"),
}  # fmt: skip
"""Verdicts on claims in the order in which they are told, each with a colour and a shape."""
