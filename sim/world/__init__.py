"""The memory of a block of runs, and the names of its rows."""

from sim.world.allocation import allocate
from sim.world.layout import Layout, layout
from sim.world.memory import World
from sim.world.structure import ContestShape, EventShape, PartyShape, Structure

__all__ = ["ContestShape", "EventShape", "Layout", "PartyShape", "Structure", "World", "allocate", "layout"]
