"""ZAYA of HF transformers: its configuration, and its weights under the names of `cca.operands`.

The way back, from a `CCAConfig` and operands to HF's own module, makes HF an oracle and a
peer; that needs torch and transformers.
"""

from collections.abc import Mapping
from itertools import pairwise

from cca.config import CCAConfig, ConfigError

# Operand -> parameter of `ZayaAttention`.
PARAMETERS = {
    "w_q": "qkv_proj.q_proj.weight",
    "w_k": "qkv_proj.k_proj.weight",
    "w_v_current": "qkv_proj.v_proj_current.weight",
    "w_v_delayed": "qkv_proj.v_proj_delayed.weight",
    "depthwise_weight": "qkv_proj.conv_qk_depthwise.weight",
    "depthwise_bias": "qkv_proj.conv_qk_depthwise.bias",
    "grouped_weight": "qkv_proj.conv_qk_grouped.weight",
    "grouped_bias": "qkv_proj.conv_qk_grouped.bias",
    "temperature": "qk_norm.temp",
    "w_o": "o_proj.weight",
    "b_q": "qkv_proj.q_proj.bias",
    "b_k": "qkv_proj.k_proj.bias",
    "b_v_current": "qkv_proj.v_proj_current.bias",
    "b_v_delayed": "qkv_proj.v_proj_delayed.bias",
    "b_o": "o_proj.bias",
}

# What a layer is called whose attention has a sliding window.
SLIDING = "hybrid_sliding"


def config_of(zaya, layer_type: str = "hybrid", dtype: str | None = None, **modes) -> CCAConfig:
    """The block of a layer of that type in a model with a `ZayaConfig`.

    `dtype` is an element type; None is that of the configuration, or bf16 if it has none.
    `modes` are further fields. Raises ConfigError if this is not a block of CCA.
    """
    if dtype is None:
        names = {"bfloat16": "bf16", "float16": "f16", "float32": "f32"}
        dtype = names.get(str(getattr(zaya, "dtype", None)).removeprefix("torch."), "bf16")
    rope = zaya.rope_parameters[layer_type]
    window = zaya.sliding_window if layer_type == SLIDING else None
    if layer_type == SLIDING and window is None:
        raise ConfigError("expects sliding_window of a layer that slides, but got None")
    return CCAConfig(
        hidden=zaya.hidden_size,
        q_heads=zaya.num_attention_heads,
        kv_heads=zaya.num_key_value_heads,
        head_dim=zaya.head_dim,
        rotary=int(zaya.head_dim * rope.get("partial_rotary_factor", 1.0)),
        taps=(zaya.cca_time0, zaya.cca_time1),
        window=window,
        dtype=dtype,
        bias=zaya.attention_bias,
        **modes,
    )


def weights_of(attention) -> Mapping:
    """The weights of a `ZayaAttention` by operand, shaped as operands; they share memory.

    Convolutions of PyTorch have an axis of 1 for the single input channel of a depthwise
    filter; nothing else differs.
    """
    found = dict(attention.named_parameters())
    weights = {name: found[path].detach() for name, path in PARAMETERS.items() if path in found}
    weights["depthwise_weight"] = weights["depthwise_weight"].squeeze(1)
    return weights


def supports(config: CCAConfig) -> bool:
    """Whether `ZayaAttention` has the modes of `config`.

    Not among them: `rsqrt` norms, interleaved RoPE, padding per stage, a softmax scale of
    one's own, and no output projection. `exp` temperatures and packed batches are reached
    by way of linear ones and separate sequences.
    """
    return (
        config.norm == "clamp"
        and config.rope == "half"
        and not config.per_stage_padding
        and config.scale is None
        and config.output_projection
        and (config.causal or config.window is None)
    )


def module_of(config: CCAConfig, operands: Mapping, dtype, attention: str = "sdpa"):
    """A `ZayaAttention` with the weights among `operands`, which are tensors, in `dtype`.

    Raises ValueError if it does not have the modes of `config`.
    """
    import torch
    from transformers.models.zaya.modeling_zaya import ZayaAttention, ZayaConfig

    if not supports(config):
        raise ValueError(f"ZayaAttention does not have all modes of {config}")
    zaya = ZayaConfig(
        hidden_size=config.hidden,
        num_hidden_layers=1,
        num_attention_heads=config.q_heads,
        num_key_value_heads=config.kv_heads,
        head_dim=config.head_dim,
        attention_bias=config.bias,
        cca_time0=config.taps[0],
        cca_time1=config.taps[1],
        sliding_window=config.window,
        layer_types=["hybrid" if config.window is None else SLIDING],
    )
    # The eager path computes its softmax in f32 whatever the dtype: no oracle in fp64.
    zaya._attn_implementation = attention
    module = ZayaAttention(zaya, layer_idx=0).to(operands["hidden"].device, dtype).eval()
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, path in PARAMETERS.items():
            if name not in operands:
                assert path not in parameters, f"{path} was left as it was"
                continue
            values = operands[name]
            if name == "temperature" and config.temperature == "exp":
                values = values.exp()
            target = parameters.pop(path)
            # Conv1d has an axis of 1 for the single input channel of a depthwise filter.
            target.copy_(values.reshape(target.shape))
    assert not parameters, f"parameters without an operand: {sorted(parameters)}"
    return module


def run_module(module, config: CCAConfig, operands: Mapping):
    """What the module makes of hidden, cos and sin among `operands`, in its own type."""
    import torch

    dtype = module.o_proj.weight.dtype
    hidden, cos, sin = (operands[name].to(dtype) for name in ("hidden", "cos", "sin"))
    if not config.packed:
        return _forward(module, config, hidden, cos, sin)
    bounds = operands["cu_seqlens"].tolist()
    parts = [
        _forward(module, config, hidden[:, a:b], cos[: b - a], sin[: b - a])
        for a, b in pairwise(bounds)
        if b > a
    ]
    return torch.cat(parts, dim=1) if parts else torch.zeros_like(hidden)


def _forward(module, config: CCAConfig, hidden, cos, sin):
    import torch

    if cos.ndim == 2:
        cos, sin = cos[None], sin[None]
    mask = {"causal": _mask(module, config, hidden)}
    with torch.no_grad():
        return module(hidden, attention_mask=mask, position_embeddings=(cos, sin))[0]


def _mask(module, config: CCAConfig, hidden):
    """The mask that ZayaModel would pass; None is causal."""
    import torch

    tokens = hidden.shape[1]
    if config.window is not None:
        position = torch.arange(tokens, device=hidden.device)
        distance = position[:, None] - position
        return ((distance >= 0) & (distance < config.window))[None, None]
    if config.causal:
        return None
    return torch.ones(1, 1, tokens, tokens, dtype=torch.bool, device=hidden.device)
