"""`ZayaAttention` of HF transformers as an oracle: the model's own code, our weights.

Needs torch and transformers; importing this module raises ImportError without them.
"""

from itertools import pairwise

import numpy as np
import torch
from transformers.masking_utils import create_sliding_window_causal_mask
from transformers.models.zaya.modeling_zaya import ZayaAttention, ZayaConfig

from cca.config import CCAConfig

# Operand name -> parameter of ZayaAttention.
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

DTYPES = {
    "f64": torch.float64,
    "f32": torch.float32,
    "f16": torch.float16,
    "bf16": torch.bfloat16,
}


def supports(config: CCAConfig) -> bool:
    """Whether ZayaAttention has the modes of `config`.

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


def attention(operands: dict[str, np.ndarray], config: CCAConfig, dtype: str) -> np.ndarray:
    """The block as `ZayaAttention` in `dtype` computes it; operands and result in fp64."""
    if not supports(config):
        raise ValueError(f"ZayaAttention does not have all modes of {config}")
    hidden, cos, sin = (operands[name] for name in ("hidden", "cos", "sin"))
    module = _module(operands, config, dtype)
    if not config.packed:
        return _forward(module, config, dtype, hidden, cos, sin)
    bounds = operands["cu_seqlens"]
    parts = [
        _forward(module, config, dtype, hidden[:, a:b], cos[: b - a], sin[: b - a])
        for a, b in pairwise(bounds)
        if b > a
    ]
    return np.concatenate(parts, axis=1) if parts else np.zeros_like(hidden)


def _zaya_config(config: CCAConfig) -> ZayaConfig:
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
        layer_types=["hybrid" if config.window is None else "hybrid_sliding"],
    )
    # The eager path computes its softmax in f32 whatever the dtype: no oracle in fp64.
    zaya._attn_implementation = "sdpa"
    return zaya


def _module(operands: dict[str, np.ndarray], config: CCAConfig, dtype: str) -> ZayaAttention:
    module = ZayaAttention(_zaya_config(config), layer_idx=0).to(DTYPES[dtype]).eval()
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, parameter in PARAMETERS.items():
            if name not in operands:
                assert parameter not in parameters, f"{parameter} was left as it was"
                continue
            values = operands[name]
            if name == "temperature" and config.temperature == "exp":
                values = np.exp(values)
            target = parameters.pop(parameter)
            # Conv1d has an axis of 1 for the single input channel of a depthwise filter.
            target.copy_(torch.from_numpy(values).reshape(target.shape))
    assert not parameters, f"parameters without an operand: {sorted(parameters)}"
    return module


def _forward(module, config, dtype, hidden, cos, sin) -> np.ndarray:
    hidden, cos, sin = (
        torch.from_numpy(np.ascontiguousarray(array)).to(DTYPES[dtype])
        for array in (hidden, cos, sin)
    )
    if cos.ndim == 2:
        cos, sin = cos[None], sin[None]
    with torch.no_grad():
        out, _ = module(
            hidden,
            attention_mask={"causal": _mask(module, config, hidden)},
            position_embeddings=(cos, sin),
        )
    return out.to(torch.float64).numpy()


def _mask(module, config, hidden):
    """The mask that ZayaModel would pass; None is causal."""
    if config.window is not None:
        return create_sliding_window_causal_mask(
            config=module.config,
            inputs_embeds=hidden,
            attention_mask=None,
            past_key_values=None,
            position_ids=torch.arange(hidden.shape[1])[None],
        )
    if config.causal:
        return None
    tokens = hidden.shape[1]
    return torch.ones(1, 1, tokens, tokens, dtype=torch.bool)
