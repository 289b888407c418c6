"""How much memory each function has, in MiB; a core comes with 1,769 of them, and its share of it with less.

Who works for minutes, once a day or a week, has a whole core: it costs the same and is over sooner. Who mostly waits
for the table has little: it is the waiting that is billed by memory. `attune cost` meters by this list.
"""

from collections.abc import Mapping

DEFAULT_MIB = 512
A_CORE_MIB = 1769
MEMORY_MIB: Mapping[str, int] = {
    "ingest_events": 256,
    "suppress_addresses": 256,
    "report": A_CORE_MIB,
    "seal_decisions": A_CORE_MIB,
    "watch_fairness": A_CORE_MIB,
    "refit_policies": A_CORE_MIB,
    "export_audience": A_CORE_MIB,
}


def memory_of(function: str) -> int:
    """Return the memory of a function, by the name of its folder."""
    return MEMORY_MIB.get(function, DEFAULT_MIB)
