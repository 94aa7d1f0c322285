"""`cca.hf`: a patched ZAYA model says the same as one that is not, with blocks in PyTorch."""

import warnings
from copy import deepcopy
from inspect import signature

import pytest

pytest.importorskip("transformers", reason="transformers is not installed")
import torch
from transformers import DynamicCache, StaticCache
from transformers.models.zaya.modeling_zaya import ZayaConfig, ZayaForCausalLM

from cca import hf, torch_block
from cca.config import CCAConfig, ConfigError
from cca.zaya import config_of, weights_of

# Tensors are tiny: threads would wait for each other.
torch.set_num_threads(1)

WINDOW = 6

# Versions of transformers differ.
CACHE = "cache" if "cache" in signature(ZayaForCausalLM.forward).parameters else "past_key_values"


class TorchBlock:
    """A block of `cca.torch_block`, called as a compiled one."""

    def __init__(self, config):
        self.config = config

    def pack(self, weights):
        return {name: tensor.clone() for name, tensor in weights.items()}

    def __call__(self, hidden, weights, cos, sin):
        assert hidden.is_contiguous()
        assert cos.ndim == (3 if self.config.batched_rope else 2)
        assert (
            str(cos.dtype)
            == {"bf16": "torch.bfloat16", "f32": "torch.float32"}[self.config.rope_element]
        )
        operands = {"hidden": hidden, **weights, "cos": cos, "sin": sin}
        made = torch_block.prefill(operands, self.config, torch.float64)
        return tuple(x.to(hidden.dtype) for x in made)


class TorchBlocks:
    def __init__(self, reason=None):
        self.reason = reason
        self.compiled = []

    def covered(self, config, device):
        return self.reason

    def compile(self, config):
        self.compiled.append(config)
        return TorchBlock(config)


def tiny(sliding=True, attention="sdpa", **modes):
    """Two layers, the second with a window; weights so large that each matters."""
    torch.manual_seed(5)
    config = ZayaConfig(
        vocab_size=97,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        moe_intermediate_size=32,
        num_experts=4,
        router_hidden_size=16,
        sliding_window=WINDOW,
        layer_types=["hybrid", "hybrid_sliding" if sliding else "hybrid"],
        **modes,
    )
    config._attn_implementation = attention
    model = ZayaForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "self_attn" in name:
                parameter.normal_(std=0.3)
            if name.endswith("qk_norm.temp"):
                parameter.uniform_(0.7, 1.4)
    return model


def patched(model, blocks=None):
    copy = deepcopy(model)
    return copy, hf.patch(copy, blocks or TorchBlocks())


def tokens(batch, length, seed=0):
    return torch.randint(3, 97, (batch, length), generator=torch.Generator().manual_seed(seed))


def logits(model, *arguments, **keywords):
    with torch.no_grad():
        return model(*arguments, **keywords).logits


def close(found, wanted):
    torch.testing.assert_close(found, wanted, rtol=2e-4, atol=2e-4)


@pytest.fixture
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize(("batch", "length"), [(1, 1), (1, 2), (1, 19), (3, WINDOW), (3, 12)])
@pytest.mark.parametrize(
    "modes", [{}, {"attention_bias": True, "cca_time0": 3, "cca_time1": 4}], ids=str
)
def test_logits(modes, batch, length, attention):
    model = tiny(attention=attention, **modes)
    copy, report = patched(model)
    ids = tokens(batch, length)
    close(logits(copy, ids, use_cache=False), logits(model, ids, use_cache=False))
    assert report.compiled == 2
    assert not report.fallbacks


@pytest.mark.parametrize("modes", [{}, {"cca_time0": 4, "cca_time1": 2}], ids=str)
@pytest.mark.parametrize("length", [1, 2, 3, 11])
def test_cache_is_left_as_decoding_expects_it(modes, length, quiet):
    model = tiny(**modes)
    copy, report = patched(model)
    ids = tokens(2, length)
    wanted, found = DynamicCache(config=model.config), DynamicCache(config=model.config)
    close(logits(copy, ids, **{CACHE: found}), logits(model, ids, **{CACHE: wanted}))
    assert report.compiled == 2
    for layer, other in zip(found.layers, wanted.layers, strict=True):
        close(layer.keys, other.keys)
        close(layer.values, other.values)
        close(layer.conv_states[0], other.conv_states[0])
        close(layer.recurrent_states[0], other.recurrent_states[0])
    for step in range(3):
        more = tokens(2, 1, seed=step)
        close(logits(copy, more, **{CACHE: found}), logits(model, more, **{CACHE: wanted}))
    assert report.compiled == 2
    assert report.fallbacks == {"decoding: there are tokens in the cache": 6}


@pytest.mark.parametrize("batch", [1, 3])
def test_greedy_tokens(batch, quiet):
    model = tiny()
    copy, report = patched(model)
    ids = tokens(batch, 15)
    options = {"max_new_tokens": 20, "do_sample": False, "eos_token_id": None}
    options |= {"attention_mask": torch.ones_like(ids), "pad_token_id": 0}
    assert torch.equal(copy.generate(ids, **options), model.generate(ids, **options))
    assert report.compiled == 2


def test_a_keyword_of_other_versions_changes_nothing(quiet):
    model = tiny()
    copy, _ = patched(model)
    stray = {"cache": "past_key_values", "past_key_values": "cache"}[CACHE]
    caches = [DynamicCache(config=model.config) for _ in range(2)]
    for length in (5, 1):
        ids = tokens(1, length)
        close(logits(copy, ids, **{stray: caches[0]}), logits(model, ids, **{stray: caches[1]}))


def test_static_cache(quiet):
    model = tiny(sliding=False)
    copy, report = patched(model)
    ids = tokens(2, 9)
    caches = [StaticCache(config=model.config, max_cache_len=16) for _ in range(2)]
    close(logits(copy, ids, **{CACHE: caches[0]}), logits(model, ids, **{CACHE: caches[1]}))
    more = tokens(2, 1, seed=1)
    close(logits(copy, more, **{CACHE: caches[0]}), logits(model, more, **{CACHE: caches[1]}))
    assert report.compiled == 2


def falls_back(model, reason, call, compiled=0):
    """The patched model says why it does not run compiled, once, and does the same."""
    copy, report = patched(model)
    with pytest.warns(UserWarning, match=f"cca.hf: runs as before: {reason}"):
        found = call(copy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call(copy)
    close(found, call(model))
    assert report.compiled == 2 * compiled
    assert sum(report.fallbacks.values()) >= 2
    assert reason in str(report)


def test_padding():
    mask = torch.ones(2, 9, dtype=torch.long)
    mask[0, :3] = 0
    falls_back(tiny(), "padding", lambda m: logits(m, tokens(2, 9), attention_mask=mask))


def test_mask_without_padding_is_none():
    model = tiny()
    copy, report = patched(model)
    ids = tokens(2, 9)
    mask = torch.ones_like(ids)
    close(logits(copy, ids, attention_mask=mask), logits(model, ids, attention_mask=mask))
    assert report.compiled == 2


def test_mask_of_the_caller():
    mask = torch.ones(1, 1, 9, 9, dtype=torch.bool).tril()
    mask[..., 4, 2] = False
    falls_back(
        tiny(sliding=False),
        "a mask that is not causal alone",
        lambda m: logits(m, tokens(1, 9), attention_mask=mask),
    )


def test_packed_positions():
    positions = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 0, 1]])
    falls_back(
        tiny(),
        "a mask that is not causal alone",
        lambda m: logits(m, tokens(1, 9), position_ids=positions, use_cache=False),
    )


def test_positions_of_each_sequence():
    model = tiny()
    blocks = TorchBlocks()
    copy, _ = patched(model, blocks)
    ids, positions = tokens(2, 9), torch.stack((torch.arange(9), torch.arange(5, 14)))
    close(
        logits(copy, ids, position_ids=positions, use_cache=False),
        logits(model, ids, position_ids=positions, use_cache=False),
    )
    assert {config.batched_rope for config in blocks.compiled} == {True}


def test_half_precision():
    """In bf16, as far from f32 with the same weights as HF's own."""
    model = tiny().bfloat16()
    exact = logits(deepcopy(model).float(), tokens(1, 19))
    copy, report = patched(model)
    wanted, found = logits(model, tokens(1, 19)), logits(copy, tokens(1, 19))
    assert report.compiled == 2
    assert (found - exact).norm() < 1.5 * (wanted - exact).norm()


def test_gradients():
    falls_back(tiny(), "gradients are recorded", lambda m: m(tokens(1, 5), use_cache=False).logits)


def test_training():
    def call(model):
        model.train()
        torch.manual_seed(0)
        return logits(model, tokens(1, 5), use_cache=False)

    falls_back(tiny(attention_dropout=0.1), "training with dropout", call)


def test_attention_weights():
    def call(model):
        with torch.no_grad():
            out = model(tokens(1, 5), use_cache=False, output_attentions=True)
        assert len(out.attentions) == 2
        return out.logits

    falls_back(tiny(attention="eager"), "attention weights are outputs", call)


def test_hidden_states_are_still_recorded():
    model = tiny()
    copy, report = patched(model)
    with torch.no_grad():
        found = copy(tokens(1, 5), output_hidden_states=True).hidden_states
        wanted = model(tokens(1, 5), output_hidden_states=True).hidden_states
    assert report.compiled == 2
    for x, y in zip(found, wanted, strict=True):
        close(x, y)


def test_decoding_of_several_tokens(quiet):
    model = tiny()
    copy, report = patched(model)
    caches = [DynamicCache(config=model.config) for _ in range(2)]
    for seed, length in enumerate((5, 4)):
        ids = tokens(2, length, seed)
        close(logits(copy, ids, **{CACHE: caches[0]}), logits(model, ids, **{CACHE: caches[1]}))
    assert report.compiled == 2


def test_weights_that_change():
    model = tiny()
    copy, report = patched(model)
    ids = tokens(1, 9)
    close(logits(copy, ids), logits(model, ids))
    for changed in (copy, model):
        with torch.no_grad():
            changed.model.layers[0].self_attn.o_proj.weight.mul_(1.5)
    close(logits(copy, ids), logits(model, ids))
    copy.model.layers[1].self_attn.load_state_dict(
        {name: 2 * x for name, x in model.model.layers[1].self_attn.state_dict().items()}
    )
    model.model.layers[1].self_attn.load_state_dict(copy.model.layers[1].self_attn.state_dict())
    close(logits(copy, ids), logits(model, ids))
    assert report.compiled == 6


def test_inference_mode():
    model = tiny()
    copy, report = patched(model)
    with torch.inference_mode():
        close(copy(tokens(1, 9)).logits, model(tokens(1, 9)).logits)
    assert report.compiled == 2


def test_what_is_not_covered_stays_as_it_is():
    model = tiny()
    with pytest.warns(UserWarning, match="cca.hf: layers stay as they are: no kernel"):
        copy, report = patched(model, TorchBlocks("no kernel"))
    assert report.layers == []
    assert report.skipped == {0: "no kernel", 1: "no kernel"}
    assert "0 of 2 layers patched" in str(report)
    assert "forward" not in vars(copy.model.layers[0].self_attn)
    close(logits(copy, tokens(1, 5)), logits(model, tokens(1, 5)))


def test_compiler_does_not_cover_the_cpu():
    with pytest.warns(UserWarning, match="expects a CUDA device, but got cpu"):
        report = hf.patch(tiny())
    assert report.layers == []


def test_types_that_no_block_has():
    model = tiny().double()
    with pytest.warns(UserWarning, match="expects bf16, f16 or f32, but got torch.float64"):
        hf.patch(model, TorchBlocks())


def test_unpatch():
    model = tiny()
    report = hf.patch(model, TorchBlocks())
    again = hf.patch(model, TorchBlocks())
    logits(model, tokens(1, 5))
    assert (report.compiled, again.compiled) == (0, 2)
    hf.unpatch(model)
    hf.unpatch(model)
    logits(model, tokens(1, 5))
    assert again.compiled == 2
    with pytest.raises(TypeError, match="expects a model with ZAYA attention, but got Linear"):
        hf.patch(torch.nn.Linear(1, 1))


def test_config():
    zaya = tiny(cca_time0=3, attention_bias=True).config
    plain = CCAConfig(48, 4, 2, 16, rotary=8, taps=(3, 2), bias=True, dtype="bf16", window=None)
    assert config_of(zaya) == plain
    assert config_of(zaya, "hybrid_sliding", "f16").window == WINDOW
    zaya.sliding_window = None
    with pytest.raises(ConfigError, match="expects sliding_window"):
        config_of(zaya, "hybrid_sliding")


def test_weights_share_memory():
    attention = tiny().model.layers[0].self_attn
    weights = weights_of(attention)
    assert weights["w_o"].data_ptr() == attention.o_proj.weight.data_ptr()
    assert weights["depthwise_weight"].shape == (96, 2)
    assert not weights["w_q"].requires_grad
