"""What the layer keeps of botocore's data says what botocore's own files say."""

import json
import shutil
from pathlib import Path

import botocore
import pytest
from botocore.loaders import JSONFileLoader, Loader

from infra.components.layers import AWS_SERVICES, unpack

DATA = Path(botocore.__file__).with_name("data")
KINDS = ("service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2", "service-2.sdk-extras", "examples-1")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of the services that functions call, as the layer has them."""
    folder = tmp_path_factory.mktemp("data")
    for file in DATA.glob("*.json"):
        shutil.copy(file, folder)
    for service in AWS_SERVICES:
        shutil.copytree(DATA / service, folder / service)
    unpack(folder)
    return folder


@pytest.mark.parametrize("service", sorted(AWS_SERVICES))
def test_a_service_is_described_as_botocore_describes_it(unpacked, service):
    versions = [version.name for version in (DATA / service).iterdir()]
    names = [f"{service}/{version}/{kind}" for version in versions for kind in KINDS]

    assert versions
    assert [told(unpacked, name) for name in names] == [told(DATA, name) for name in names]


def test_what_holds_for_all_services_is_as_botocore_has_it(unpacked):
    names = sorted(file.stem for file in DATA.glob("*.json"))

    assert "endpoints" in names
    assert [told(unpacked, name) for name in names] == [told(DATA, name) for name in names]


def test_nothing_is_left_to_be_unpacked_at_a_start(unpacked):
    assert not list(unpacked.rglob("*.gz"))
    assert b"\n" not in (unpacked / "endpoints.json").read_bytes()


def test_botocore_finds_the_services_it_found_before(unpacked):
    loader = Loader(extra_search_paths=[str(unpacked)], include_default_search_paths=False)

    assert set(loader.list_available_services("service-2")) == AWS_SERVICES


def told(folder: Path, name: str) -> str:
    """What a file says, in its own order, as botocore reads it."""
    return json.dumps(JSONFileLoader().load_file(str(folder / name)))
