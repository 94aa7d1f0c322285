"""Modules with their weights in them: packed when they are compiled, with the same results."""

import re
import time

import numpy as np
import pytest

from cca import reference
from cca.accuracy import limits, relative_error
from cca.config import CONFIGS, CCAConfig
from cca.mlir import module_text
from cca.operands import INPUTS, operands
from cca.runner import call
from cca.sample import sample_operands
from cca.storage import decode, encode
from harness import tool

SMALL = {"hidden": 192, "q_heads": 2, "kv_heads": 1, "head_dim": 64, "rotary": 32}
CONFIGURATIONS = {
    "bf16": CCAConfig(**SMALL),
    "f16-bias": CCAConfig(**SMALL, dtype="f16", bias=True, taps=(3, 1)),
    "exp": CCAConfig(**SMALL, temperature="exp", taps=(1, 4)),
}


def with_constants(config: CCAConfig, given: dict, resource: bool) -> str:
    """The block as a module whose weights are constants, dense or in resources."""
    text = module_text(config, "attention")
    constants, resources = [], []
    for tensor in operands(config, "attention"):
        if tensor.name in INPUTS:
            continue
        found = re.search(rf",\n    %{tensor.name}: (tensor<[^>]*>)", text)
        text = text.replace(found[0], "", 1)
        data = encode(given[tensor.name], tensor.element).tobytes().hex()
        value = f'dense<"0x{data}">'
        if resource:
            value = f"dense_resource<{tensor.name}>"
            resources.append(f'{tensor.name}: "0x10000000{data}"')
        constants.append(f"  %{tensor.name} = arith.constant {value} : {found[1]}\n")
    text = text.replace("{\n", "{\n" + "".join(constants), 1)
    if resource:
        text += "{-# dialect_resources: { builtin: {" + ", ".join(resources) + "} } #-}\n"
    return text


class Block:
    """A block and its operands in files."""

    def __init__(self, folder, config, tokens=70):
        self.folder, self.config = folder, config
        self.given = sample_operands(config, "attention", 1, tokens)
        for tensor in operands(config, "attention"):
            np.save(folder / f"{tensor.name}.npy", encode(self.given[tensor.name], tensor.element))

    def run(self, text: str, target: str, names) -> np.ndarray:
        """The result as it is stored."""
        module, out = self.folder / "module.mlir", self.folder / "out.npy"
        module.write_text(text, encoding="utf-8")
        inputs = [f"--input={self.folder / name}.npy" for name in names]
        call([tool("cca-run"), str(module), f"--target={target}", *inputs, f"--output={out}"])
        return np.load(out)

    def run_with_arguments(self, target):
        names = [tensor.name for tensor in operands(self.config, "attention")]
        return self.run(module_text(self.config, "attention"), target, names)

    def run_with_constants(self, target, resource=False):
        names = [t.name for t in operands(self.config, "attention") if t.name in INPUTS]
        return self.run(with_constants(self.config, self.given, resource), target, names)


@pytest.fixture(params=CONFIGURATIONS)
def block(request, tmp_path):
    return Block(tmp_path, CONFIGURATIONS[request.param])


def test_error(block):
    """On the CPU and in the simulator, which packs nothing then."""
    exact = reference.attention(block.given, block.config)
    (limit,) = limits("attention", block.given, block.config)
    for target in ("cpu", "sim"):
        result = decode(block.run_with_constants(target), block.config.dtype)
        assert relative_error(result, exact) <= limit, target


def test_packing_is_the_same_as_at_run_time(block):
    """Bit for bit: the simulator packs arguments as kernels would."""
    wanted = block.run_with_arguments("sim")
    for resource in (False, True):
        np.testing.assert_array_equal(block.run_with_constants("sim", resource), wanted)


def test_sizes_of_a_model(tmp_path):
    """ZAYA1-8B's block, 11 MB of weights: compiled in seconds, and without packing."""
    config = CONFIGS["zaya1-8b"]
    given = sample_operands(config, "attention", 1, 1)
    module, out = tmp_path / "block.mlir", tmp_path / "block.ptx"
    module.write_text(with_constants(config, given, resource=True), encoding="utf-8")
    start = time.perf_counter()
    call([tool("cca-compile"), str(module), "-o", str(out)])
    assert time.perf_counter() - start < 30
    entries = re.findall(r"\.entry (\w+)\(", out.read_text())
    assert entries == ["latents", "mix", "flash_attention", "projection"]
