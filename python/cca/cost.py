"""Operations of a block: what its products, convolutions and attention compute, by kernel."""

from cca.config import CCAConfig


def flops(config: CCAConfig, batch: int, tokens: int) -> dict[str, float]:
    """Floating-point operations by kernel, in the order in which kernels run.

    A multiplication and an addition are two. Of the convolutions the two-stage form counts,
    of attention under a causal mask half; norms, RoPE and softmax do not count.
    """
    c, rows = config, batch * tokens
    attended = tokens / 2 if c.causal else tokens
    latent = c.channels + c.kv_heads * c.head_dim
    work = {
        "latents": 2.0 * rows * c.hidden * latent,
        "mix": 2.0 * rows * c.channels * (c.taps[0] + c.head_dim * c.taps[1]),
        "flash_attention": 4.0 * rows * attended * c.q_heads * c.head_dim,
    }
    if c.output_projection:
        work["projection"] = 2.0 * rows * c.q_heads * c.head_dim * c.hidden
    return work
