"""Expressions over what runs give: arithmetic, comparisons and courses over time, read without running any code."""

from sim.expressions.expression import Expression, parse
from sim.expressions.faults import ExpressionError, Slip
from sim.expressions.names import Names

__all__ = ["Expression", "ExpressionError", "Names", "Slip", "parse"]
