"""`python3 -m cca.emit`: flags, text, errors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cca import emit
from cca.mlir import float_literal

PYTHON = Path(__file__).resolve().parents[1]
SMALL = ["--hidden", "32", "--q-heads", "4", "--kv-heads", "2", "--head-dim", "16"]


def emitted(capsys, *flags) -> str:
    assert emit.main(list(flags)) == 0
    return capsys.readouterr().out


def refused(capsys, *flags) -> str:
    """The one line that a refused command line leaves on standard error."""
    with pytest.raises(SystemExit) as exit_:
        emit.main(list(flags))
    assert exit_.value.code == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    return output.err


def test_zaya1_8b(capsys):
    assert emitted(capsys, "--config", "zaya1-8b") == (
        "// CCA attention block, hidden size 2048: 8 query heads, 2 key heads, "
        "head dimension 128, 64 rotary channels.\n"
        "func.func @block(\n"
        "    %hidden: tensor<?x?x2048xbf16>,\n"
        "    %w_q: tensor<1024x2048xbf16>,\n"
        "    %w_k: tensor<256x2048xbf16>,\n"
        "    %w_v_current: tensor<128x2048xbf16>,\n"
        "    %w_v_delayed: tensor<128x2048xbf16>,\n"
        "    %depthwise_weight: tensor<1280x2xbf16>,\n"
        "    %depthwise_bias: tensor<1280xbf16>,\n"
        "    %grouped_weight: tensor<1280x128x2xbf16>,\n"
        "    %grouped_bias: tensor<1280xbf16>,\n"
        "    %temperature: tensor<2xf32>,\n"
        "    %cos: tensor<?x64xbf16>,\n"
        "    %sin: tensor<?x64xbf16>,\n"
        "    %w_o: tensor<2048x1024xbf16>) -> tensor<?x?x2048xbf16> {\n"
        "  %out = cca.attention %hidden : tensor<?x?x2048xbf16>\n"
        "      query(%w_q : tensor<1024x2048xbf16>)\n"
        "      key(%w_k : tensor<256x2048xbf16>)\n"
        "      value(%w_v_current, %w_v_delayed "
        ": tensor<128x2048xbf16>, tensor<128x2048xbf16>)\n"
        "      depthwise(%depthwise_weight, %depthwise_bias "
        ": tensor<1280x2xbf16>, tensor<1280xbf16>)\n"
        "      grouped(%grouped_weight, %grouped_bias "
        ": tensor<1280x128x2xbf16>, tensor<1280xbf16>)\n"
        "      normalize clamp eps 0.0078125\n"
        "      temperature linear(%temperature : tensor<2xf32>)\n"
        "      rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>)\n"
        "      causal\n"
        "      output(%w_o : tensor<2048x1024xbf16>)\n"
        "      -> tensor<?x?x2048xbf16>\n"
        "  return %out : tensor<?x?x2048xbf16>\n"
        "}\n"
    )


def parameters(text: str) -> list[str]:
    """The names of the arguments of the entry function, in order."""
    signature = text[text.index("(") : text.index(") ->")]
    return [part.split(":")[0] for part in signature.split("%")[1:]]


BLOCK = [
    *["hidden", "w_q", "w_k", "w_v_current", "w_v_delayed"],
    *["depthwise_weight", "depthwise_bias", "grouped_weight", "grouped_bias"],
    *["temperature", "cos", "sin"],
]
BIASES = ["b_q", "b_k", "b_v_current", "b_v_delayed"]


def test_operand_order(capsys):
    def order(*flags):
        return parameters(emitted(capsys, *SMALL, *flags))

    every = [*BLOCK, "w_o", *BIASES, "b_o", "cu_seqlens"]
    assert order() == [*BLOCK, "w_o"]
    assert order("--bias", "--packed") == every
    assert order("--bias", "--no-output-projection") == [*BLOCK, *BIASES]
    assert order("--op", "prologue", "--bias", "--packed") == [*BLOCK, *BIASES, "cu_seqlens"]
    assert order("--op", "flash", "--bias", "--packed") == ["query", "key", "value", "cu_seqlens"]
    bounded = order("--op", "flash", "--normalized", "--packed")
    assert bounded == ["query", "key", "value", "temperature", "cu_seqlens"]


@pytest.mark.parametrize(
    ("flags", "lines"),
    [
        (["--norm", "rsqrt"], ["normalize rsqrt eps 1.0e-12"]),
        (["--eps", "0.5"], ["normalize clamp eps 0.5"]),
        (["--dtype", "f32"], ["normalize clamp eps 1.1920928955078125e-07"]),
        (["--dtype", "f16"], ["normalize clamp eps 0.0009765625", "-> tensor<?x?x32xf16>"]),
        (["--temperature", "exp"], ["temperature exp(%temperature : tensor<2xf32>)"]),
        (["--rotary", "4"], ["rope half(%cos, %sin : tensor<?x4xbf16>, tensor<?x4xbf16>)"]),
        (["--rotary", "0"], ["rope half(%cos, %sin : tensor<?x0xbf16>, tensor<?x0xbf16>)"]),
        (
            ["--rope", "interleaved", "--rope-dtype", "f32"],
            ["rope interleaved(%cos, %sin : tensor<?x16xf32>, tensor<?x16xf32>)"],
        ),
        (
            ["--batched-rope", "--batch", "3"],
            ["rope half(%cos, %sin : tensor<3x?x16xbf16>, tensor<3x?x16xbf16>)"],
        ),
        (["--per-stage-padding"], ["per_stage_padding"]),
        (
            ["--taps", "3,1"],
            [
                "depthwise(%depthwise_weight, %depthwise_bias "
                ": tensor<96x3xbf16>, tensor<96xbf16>)",
                "grouped(%grouped_weight, %grouped_bias : tensor<96x16x1xbf16>, tensor<96xbf16>)",
            ],
        ),
        (["--window", "7"], ["causal window 7"]),
        (["--no-causal", "--window", "7"], ["window 7"]),
        (["--scale", "0.25"], ["causal softmax_scale 0.25"]),
        (["--bias"], ["output_bias(%b_o : tensor<32xbf16>)"]),
        (["--no-output-projection"], ["-> tensor<?x?x64xbf16>"]),
        (
            ["--batch", "3", "--seq", "128"],
            [
                "rope half(%cos, %sin : tensor<128x16xbf16>, tensor<128x16xbf16>)",
                "-> tensor<3x128x32xbf16>",
            ],
        ),
        (["--seq", "128"], ["-> tensor<?x128x32xbf16>"]),
        (["--seq", "0"], ["-> tensor<?x0x32xbf16>"]),
        # Positions in a packed batch do not run through its S tokens.
        (
            ["--packed", "--seq", "128"],
            [
                "rope half(%cos, %sin : tensor<?x16xbf16>, tensor<?x16xbf16>)",
                "packed(%cu_seqlens : tensor<?xi32>)",
                "-> tensor<1x128x32xbf16>",
            ],
        ),
        (
            ["--op", "prologue"],
            ["-> tensor<?x?x4x16xbf16>, tensor<?x?x2x16xbf16>, tensor<?x?x2x16xbf16>"],
        ),
        (["--op", "flash", "--lse"], ["-> tensor<?x?x4x16xbf16>, tensor<?x4x?xf32>"]),
        (["--op", "flash", "--normalized"], ["normalized(%temperature : tensor<2xf32>)"]),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith("--") else "",
)
def test_flag(capsys, flags, lines):
    text = emitted(capsys, *SMALL, *flags)
    clauses = [line.strip() for line in text.splitlines()]
    for line in lines:
        assert line in clauses


def test_full_attention_has_no_mask_clause(capsys):
    assert "causal" not in emitted(capsys, *SMALL, "--no-causal")


def test_flags_override_a_configuration(capsys):
    text = emitted(capsys, "--config", "zaya1-8b", "--q-heads", "4", "--dtype", "f32")
    assert "query(%w_q : tensor<512x2048xf32>)" in text
    assert "normalize clamp eps 1.1920928955078125e-07" in text
    packed = emitted(capsys, "--config", "zaya1-8b", "--packed", "--no-packed")
    assert packed == emitted(capsys, "--config", "zaya1-8b")


def test_flash_needs_no_hidden_size(capsys):
    flags = ["--op", "flash", "--q-heads", "4", "--kv-heads", "2", "--head-dim", "16"]
    assert "func.func @attention(" in emitted(capsys, *flags)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "expects --config or --hidden, --q-heads, --kv-heads, --head-dim"),
        (SMALL[2:], "expects --config or --hidden"),
        ([*SMALL, "--q-heads", "5"], "expects q_heads to be a multiple of kv_heads, 2, but got 5"),
        ([*SMALL, "--rotary", "3"], "expects rotary to be even, from 0 to head_dim, 16, but got 3"),
        (
            [*SMALL, "--taps", "2"],
            "argument --taps: expects two numbers T0,T1 such as 2,2, but got '2'",
        ),
        (
            [*SMALL, "--taps", "2,x"],
            "argument --taps: expects two numbers T0,T1 such as 2,2, but got '2,x'",
        ),
        ([*SMALL, "--taps", "5,2"], "expects taps to be two numbers from 1 to 4, but got 5,2"),
        ([*SMALL, "--eps", "nan"], "expects eps to be finite and not negative, but got nan"),
        ([*SMALL, "--eps", "x"], "argument --eps: invalid float value: 'x'"),
        ([*SMALL, "--window", "0"], "expects window to be at least 1, but got 0"),
        ([*SMALL, "--batch", "-1"], "expects --batch to be at least 0, but got -1"),
        ([*SMALL, "--packed", "--batch", "2"], "expects --batch to be 1 with --packed, but got 2"),
        ([*SMALL, "--lse"], "expects --op flash with --lse, but got --op attention"),
        (["--config", "zaya2"], "argument --config: invalid choice: 'zaya2'"),
        ([*SMALL, "--rot", "4"], "unrecognized arguments: --rot 4"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, list) else "",
)
def test_error(capsys, flags, message):
    assert message in refused(capsys, *flags)


def test_writes_a_file_and_reports_where_it_cannot(capsys, tmp_path):
    path = tmp_path / "block.mlir"
    assert emit.main([*SMALL, "-o", str(path)]) == 0
    assert path.read_text() == emitted(capsys, *SMALL)
    assert emit.main([*SMALL, "-o", str(tmp_path / "missing" / "block.mlir")]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_the_examples_of_the_help_run(capsys):
    commands = [line.split() for line in emit.EXAMPLES.splitlines()[1:]]
    assert all(command[:3] == ["python3", "-m", "cca.emit"] for command in commands)
    for command in commands:
        assert "func.func @" in emitted(capsys, *command[3:])


def test_runs_from_any_folder_with_the_standard_library_alone(tmp_path):
    """-S leaves out site-packages: an import of NumPy would fail."""
    command = [sys.executable, "-S", "-m", "cca.emit", "--config", "zaya1-74b"]
    environment = {**os.environ, "PYTHONPATH": str(PYTHON)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "tensor<2048x4096xbf16>" in done.stdout


@pytest.mark.parametrize("value", [1e-12, 2.0**-23, 0.1, 1.0, 1e300, -2.5e-8, 5e-324, 0.0])
def test_float_literals_have_a_point_and_read_back(value):
    literal = float_literal(value)
    assert "." in literal.split("e")[0]
    assert float(literal) == value
