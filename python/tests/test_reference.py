"""Identities that the NumPy reference must satisfy, for the modes that HF does not have."""

from dataclasses import replace

import numpy as np
import pytest

from cca import reference
from cca.config import CCAConfig
from cca.sample import sample_operands

BASE = CCAConfig(hidden=24, q_heads=6, kv_heads=3, head_dim=8, rotary=4, dtype="f32")


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def conv_operands(taps, tokens=6, seed=0):
    config = replace(BASE, taps=taps)
    made = sample_operands(config, "attention", 1, tokens, seed)
    x = np.random.default_rng(seed).standard_normal((tokens, config.channels))
    names = ("depthwise_weight", "depthwise_bias", "grouped_weight", "grouped_bias")
    return x, [made[name] for name in names]


def convolutions_by_the_sums(x, w0, b0, w1, b1, per_stage_padding):
    """The two defining sums, term by term, with indices that may lie before the sequence."""
    (tokens, channels), head_dim = x.shape, w1.shape[1]
    taps0, taps1 = w0.shape[1], w1.shape[2]

    def y(c, t):
        if t < 0 and per_stage_padding:
            return 0.0
        terms = ((i, t - (taps0 - 1) + i) for i in range(taps0))
        return b0[c] + sum(w0[c, i] * x[s, c] for i, s in terms if s >= 0)

    z = np.empty_like(x)
    for t in range(tokens):
        for c in range(channels):
            first = c // head_dim * head_dim
            z[t, c] = b1[c] + sum(
                w1[c, d, j] * y(first + d, t - (taps1 - 1) + j)
                for j in range(taps1)
                for d in range(head_dim)
            )
    return z


@pytest.mark.parametrize("per_stage_padding", [False, True])
@pytest.mark.parametrize("taps", [(1, 1), (1, 3), (2, 2), (4, 1), (3, 4)])
def test_convolutions_are_the_defining_sums(taps, per_stage_padding):
    x, weights = conv_operands(taps)
    result = reference.convolutions(x, *weights, per_stage_padding)
    close(result, convolutions_by_the_sums(x, *weights, per_stage_padding))


@pytest.mark.parametrize("taps", [(1, 1), (2, 2), (4, 3)])
def test_convolutions_fold_into_one(taps):
    """A[m] = sum over i + j = m of w1[j] diag(w0[i]), bias b1 + sum_j w1[j] b0."""
    x, (w0, b0, w1, b1) = conv_operands(taps)
    heads, head_dim = x.shape[1] // BASE.head_dim, BASE.head_dim
    inputs = w0.reshape(heads, 1, head_dim, taps[0])
    blocks = w1.reshape(heads, head_dim, head_dim, taps[1])
    folded = np.zeros((heads, head_dim, head_dim, sum(taps) - 1))
    for i in range(taps[0]):
        for j in range(taps[1]):
            folded[..., i + j] += blocks[..., j] * inputs[..., i]
    bias = b1 + np.einsum("hcdj,hd->hc", blocks, b0.reshape(heads, head_dim)).ravel()
    identity, none = np.ones((x.shape[1], 1)), np.zeros(x.shape[1])
    once = reference.convolutions(x, identity, none, folded.reshape(*w1.shape[:2], -1), bias)
    close(once, reference.convolutions(x, w0, b0, w1, b1))


def test_padding_per_stage_differs_only_at_the_start_and_by_the_depthwise_bias():
    taps = (2, 3)
    x, (w0, b0, w1, b1) = conv_operands(taps)
    once = reference.convolutions(x, w0, b0, w1, b1)
    each = reference.convolutions(x, w0, b0, w1, b1, per_stage_padding=True)
    close(once[taps[1] - 1 :], each[taps[1] - 1 :])
    assert (np.abs(once - each)[: taps[1] - 1].max(axis=1) > 1e-3).all()
    close(
        reference.convolutions(x, w0, 0 * b0, w1, b1),
        reference.convolutions(x, w0, 0 * b0, w1, b1, per_stage_padding=True),
    )


def test_interleaved_rope_is_half_rope_on_permuted_channels():
    random = np.random.default_rng(0)
    x, cos, sin = (random.standard_normal(shape) for shape in ((5, 2, 8), (5, 6), (5, 6)))
    order = [0, 2, 4, 1, 3, 5]  # interleaved channel of each half-layout channel
    permuted = np.concatenate([x[..., order], x[..., 6:]], axis=-1)
    half = reference.rotate(permuted, cos[:, order], sin[:, order], "half")
    interleaved = reference.rotate(x, cos, sin, "interleaved")
    close(interleaved[..., order], half[..., :6])
    np.testing.assert_array_equal(interleaved[..., 6:], x[..., 6:])


@pytest.mark.parametrize("rope", ["half", "interleaved"])
def test_scores_depend_on_the_distance_of_the_tokens_only(rope):
    """What RoPE is for: rotated by positions t and j, q·k depends on t - j."""
    config = replace(BASE, rope=rope, rotary=8)
    made = sample_operands(config, "attention", 1, 9)
    random = np.random.default_rng(1)
    q, k = (np.repeat(random.standard_normal((1, 1, 8)), 9, axis=0) for _ in range(2))
    q, k = (reference.rotate(x, made["cos"], made["sin"], rope)[:, 0] for x in (q, k))
    scores = q @ k.T
    for distance in range(1, 9):
        diagonal = np.diagonal(scores, -distance)
        # The tables are rounded to f32.
        np.testing.assert_allclose(diagonal, diagonal[0], rtol=1e-5, atol=1e-5)
    assert np.ptp(scores[-1]) > 0.1


def test_norm_modes():
    x = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    close(reference.normalize(x, "clamp", 1.0), np.sqrt(2) * x / [[5.0], [1.0], [1.0]])
    close(reference.normalize(x, "rsqrt", 0.75), np.sqrt(2) * x / np.sqrt([[25.75], [1.0], [0.75]]))


def test_queries_have_length_sqrt_d_and_keys_their_temperature_times_it():
    config = replace(BASE, temperature="exp")
    made = sample_operands(config, "attention", 2, 7)
    made["temperature"][:] = [-1.0, 0.0, 0.5]
    query, key, _ = reference.prologue(made, config)
    # The tables of cos and sin are rounded to f32.
    length = np.linalg.norm(query, axis=-1) / np.sqrt(8)
    np.testing.assert_allclose(length, 1, rtol=1e-6)
    length = np.linalg.norm(key, axis=-1) / np.sqrt(8)
    np.testing.assert_allclose(
        length, np.broadcast_to(np.exp([-1.0, 0.0, 0.5]), length.shape), rtol=1e-6
    )


def test_masks_of_four_tokens():
    def rows(*args):
        return [
            "".join("x" if seen else "." for seen in row) for row in reference.visible_tokens(*args)
        ]

    assert rows(4, True, None) == ["x...", "xx..", "xxx.", "xxxx"]
    assert rows(4, False, None) == ["xxxx"] * 4
    assert rows(4, True, 2) == ["x...", "xx..", ".xx.", "..xx"]
    assert rows(4, False, 2) == ["xx..", "xxx.", ".xxx", "..xx"]
    assert rows(4, True, 1) == rows(4, False, 1) == ["x...", ".x..", "..x.", "...x"]
    assert rows(4, True, 4) == rows(4, True, None)


def test_softmax_term_by_term():
    config = replace(BASE, window=3, scale=0.7)
    made = sample_operands(config, "flash", 1, 5)
    out, lse = reference.flash_attention(made["query"], made["key"], made["value"], config)
    for t in range(5):
        for h in range(6):
            seen = range(max(0, t - 2), t + 1)
            scores = [0.7 * made["query"][0, t, h] @ made["key"][0, j, h // 2] for j in seen]
            weights = np.exp(scores)
            close(lse[0, h, t], np.log(weights.sum()))
            mean = sum(w * made["value"][0, j, h // 2] for w, j in zip(weights, seen, strict=True))
            close(out[0, t, h], mean / weights.sum())


def test_large_scores_do_not_overflow():
    config = replace(BASE, scale=1e3)
    made = sample_operands(config, "flash", 1, 5)
    for result in reference.flash_attention(made["query"], made["key"], made["value"], config):
        assert np.isfinite(result).all()


def test_the_past_does_not_depend_on_the_future():
    made = sample_operands(BASE, "attention", 1, 8)
    before = reference.attention(made, BASE)
    made["hidden"][0, 5] += 1
    after = reference.attention(made, BASE)
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    assert (np.abs(before - after)[:, 5:].max(axis=-1) > 1e-3).all()


def test_values_are_the_current_token_and_the_one_before():
    """With Hk = 3 the middle head is half current, half delayed."""
    config = replace(BASE, bias=True)
    made = sample_operands(config, "attention", 1, 4)
    _, _, value = reference.prologue(made, config)
    hidden, flat = made["hidden"][0], value.reshape(4, 24)
    for t in range(4):
        close(flat[t, :12], made["w_v_current"] @ hidden[t] + made["b_v_current"])
        previous = made["w_v_delayed"] @ hidden[t - 1] if t else 0
        close(flat[t, 12:], previous + made["b_v_delayed"])
