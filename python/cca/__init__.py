"""Python side of the CCA compiler.

`cca.compile` makes a block that PyTorch tensors can be passed through, `cca.covered` says
why it could not; both are in `cca.block`. `cca.hf` puts it into a model of HF transformers.
`cca.emit` writes MLIR modules and needs nothing beyond the standard library.
`cca.reference` evaluates the same block in NumPy, in fp64.
"""

from cca.block import Block, UncoveredError, compile, covered
from cca.config import CONFIGS, CCAConfig, ConfigError

__all__ = ["CONFIGS", "Block", "CCAConfig", "ConfigError", "UncoveredError", "compile", "covered"]
