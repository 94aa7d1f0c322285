"""Puts the compiled block into a `ZayaForCausalLM` of HF transformers.

    report = cca.hf.patch(model)      # prefill runs compiled, all else as before
    print(report)
    model.generate(…)
    cca.hf.unpatch(model)

What a call cannot have compiled goes through the model's own forward: decoding (tokens
after those in the cache), padding and other masks, training, gradients, attention weights
as outputs. Each reason is warned of once, and counted in the report.
"""

import inspect
import warnings
import weakref
from collections import Counter
from dataclasses import dataclass, field

import torch
from torch.nn.functional import pad

from cca.block import Block, compile, covered
from cca.config import CCAConfig, ConfigError
from cca.zaya import config_of, weights_of

_DTYPES = {torch.bfloat16: "bf16", torch.float16: "f16", torch.float32: "f32"}

# Where the patch of a `ZayaAttention` is kept.
_PATCH = "_cca_patch"

# What a forward may be told of packed sequences, apart from its mask.
_PACKED_SEQUENCES = ("cu_seq_lens_q", "cu_seq_lens_k", "cu_seqlens")


class CompiledBlocks:
    """The blocks that a patched model runs: those of the compiler."""

    def covered(self, config: CCAConfig, device: torch.device) -> str | None:
        """Why it cannot be compiled, or not run on this device; None if it can."""
        if device.type != "cuda":
            return f"expects a CUDA device, but got {device.type}"
        return covered(config, "prefill", device)

    def compile(self, config: CCAConfig) -> Block:
        """A block that returns output, key and value."""
        return compile(config, "prefill")


@dataclass
class Report:
    """What was patched, and how often layers ran compiled or, by reason, did not."""

    layers: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    compiled: int = 0
    fallbacks: Counter = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = [f"{len(self.layers)} of {len(self.layers) + len(self.skipped)} layers patched"]
        for reason in dict.fromkeys(self.skipped.values()):
            numbers = [str(x) for x, why in self.skipped.items() if why == reason]
            lines.append(f"  not layer {', '.join(numbers)}: {reason}")
        lines.append("decoding, padded batches and training run as before")
        if self.compiled or self.fallbacks:
            lines.append(f"{self.compiled} calls of a layer ran compiled")
        for reason, count in self.fallbacks.most_common():
            lines.append(f"  {count} did not: {reason}")
        return "\n".join(lines)


def patch(model, blocks=None) -> Report:
    """Lets the attention of each layer run compiled where it can be; returns what was patched.

    `model` is a `ZayaForCausalLM`, a `ZayaModel`, or a module with such layers. Weights are
    packed when a layer first runs, and again when they have been moved, loaded or changed
    in place. `blocks` replaces `CompiledBlocks`. Raises TypeError if there is no ZAYA
    attention in the model.
    """
    unpatch(model)
    blocks = blocks or CompiledBlocks()
    report = Report()
    for attention in _attentions(model):
        weight = attention.o_proj.weight
        try:
            config = _config(attention, weight.dtype)
            reason = blocks.covered(config, weight.device)
        except ConfigError as error:
            reason = str(error)
        if reason:
            report.skipped[attention.layer_idx] = reason
            continue
        report.layers.append(attention.layer_idx)
        made = _Patch(attention, blocks, report)
        setattr(attention, _PATCH, made)
        attention.forward = made.forward
    if not report.layers and not report.skipped:
        raise TypeError(f"expects a model with ZAYA attention, but got {type(model).__name__}")
    for reason in dict.fromkeys(report.skipped.values()):
        warnings.warn(f"cca.hf: layers stay as they are: {reason}", stacklevel=2)
    return report


def unpatch(model) -> None:
    """Gives layers their own forward back."""
    for attention in _attentions(model):
        if hasattr(attention, _PATCH):
            delattr(attention, _PATCH)
            del attention.forward


def _attentions(model):
    from transformers.models.zaya.modeling_zaya import ZayaAttention

    return [module for module in model.modules() if isinstance(module, ZayaAttention)]


def _config(attention, dtype: torch.dtype, **modes) -> CCAConfig:
    if dtype not in _DTYPES:
        raise ConfigError(f"expects bf16, f16 or f32, but got {dtype}")
    return config_of(attention.config, attention.layer_type, _DTYPES[dtype], **modes)


class _Patch:
    """The forward of one layer, and what it needs: blocks and their weights."""

    def __init__(self, attention, blocks, report: Report):
        self._attention = attention
        self._original = type(attention).forward
        # Versions of transformers differ.
        names = inspect.signature(self._original).parameters
        self._cache_name = "cache" if "cache" in names else "past_key_values"
        self._blocks, self._report = blocks, report
        # By whether cos and sin have a batch, and their type.
        self._packed: dict[tuple, tuple] = {}
        self._parameters = list(attention.parameters())
        self._stamp = self._stamps()
        self._masks = _Masks()

    def forward(
        self, hidden_states, attention_mask=None, cache=None, position_embeddings=None, **kwargs
    ):
        """That of `ZayaAttention`."""
        # What the layer passes, and not what a caller's `**kwargs` carries along.
        cache = kwargs.pop(self._cache_name, cache)
        reason = self._reason(hidden_states, attention_mask, cache, position_embeddings, kwargs)
        if reason is None:
            batched = position_embeddings[0].shape[0] > 1
            rope_dtype = position_embeddings[0].dtype
            block, weights, reason = self._block(hidden_states, batched, rope_dtype)
        if reason is not None:
            return self._fall_back(
                reason, hidden_states, attention_mask, cache, position_embeddings, kwargs
            )
        self._report.compiled += 1
        cos, sin = (x if batched else x[0] for x in position_embeddings)
        out, key, value = block(hidden_states.contiguous(), weights, cos, sin)
        if cache is not None:
            self._fill(cache, hidden_states, key, value)
        return out, None

    def _fall_back(self, reason, hidden_states, attention_mask, cache, embeddings, kwargs):
        if not self._report.fallbacks[reason]:
            warnings.warn(f"cca.hf: runs as before: {reason}", stacklevel=3)
        self._report.fallbacks[reason] += 1
        return self._original(
            self._attention,
            hidden_states,
            attention_mask=attention_mask,
            position_embeddings=embeddings,
            **{self._cache_name: cache},
            **kwargs,
        )

    def _reason(self, hidden, attention_mask, cache, embeddings, kwargs) -> str | None:
        """Why this call cannot be compiled, as far as that does not need the compiler."""
        layer = self._attention
        masks = attention_mask or {}
        if torch.compiler.is_compiling():
            return "torch.compile"
        if cache is not None and (reason := _past(cache, layer.layer_idx)):
            return reason
        if layer.training and layer.attention_dropout:
            return "training with dropout"
        if torch.is_grad_enabled() and (hidden.requires_grad or layer.o_proj.weight.requires_grad):
            return "gradients are recorded: use torch.no_grad or inference_mode"
        if hidden.dtype != layer.o_proj.weight.dtype:
            return f"hidden states of {hidden.dtype} and weights of {layer.o_proj.weight.dtype}"
        if kwargs.get("output_attentions") or layer.config.output_attentions:
            return "attention weights are outputs"
        if any(kwargs.get(name) is not None for name in _PACKED_SEQUENCES):
            return "packed sequences"
        if embeddings is None or embeddings[0].dtype not in (hidden.dtype, torch.float32):
            return "position embeddings of another kind"
        if masks.get("conv") is not None:
            return "padding"
        if not self._masks.is_plain(masks.get("causal"), hidden.shape[1], layer.sliding_window):
            return "a mask that is not causal alone"
        return None

    def _block(self, hidden, batched: bool, rope_dtype: torch.dtype) -> tuple:
        """The block and its weights, or why there is none."""
        key = batched, rope_dtype
        if (stamp := self._stamps()) != self._stamp:
            self._stamp = stamp
            self._packed.clear()
        if key not in self._packed:
            modes = {"batched_rope": batched, "rope_dtype": _DTYPES[rope_dtype]}
            config = _config(self._attention, hidden.dtype, **modes)
            reason = self._blocks.covered(config, hidden.device)
            block = weights = None
            if reason is None:
                block = self._blocks.compile(config)
                weights = block.pack(weights_of(self._attention))
            self._packed[key] = block, weights, reason
        return self._packed[key]

    def _stamps(self) -> list[tuple[int, int]]:
        """Where weights lie, and how often they were changed there."""
        return [(x.data_ptr(), _version(x)) for x in self._parameters]

    def _fill(self, cache, hidden, key, value) -> None:
        """Leaves in the cache what decoding goes on from."""
        layer = self._attention
        projection, index = layer.qkv_proj, layer.layer_idx
        width = projection.conv_kernel_size
        # What the convolutions read of the next tokens: their inputs of the last ones.
        last = hidden[:, max(0, hidden.shape[1] - width) :]
        columns = torch.cat((projection.q_proj(last), projection.k_proj(last)), dim=-1)
        columns = columns.transpose(1, 2)
        cache.update_conv_state(pad(columns, (width - columns.shape[-1], 0)), index)
        cache.update_recurrent_state(projection.v_proj_delayed(hidden[:, -1]), index)
        cache.update(key.transpose(1, 2), value.transpose(1, 2), index)


class _Masks:
    """Tells a causal mask, with a window or without, from others. Layers share masks."""

    # The last mask that was looked at, its version, and whether it is plain for a window.
    _seen: tuple = (None, 0, {})

    def is_plain(self, mask, tokens: int, window: int | None) -> bool:
        """Whether a mask says nothing but causal, within the window."""
        if mask is None:
            return True
        if not isinstance(mask, torch.Tensor) or mask.ndim != 4:
            return False
        reference, version, answers = _Masks._seen
        if reference is None or reference() is not mask or version != _version(mask):
            answers = {}
            _Masks._seen = (weakref.ref(mask), _version(mask), answers)
        if (tokens, window) not in answers:
            answers[tokens, window] = _is_plain(mask, tokens, window)
        return answers[tokens, window]


def _version(x: torch.Tensor) -> int:
    """How often a tensor was changed in place; tensors of inference mode do not count."""
    return 0 if x.is_inference() else x._version


def _is_plain(mask: torch.Tensor, tokens: int, window: int | None) -> bool:
    """Compares a boolean or additive mask, some rows at a time."""
    if mask.shape[-2] != tokens or mask.shape[-1] < tokens:
        return False
    rows = max(1, (1 << 26) // max(1, tokens * mask.shape[0] * mask.shape[1]))
    # A static cache has room for more keys, which come after all queries.
    keys = torch.arange(mask.shape[-1], device=mask.device)
    for start in range(0, tokens, rows):
        part = mask[:, :, start : start + rows]
        distance = keys[start : min(start + rows, tokens), None] - keys
        visible = (distance >= 0) & (distance < (window or tokens))
        if part.dtype != torch.bool:
            # Added to scores: 0, or the lowest number of the type.
            if not bool(((part == 0) | (part <= torch.finfo(part.dtype).min)).all()):
                return False
            part = part == 0
        if not bool((part == visible).all()):
            return False
    return True


def _past(cache, layer_idx: int) -> str | None:
    """Why a layer cannot begin with an empty cache."""
    layer = cache.layers[layer_idx] if layer_idx < len(cache.layers) else None
    if not hasattr(layer, "conv_states"):
        return "a cache without convolution states"
    if layer.record_past:
        return "a cache that can be cropped"
    if cache.get_seq_length(layer_idx) > 0 or layer.conv_states[0] is not None:
        return "decoding: there are tokens in the cache"
    return None
