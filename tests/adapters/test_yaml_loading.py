"""YAML that is nested beyond sense is refused with its place, instead of ending the process from within libyaml."""

import pytest
import yaml

from attune.adapters.yaml_loading import DEEPEST, load_yaml


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- ? "])
def test_what_is_nested_too_deeply_is_told_with_its_place(opening: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="nested too deeply to be read") as caught:
        load_yaml(opening * 50_000)

    assert caught.value.problem_mark is not None
    assert caught.value.problem_mark.line == 0


def test_a_long_file_is_read_however_many_lists_it_has() -> None:
    text = "\n".join(f"- [{number}, [{number}]]" for number in range(2_000))

    assert load_yaml(text)[-1] == [1999, [1999]]
    assert load_yaml("[" * DEEPEST + "]" * DEEPEST) is not None
