"""The same cells, sealed in places that differ in all that should not matter, are the same tools with the same receipts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import hermetic_nb as hnb
from tests.determinism.cells import CELLS
from tests.determinism.places import Place, differences
from tests.determinism.seal_all import repeat

SECONDS = 600
HERE = {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"}
THERE = {
    "PYTHONHASHSEED": "77777",
    "TZ": "America/St_Johns",
    "LANG": "C",
    "LC_ALL": "C.UTF-8",
    "HERMETIC_ENGINE": "portable",
    "HERMETIC_ADDRESS_SPACE": "small",
}
NAN_BITS = 0x7FF8000000000000


def test_two_places_agree(tmp_path: Path) -> None:
    places = [
        Place(folder=tmp_path / "a", environment=HERE),
        Place(folder=tmp_path / "a longer name, with ünicode" / "b", environment=THERE),
    ]
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(lambda place: place.seal_all(seconds=SECONDS), places)
    assert differences(one, other) == []
    assert set(one) == set(CELLS)
    # Bound from the registry and not built, the receipts are still the same.
    assert differences(one, places[0].seal_all(seconds=SECONDS)) == []
    signs = [receipt["output"] for receipt in one["nan_sign"]["receipts"]]
    assert signs == [1.0] * 5
    bits = [receipt["output"]["$int"] for receipt in one["zero_by_zero"]["receipts"][:-1]]
    assert bits == [str(NAN_BITS)] * 5


HANGS_ON_A_SIGN = '''import math


def sign_of_nothing(x: float) -> float:
    """
    >>> sign_of_nothing(math.inf)
    {sign}
    """
    return math.copysign(1.0, x - x)
'''


@pytest.mark.parametrize("sign", ["1.0", "-1.0"])
def test_an_example_that_hangs_on_the_sign_of_a_nan_is_refused_everywhere(sign: str) -> None:
    box = hnb.Toolbox(":memory:")
    try:
        with pytest.raises(hnb.ExampleError, match="the sign of a NaN"):
            box.seal(HANGS_ON_A_SIGN.format(sign=sign))
    finally:
        box.close()


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_building_again_in_one_process_gives_one_digest(times: int) -> None:
    box = hnb.Toolbox(":memory:")
    try:
        assert repeat(box, times) == dict.fromkeys(CELLS, 1)
    finally:
        box.close()


@pytest.mark.slow
def test_new_processes_with_other_seeds_give_one_digest(tmp_path: Path) -> None:
    found: dict[str, set[str]] = {label: set() for label in CELLS}
    for seed in range(20):
        place = Place(folder=tmp_path / str(seed), environment={"PYTHONHASHSEED": str(seed * 1_000_003 % 2**32)})
        for label, cell in place.seal_all(seconds=SECONDS).items():
            found[label].add(str([cell["tool"], [receipt["digest"] for receipt in cell["receipts"]]]))
    assert {label: len(digests) for label, digests in found.items()} == dict.fromkeys(CELLS, 1)
