"""libcca on the driver without a GPU: a context, and what the driver was asked to do."""

import os

import pytest

from cca import library
from fake_device import load_driver


@pytest.fixture(scope="module")
def libcca():
    """The library, with a context current in this thread."""
    load_driver()
    try:
        loaded = library.load()
    except library.LibraryError as error:
        pytest.fail(f"{error}: build the project first")
    library.check(loaded.cca_device_open(0))
    return loaded


@pytest.fixture
def driver_log(libcca, tmp_path, monkeypatch):
    """Returns what the driver was asked to do since the test began."""
    path = tmp_path / "driver.log"
    monkeypatch.setenv("CCA_FAKE_DRIVER_LOG", str(path))
    assert os.environ["CCA_FAKE_DRIVER_LOG"]
    return lambda: path.read_text() if path.exists() else ""
