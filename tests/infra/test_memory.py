"""Every function has the memory that is written down for it, by which `attune cost` meters."""

from infra.memory import DEFAULT_MIB, MEMORY_MIB, memory_of
from tests.infra.templates import Synthesised


def test_every_function_of_the_template_has_the_memory_of_the_list(prod: Synthesised) -> None:
    deployed = {
        resource["Properties"]["Handler"].split(".")[1]: resource["Properties"]["MemorySize"]
        for _, resource in prod.resources("AWS::Lambda::Function")
        if resource["Properties"].get("Handler", "").startswith("functions.")
    }

    assert deployed == {name: memory_of(name) for name in deployed}
    assert set(MEMORY_MIB) <= set(deployed), "the list names a function that is not deployed"
    assert DEFAULT_MIB in deployed.values()
