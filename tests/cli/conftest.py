"""What these tests share."""

from tests.support.moto_races import honest_conditions

__all__ = ["honest_conditions"]
