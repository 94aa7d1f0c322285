"""Names, modules and operands of variants of the attention kernel."""

import math
import subprocess

import pytest

from cca.attention_variants import LN2, AttentionVariant, attention_variant
from cca.config import Schedule
from harness import tool

SCHEDULE = Schedule(128, 80, 2, 2, "online", overlap=False)


@pytest.mark.parametrize(
    ("variant", "name"),
    [
        (attention_variant(128, 8, 2), "d128-h8x2-causal-bf16"),
        (attention_variant(64, 4, 4, causal=False, dtype="f16"), "d64-h4x4-full-f16"),
        (
            attention_variant(64, 6, 3, window=100, packed=True, normalized=True, lse=True),
            "d64-h6x3-causal-w100-packed-bf16-normalized-lse",
        ),
        (attention_variant(64, 4, 1, scale=LN2), "d64-h4x1-causal-bf16-ln2"),
        (attention_variant(64, 4, 1, scale=0.25), "d64-h4x1-causal-bf16-scale0.25"),
        (
            attention_variant(128, 8, 2, schedule=SCHEDULE),
            "d128-h8x2-causal-bf16-q128k80s2c2online-simple",
        ),
        (
            attention_variant(64, 8, 2, schedule=Schedule(64, 64, 2, 1, ping_pong=False)),
            "d64-h8x2-causal-bf16-q64k64s2c1auto-together",
        ),
    ],
)
def test_name(variant, name):
    assert variant.name == name


def test_text_has_the_clauses_in_the_order_of_the_op():
    variant = attention_variant(
        128, 8, 2, lse=True, normalized=True, packed=True, window=7, scale=LN2, schedule=SCHEDULE
    )
    lines = [line.strip() for line in variant.text().splitlines()]
    start = lines.index("%out, %lse = cca.flash_attention")
    assert lines[start + 1 : start + 8] == [
        "query(%query : tensor<1x?x8x128xbf16>)",
        "key(%key : tensor<1x?x2x128xbf16>)",
        "value(%value : tensor<1x?x2x128xbf16>)",
        "normalized(%temperature : tensor<2xf32>)",
        "packed(%cu_seqlens : tensor<?xi32>)",
        "causal window 7 softmax_scale 0.6931471805599453",
        "schedule #cca.schedule<block_q = 128, block_kv = 80, stages = 2, consumers = 2, "
        "softmax = online, overlap = false>",
    ]


def test_parameters_are_operands_then_results():
    names = [t.name for t in attention_variant(64, 4, 1, normalized=True, lse=True).parameters()]
    assert names == ["query", "key", "value", "temperature", "out", "lse"]
    assert [t.name for t in attention_variant(64, 4, 1).parameters()] == [
        *("query", "key", "value", "out")
    ]


def test_scaled_queries_weigh_as_others_do():
    """scale * q . k is the same with the factor in the query and the scale ln 2."""
    plain, scaled = attention_variant(64, 4, 1), attention_variant(64, 4, 1, scale=LN2)
    assert plain.query_factor == 1
    assert math.isclose(scaled.query_factor * LN2, plain.config.softmax_scale)


@pytest.mark.parametrize("schedule", [None, SCHEDULE])
def test_the_compiler_reads_it(schedule):
    variant = attention_variant(
        128, 8, 2, lse=True, normalized=True, packed=True, window=7, scale=LN2, schedule=schedule
    )
    done = subprocess.run(
        [tool("cca-opt")], input=variant.text(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "normalized(%" in done.stdout
    assert ("schedule <block_q = 128, block_kv = 80" in done.stdout) == (schedule is not None)


def test_equal_variants_are_one():
    assert len({attention_variant(64, 4, 1), attention_variant(64, 4, 1)}) == 1
    assert isinstance(attention_variant(64, 4, 1), AttentionVariant)
