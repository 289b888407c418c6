"""Who is who on a thousand records of 251 people that nobody here wrote, some of whom share a device."""

import pytest

from bench.identity.run import SAMPLE, measure

MOST_WRONG_PAIRS = 0.001


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"the thousand records are not here: {SAMPLE}")
def test_nobody_is_taken_for_somebody_else_and_as_many_are_recognised_as_by_address_and_own_device():
    found = measure(SAMPLE, shared=0.1, seed=2)

    assert found["attune"].precision >= 1 - MOST_WRONG_PAIRS
    assert found["attune"].recall >= found["e-mail and device, shared ones left out"].recall
    assert found["e-mail and device, naive"].precision < found["attune"].precision
