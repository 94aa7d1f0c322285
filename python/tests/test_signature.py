"""`cca.signature` reads what functions take off module text."""

import pytest

from cca.attention_variants import LN2, attention_variant
from cca.config import CCAConfig
from cca.mlir import module_text
from cca.operands import Tensor, operands, results
from cca.signature import SignatureError, signature

VARIANTS = [
    attention_variant(128, 8, 2),
    attention_variant(64, 4, 1, lse=True, normalized=True, packed=True, window=7, scale=LN2),
]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_of_emitted_modules(variant):
    found = signature(variant.text(), "attention")
    declared = variant.parameters()
    assert [(t.shape, t.element) for t in found] == [(t.shape, t.element) for t in declared]
    count = len(operands(variant.config, "flash"))
    assert [t.name for t in found[:count]] == [t.name for t in declared[:count]]


def test_of_a_block():
    config = CCAConfig(hidden=32, q_heads=4, kv_heads=2, head_dim=16, rotary=8, bias=True)
    found = signature(module_text(config, "attention", 3, 5), "block")
    assert found[:-1] == operands(config, "attention", 3, 5)
    assert found[-1].shape == results(config, "attention", 3, 5)[0].shape


def test_other_spellings():
    text = """
    func.func private @helper(%x: i32)
    // func.func @f(%wrong: tensor<1xf32>)
    func.func public @f( %a : tensor<2x?xf32> {bufferization.writable = false, note = "x"},
        %b: tensor<f32>) -> (tensor<?xbf16>, tensor<0xi32> {note = "y"})
        attributes {kernel} { }
    func.func @g(%a: tensor<1xf16>) { return }
    func.func @h() -> tensor<1xf16> attributes {note = "tensor"} { }
    """
    assert signature(text, "f") == [
        Tensor("a", (2, None), "f32"),
        Tensor("b", (), "f32"),
        Tensor("result#0", (None,), "bf16"),
        Tensor("result#1", (0,), "i32"),
    ]
    assert signature(text, "g") == [Tensor("a", (1,), "f16")]
    assert signature(text, "h") == [Tensor("result", (1,), "f16")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("func.func @g() { }", "expects a function @f, but the module has none"),
        ("func.func @f(%a: i32) { }", "expects tensors .* but got '%a: i32'"),
        ("func.func @f(%a: tensor<*xf32>) { }", "but got '%a: tensor<.xf32>'"),
        ("func.func @f(%a: tensor<2xf64>) { }", "but got '%a: tensor<2xf64>'"),
        ("func.func @f(%a: tensor<2xf32, #e>) { }", "expects tensors"),
        ("func.func @f() -> index { }", "but got 'index'"),
        ("func.func @f(%a: tensor<2xf32>", "expects a closing parenthesis"),
    ],
)
def test_error(text, message):
    with pytest.raises(SignatureError, match=message):
        signature(text, "f")
