#!/usr/bin/env python3
"""A ZAYA model of HF transformers, generating with and without the compiled block.

usage, from the root of the checkout:
    PYTHONPATH=python python3 examples/transformers/generate.py [--model NAME] [--device cpu]

Without --model the weights of a small model are random, and nothing is downloaded.
"""

import argparse
import time
import warnings

import torch
from transformers import AutoModelForCausalLM
from transformers.models.zaya.modeling_zaya import ZayaConfig, ZayaForCausalLM

import cca.hf

cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
cli.add_argument("--model", help="name or folder of a checkpoint; default: random weights")
cli.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
cli.add_argument("--prompt", type=int, default=512, metavar="N", help="tokens; default: 512")
cli.add_argument("--new", type=int, default=16, metavar="N", help="tokens; default: 16")
arguments = cli.parse_args()

torch.manual_seed(0)
if arguments.model:
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.bfloat16)
else:
    # The attention of ZAYA1-8B in two layers; few experts and words.
    config = ZayaConfig(num_hidden_layers=2, num_experts=2, moe_intermediate_size=256)
    config.vocab_size = 1000
    model = ZayaForCausalLM(config).bfloat16()
model = model.eval().to(arguments.device)
prompt = torch.randint(3, 1000, (1, arguments.prompt), device=arguments.device)


def generate():
    start = time.perf_counter()
    with warnings.catch_warnings():
        # That decoding runs as before is in the report.
        warnings.simplefilter("ignore")
        tokens = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=arguments.new,
            do_sample=False,
            pad_token_id=0,
        )
    return tokens[0, arguments.prompt :].tolist(), time.perf_counter() - start


generate()
before, seconds_before = generate()
report = cca.hf.patch(model)
generate()
after, seconds_after = generate()
print(report)
print(f"unpatched {seconds_before:.2f} s, patched {seconds_after:.2f} s")
same = sum(x == y for x, y in zip(before, after, strict=False))
print(f"{same} of {len(before)} greedy tokens agree")
