"""`ZayaAttention` of HF transformers as an oracle: the model's own code, our weights.

Needs torch and transformers; importing this module raises ImportError without them.
"""

import numpy as np
import torch
import transformers.models.zaya  # noqa: F401 (is it there?)

from cca.config import CCAConfig
from cca.zaya import module_of, run_module, supports

__all__ = ["attention", "supports"]

DTYPES = {
    "f64": torch.float64,
    "f32": torch.float32,
    "f16": torch.float16,
    "bf16": torch.bfloat16,
}


def attention(operands: dict[str, np.ndarray], config: CCAConfig, dtype: str) -> np.ndarray:
    """The block as `ZayaAttention` in `dtype` computes it; operands and result in fp64."""
    tensors = {name: torch.tensor(array) for name, array in operands.items()}
    module = module_of(config, tensors, DTYPES[dtype])
    return run_module(module, config, tensors).double().numpy()
