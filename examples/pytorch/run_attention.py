#!/usr/bin/env python3
"""Flash attention from PyTorch on a Hopper GPU, checked and timed in a CUDA graph.

usage, from the root of the checkout:
    PYTHONPATH=python python3 examples/pytorch/run_attention.py
"""

import sys

import torch

import cca
from cca import torch_reference
from cca.attention_variants import attention_variant

B, S, HQ, HK, D = 1, 4096, 8, 2, 128

# The scores are bounded by the temperature, an operand: queries and keys have length sqrt(D).
config = attention_variant(D, HQ, HK, normalized=True).config
if reason := cca.covered(config, "flash", "cuda"):
    sys.exit(f"nothing to run: {reason}")

torch.manual_seed(0)


def unit(heads):
    x = torch.randn(B, S, heads, D, device="cuda")
    return (x * D**0.5 / x.norm(dim=-1, keepdim=True)).bfloat16()


query, key, value = unit(HQ), unit(HK), unit(HK)
attention = cca.compile(config, "flash")
temperature = attention.pack({"temperature": torch.ones(HK, device="cuda")})
out = attention(query, key, value, temperature)  # on PyTorch's current stream

exact = torch_reference.attention(query, key, value, config).out
error = torch_reference.relative_error(out, exact)
print(f"relative error against fp64: {error:.1e}")

graph = torch.cuda.CUDAGraph()
with torch.cuda.graph(graph):
    for _ in range(100):
        attention(query, key, value, temperature, out=out)
begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
graph.replay()
begin.record()
graph.replay()
end.record()
end.synchronize()
milliseconds = begin.elapsed_time(end) / 100
print(f"{milliseconds:.4f} ms, {2 * B * HQ * S * S * D / milliseconds / 1e9:.0f} TFLOP/s")
sys.exit(0 if error < 4e-3 else 1)
