#!/usr/bin/env python3
"""What the compiler makes of the attention block of ZAYA1-8B, in this process. Needs no GPU.

usage, from the root of the checkout:
    PYTHONPATH=python python3 examples/pytorch/compile.py
"""

import time

import cca
from cca.mlir import module_text, tensor_type
from cca.program import Program

config = cca.CONFIGS["zaya1-8b"]
start = time.perf_counter()
program = Program.compile(module_text(config, "attention"))
print(f"compiled in {time.perf_counter() - start:.2f} s")
for name in program.functions:
    function = program.function(name)
    print(f"@{name}")
    for tensor, role in zip(function.parameters, function.roles, strict=True):
        print(f"  {role.kind:<9} {tensor.name}: {tensor_type(tensor)}")
lines = program.ptx.splitlines()
print(f"{sum('.entry' in line for line in lines)} kernels, {len(lines)} lines of PTX")

# What cannot be done is said before anything runs.
print("head dimension 96:", cca.covered(cca.CCAConfig(2048, 8, 2, 96, rotary=64)))
