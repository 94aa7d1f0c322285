"""Named configurations and the checks of `CCAConfig`."""

from dataclasses import replace

import pytest

from cca.config import CONFIGS, EPSILON, CCAConfig, ConfigError

BASE = CCAConfig(hidden=32, q_heads=4, kv_heads=2, head_dim=16, rotary=8)


def test_zaya1_8b():
    config = CONFIGS["zaya1-8b"]
    sizes = (config.hidden, config.q_heads, config.kv_heads, config.head_dim, config.rotary)
    assert sizes == (2048, 8, 2, 128, 64)
    assert config.taps == (2, 2)
    assert config.channels == 1280
    assert config.causal
    assert not config.bias
    assert config.norm_eps == 2.0**-7
    assert config.softmax_scale == pytest.approx(128**-0.5)


def test_zaya1_8b_is_the_default_of_hf():
    pytest.importorskip("transformers", reason="transformers is not installed: no HF oracle")
    from transformers.models.zaya.configuration_zaya import ZayaConfig

    zaya, config = ZayaConfig(), CONFIGS["zaya1-8b"]
    assert zaya.hidden_size == config.hidden
    assert (zaya.num_attention_heads, zaya.num_key_value_heads) == (config.q_heads, config.kv_heads)
    assert zaya.head_dim == config.head_dim
    rotary = zaya.rope_parameters["hybrid"]["partial_rotary_factor"] * zaya.head_dim
    assert rotary == config.rotary
    assert (zaya.cca_time0, zaya.cca_time1) == config.taps
    assert zaya.attention_bias == config.bias


def test_zaya1_74b():
    config = CONFIGS["zaya1-74b"]
    assert (config.hidden, config.q_heads, config.kv_heads, config.head_dim) == (4096, 16, 2, 128)


def test_paper_cca_4x_compresses_q_k_and_v_by_four():
    config = CONFIGS["paper-cca-4x"]
    assert config.hidden == 4 * config.q_heads * config.head_dim
    assert config.q_heads == config.kv_heads
    assert config.temperature == "exp"


def test_epsilons_are_those_of_the_element_types():
    torch = pytest.importorskip("torch", reason="torch is not installed: no HF oracle")
    types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    assert {name: torch.finfo(dtype).eps for name, dtype in types.items()} == EPSILON


def test_eps_follows_the_norm_unless_given():
    assert replace(BASE, dtype="f32").norm_eps == 2.0**-23
    assert replace(BASE, dtype="f16").norm_eps == 2.0**-10
    assert replace(BASE, norm="rsqrt").norm_eps == 1e-12
    assert replace(BASE, norm="rsqrt", eps=0.5).norm_eps == 0.5
    assert replace(BASE, eps=0.0).norm_eps == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden": 0}, "expects hidden to be at least 1, but got 0"),
        ({"q_heads": 0}, "expects q_heads to be at least 1, but got 0"),
        ({"kv_heads": -1}, "expects kv_heads to be at least 1, but got -1"),
        ({"head_dim": 0}, "expects head_dim to be at least 1, but got 0"),
        ({"q_heads": 5}, "expects q_heads to be a multiple of kv_heads, 2, but got 5"),
        (
            {"q_heads": 3, "kv_heads": 3, "head_dim": 15},
            "expects kv_heads * head_dim to be even (half of the value channels are delayed), "
            "but got 45",
        ),
        ({"rotary": 7}, "expects rotary to be even, from 0 to head_dim, 16, but got 7"),
        ({"rotary": 18}, "expects rotary to be even, from 0 to head_dim, 16, but got 18"),
        ({"rotary": -2}, "expects rotary to be even, from 0 to head_dim, 16, but got -2"),
        ({"taps": (0, 2)}, "expects taps to be two numbers from 1 to 4, but got 0,2"),
        ({"taps": (2, 5)}, "expects taps to be two numbers from 1 to 4, but got 2,5"),
        ({"window": 0}, "expects window to be at least 1, but got 0"),
        ({"dtype": "f64"}, "expects dtype to be one of bf16, f16, f32, but got f64"),
        ({"rope_dtype": "f16"}, "expects rope_dtype to be one of bf16, f32, but got f16"),
        ({"norm": "l1"}, "expects norm to be one of clamp, rsqrt, but got l1"),
        ({"temperature": "log"}, "expects temperature to be one of exp, linear, but got log"),
        ({"rope": "full"}, "expects rope to be one of half, interleaved, but got full"),
        ({"eps": -1.0}, "expects eps to be finite and not negative, but got -1.0"),
        ({"eps": float("nan")}, "expects eps to be finite and not negative, but got nan"),
        ({"eps": float("inf")}, "expects eps to be finite and not negative, but got inf"),
        ({"scale": float("inf")}, "expects scale to be a finite number, but got inf"),
        (
            {"packed": True, "batched_rope": True},
            "expects batched_rope to be off for a packed batch (cos and sin are indexed by the "
            "position in the sequence), but got on",
        ),
    ],
)
def test_error(change, message):
    with pytest.raises(ConfigError) as error:
        replace(BASE, **change)
    assert str(error.value) == message
