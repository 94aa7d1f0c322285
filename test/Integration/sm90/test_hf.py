"""A ZAYA model of HF transformers with the compiled block: as near to fp64 as without it."""

import copy
import inspect
import warnings

import pytest

pytest.importorskip("transformers", reason="transformers is not installed")
import torch
from transformers import DynamicCache
from transformers.models.zaya.modeling_zaya import ZayaConfig, ZayaForCausalLM

import cca
import cca.hf
from block_grid import ZAYA


@pytest.fixture
def model(libcca):
    """Two layers of ZAYA1-8B's attention, few experts and words, random weights in bf16."""
    if reason := cca.covered(ZAYA, "prefill", "cuda"):
        pytest.skip(reason)
    torch.manual_seed(0)
    config = ZayaConfig(
        num_hidden_layers=2,
        num_experts=2,
        moe_intermediate_size=256,
        vocab_size=1000,
        sliding_window=256,
        layer_types=["hybrid", "hybrid_sliding"],
    )
    made = ZayaForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith("qk_norm.temp"):
                parameter.fill_(1.0)
            elif "self_attn" in name:
                parameter.mul_(3)
    return made.to("cuda", torch.bfloat16)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def logits(model, ids, **keywords):
    with torch.no_grad():
        return model(ids, **keywords).logits.float()


@pytest.mark.parametrize(("batch", "tokens"), [(1, 1), (2, 255), (1, 1000), (3, 257)])
def test_logits(model, batch, tokens):
    ids = torch.randint(3, 1000, (batch, tokens), device="cuda")
    exact = logits(copy.deepcopy(model).float(), ids, use_cache=False)
    before = logits(model, ids, use_cache=False)
    report = cca.hf.patch(model)
    after = logits(model, ids, use_cache=False)
    assert report.compiled == 2
    theirs, ours = ((x - exact).norm() / exact.norm() for x in (before, after))
    assert ours <= 1.1 * theirs, f"relative error {ours:.2e}, unpatched {theirs:.2e}"


def test_decoding_goes_on(model):
    """Logits of tokens decoded after a compiled prefill."""
    ids = torch.randint(3, 1000, (2, 301), device="cuda")
    exact = logits(copy.deepcopy(model).float(), ids, use_cache=False)[:, -5:]

    def decode(model):
        # Versions of transformers differ.
        names = inspect.signature(model.forward).parameters
        name = "cache" if "cache" in names else "past_key_values"
        cache = {name: DynamicCache(config=model.config)}
        logits(model, ids[:, :-5], **cache)
        steps = [logits(model, ids[:, i : i + 1], **cache) for i in range(296, 301)]
        return torch.cat(steps, dim=1)

    before = decode(model)
    report = cca.hf.patch(model)
    after = decode(model)
    assert report.compiled == 2
    theirs, ours = ((x - exact).norm() / exact.norm() for x in (before, after))
    assert ours <= 1.2 * theirs, f"relative error {ours:.2e}, unpatched {theirs:.2e}"


def test_greedy_tokens(model):
    """Tokens differ only where two words are nearer than bf16 can tell."""
    ids = torch.randint(3, 1000, (1, 300), device="cuda")
    options = {
        "attention_mask": torch.ones_like(ids),
        "max_new_tokens": 24,
        "do_sample": False,
        "pad_token_id": 0,
        "eos_token_id": None,
        "output_logits": True,
        "return_dict_in_generate": True,
    }
    before = model.generate(ids, **options)
    cca.hf.patch(model)
    after = model.generate(ids, **options)
    for step, (x, y) in enumerate(zip(before.logits, after.logits, strict=True)):
        first, second = x.float().topk(2).values[0]
        noise = (x.float() - y.float()).abs().max()
        if before.sequences[0, 300 + step] != after.sequences[0, 300 + step]:
            assert first - second <= 2 * noise
            return
