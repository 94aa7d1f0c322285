"""What the GPU tests need: a Hopper GPU, packed kernels, a summary of what was measured."""

import json
import os
import time
import zlib
from pathlib import Path

import pytest

from cca import library
from cca.attention_variants import AttentionVariant
from cca.device import CompiledFunction

ROOT = Path(__file__).resolve().parents[3]
KERNELS = Path(os.environ.get("CCA_DEVICE_DIR", ROOT / ".device"))

# The compiler, packed with the kernels. One that was built here does as well.
if (KERNELS / library.NAME).is_file():
    os.environ.setdefault("CCA_LIBRARY", str(KERNELS / library.NAME))

# Inputs are fresh in each run; CCA_SEED brings those of an earlier one back.
SEED = int(os.environ.get("CCA_SEED", time.time_ns() % 2**31))


def missing() -> str | None:
    """Why these tests cannot run here."""
    try:
        import torch
    except ImportError:
        return "PyTorch is not installed"
    if not torch.cuda.is_available():
        return "cuda-sm90: no CUDA device"
    if torch.cuda.get_device_capability() != (9, 0):
        return f"cuda-sm90: {torch.cuda.get_device_name()} is no Hopper GPU"
    return None


def pytest_collection_modifyitems(items):
    if reason := missing():
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def libcca():
    """The compiler, for tests that compile by themselves."""
    try:
        return library.load()
    except library.LibraryError as error:
        pytest.skip(str(error))


def pytest_report_header():
    return f"CCA_SEED={SEED}, kernels in {KERNELS}"


@pytest.fixture(scope="session")
def load():
    """Loads the kernel of a variant, once."""
    if not KERNELS.is_dir():
        pytest.skip(
            f"{KERNELS} is missing: run scripts/pack_device.py first, or set CCA_DEVICE_DIR"
        )
    loaded: dict[str, CompiledFunction] = {}

    def function(variant: AttentionVariant) -> CompiledFunction:
        if variant.name not in loaded:
            path = KERNELS / f"{variant.name}.so"
            if not path.is_file():
                skip_or_fail(variant, path)
            loaded[variant.name] = CompiledFunction(path, variant.entry, variant.parameters())
        return loaded[variant.name]

    return function


def skip_or_fail(variant: AttentionVariant, path: Path) -> None:
    """A kernel that is not packed fails its tests, but for D = 256, which is left out at will."""
    if variant.name.startswith("d256-") and not list(path.parent.glob("d256-*.so")):
        pytest.skip("kernels for D = 256 are not packed")
    pytest.fail(f"{path} is missing: scripts/pack_device.py has not packed it")


@pytest.fixture
def generator(request):
    """Random numbers of a test: the same for the same CCA_SEED, whatever ran before."""
    import torch

    seed = SEED ^ zlib.crc32(request.node.name.encode())
    return torch.Generator("cuda").manual_seed(seed)


@pytest.fixture(scope="session")
def records(request):
    """What was measured, by name of the case; written to CCA_SUMMARY as JSON at the end."""
    request.config.cca_records = {}
    return request.config.cca_records


@pytest.fixture(scope="session")
def block_records(request):
    """The same of whole blocks; written to CCA_BLOCK_SUMMARY."""
    request.config.cca_block_records = {}
    return request.config.cca_block_records


def pytest_sessionfinish(session):
    _write(session, "CCA_SUMMARY", "cca_records", "summary")
    _write(session, "CCA_BLOCK_SUMMARY", "cca_block_records", "block_summary")


def _write(session, variable: str, name: str, function: str) -> None:
    path, records = os.environ.get(variable), getattr(session.config, name, None)
    if not path or records is None:
        return
    import summary

    content = getattr(summary, function)(records, SEED)
    Path(path).write_text(json.dumps(content, indent=1), encoding="utf-8")
