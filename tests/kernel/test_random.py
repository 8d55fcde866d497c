"""The random draws: published answers, moments, and independence (Salmon et al. 2011)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sim.kernel.random import (
    ALIGNMENT,
    CONTROL,
    DECIDE,
    REVISE,
    RIVALRY,
    STABILITY,
    counter,
    identity,
    normals,
    threefry,
    uniforms,
)  # fmt: skip

ONES = 0xFFFFFFFFFFFFFFFF
KNOWN_ANSWERS = [  # Random123, kat_vectors: threefry2x64 20; counter, key, result
    ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
    ((ONES, ONES), (ONES, ONES), (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
    ((0x243F6A8885A308D3, 0x13198A2E03707344), (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
     (0x263C7D30BB0F0AF1, 0x56BE8361D3311526)),
]  # fmt: skip
PURPOSES = (REVISE, DECIDE, CONTROL, RIVALRY, STABILITY, ALIGNMENT)
DRAWS = 20_000
WORD = np.uint64


@pytest.mark.parametrize(("at", "key", "expected"), KNOWN_ANSWERS)
def test_threefry_gives_the_published_answers(
    at: tuple[int, int], key: tuple[int, int], expected: tuple[int, int]
) -> None:
    found = threefry(*(WORD(word) for word in (*key, *at)))
    assert tuple(int(word) for word in found) == expected


def drawn(function: object, purpose: int = REVISE, who: str = "RUS", seed: int = 5) -> np.ndarray:
    """Pairs of draws over ticks, shape (DRAWS, 2)."""
    key = WORD(identity(who))
    return np.array([function(WORD(seed), WORD(0), WORD(counter(t, purpose)), key) for t in range(DRAWS)])  # type: ignore[operator]


def test_uniform_draws_have_the_right_moments_and_never_touch_an_end() -> None:
    u = drawn(uniforms).ravel()
    assert 0 < u.min() < 1e-3 < 1 - 1e-3 < u.max() < 1
    for power in (1, 2, 3, 4):
        error = np.sqrt((1 / (2 * power + 1) - 1 / (power + 1) ** 2) / u.size)
        assert abs((u**power).mean() - 1 / (power + 1)) < 4 * error
    counts = np.bincount((u * 64).astype(int), minlength=64)
    assert ((counts - u.size / 64) ** 2 / (u.size / 64)).sum() < 103.4  # χ² of 63, one in a thousand


def test_normal_draws_have_the_moments_of_the_normal_law() -> None:
    z = drawn(normals).ravel()
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10395 - 225)):
        assert abs((z**power).mean() - moment) < 4 * np.sqrt(variance / z.size)
    assert np.abs(z).max() > 3.5


def test_the_two_draws_of_a_call_are_independent() -> None:
    for pair in (drawn(uniforms), drawn(normals)):
        assert abs(np.corrcoef(pair.T)[0, 1]) < 4 / np.sqrt(DRAWS)
        assert abs(np.corrcoef(pair[:-1, 0], pair[1:, 0])[0, 1]) < 4 / np.sqrt(DRAWS)


def test_draws_for_different_purposes_states_and_seeds_are_independent() -> None:
    streams = [drawn(uniforms, purpose)[:, 0] for purpose in PURPOSES]
    streams += [drawn(uniforms, who="TUR")[:, 0], drawn(uniforms, seed=6)[:, 0]]
    for one, other in combinations(streams, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(DRAWS)
        assert not np.any(one == other)


def test_replicates_differ_and_the_same_address_gives_the_same_draw() -> None:
    at = (WORD(counter(7, DECIDE)), WORD(identity("NK")))
    draws = [uniforms(WORD(1), WORD(replicate), *at) for replicate in range(1000)]
    assert len(set(draws)) == 1000
    assert uniforms(WORD(1), WORD(3), *at) == draws[3]


def test_purposes_and_identities_are_distinct() -> None:
    assert len(set(PURPOSES)) == len(PURPOSES)
    names = [("RUS",), ("NK",), ("NK", "RUS"), ("RUS", "NK"), ("NKRUS",), ("N", "KRUS")]
    assert len({identity(*name) for name in names}) == len(names)
    assert all(0 <= identity(*name) < 2**64 for name in names)
