#!/usr/bin/env python3
"""What the compiler makes of the attention of ZAYA1-8B, in this process. Needs no GPU.

usage, from the root of the checkout:
    PYTHONPATH=python python3 examples/pytorch/compile.py
"""

import time

import cca
from cca.attention_variants import attention_variant
from cca.mlir import tensor_type
from cca.program import Program

config = cca.CONFIGS["zaya1-8b"]
reason = cca.covered(config)
print("whole block:", reason or "covered")

# The attention core by itself: 8 query heads, 2 key heads, head dimension 128, causal.
core = attention_variant(config.head_dim, config.q_heads, config.kv_heads)
start = time.perf_counter()
program = Program.compile(core.text())
print(f"attention core: compiled in {time.perf_counter() - start:.2f} s")
for name in program.functions:
    tensors = program.function(name).parameters
    print(f"  @{name}({', '.join(f'{x.name}: {tensor_type(x)}' for x in tensors)})")
kernels = program.ptx.count(".entry")
print(f"  {kernels} kernel, {len(program.ptx.splitlines())} lines of PTX")

# What cannot be done is said before anything runs.
print("head dimension 96:", cca.covered(attention_variant(96, 8, 2).config, "flash"))
