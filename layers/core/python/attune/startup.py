"""Start faster: nobody looks for garbage while a function is built, because what is built is there to stay."""

import gc
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper


def begin() -> None:
    """Put the collector off until the function is built; elsewhere than in Lambda this does nothing."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        gc.disable()


def built_once[Built](build: Callable[[], Built]) -> "_lru_cache_wrapper[Built]":
    """Call `build` once per process, at the first event; with it a function has started, and garbage is collected again.

    What stands by then is left out of every later collection.
    """

    @cache
    def built() -> Built:
        try:
            return build()
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    return built
