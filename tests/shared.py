"""What tests of several rooms know: where the project lies, the postures of small worlds, a world that never rests."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""Top folder of the project."""
MENU = (
    ("abstain", 0), ("mediate", 0), ("guarantee", 0), ("back-challenger", 1), ("back-holder", -1),
    ("proxies-challenger", 1), ("proxies-holder", -1), ("fight-challenger", 1), ("fight-holder", -1),
)  # fmt: skip
"""Every posture of the small worlds, with the side that it takes."""
RESTLESS = {
    "behaviour.rationality": 0.5, "behaviour.revision": 3.0, "behaviour.dispute_rate": 20.0,
    "behaviour.clash_rate": 20.0, "behaviour.truce_rate": 2.0, "behaviour.attack_rate": 2.0,
}  # fmt: skip
"""All postures are taken, phases change often, and backers fall out."""
