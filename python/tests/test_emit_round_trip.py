"""Emitted modules through `cca-opt`: they verify, and printing them again changes nothing."""

import subprocess

import pytest

from cca import emit
from harness import tool

CASES = [
    ["--config=zaya1-8b"],
    ["--config=zaya1-74b", "--op=prologue"],
    ["--config=paper-cca-4x", "--op=flash", "--lse"],
    ["--config=zaya1-8b", "--bias", "--packed", "--dtype=f32", "--eps=1e-12"],
    ["--config=zaya1-8b", "--bias", "--no-output-projection", "--no-causal", "--window=7"],
    ["--config=zaya1-8b", "--norm=rsqrt", "--temperature=exp", "--rope=interleaved"],
    ["--config=zaya1-8b", "--taps=4,1", "--per-stage-padding", "--rotary=0", "--scale=0.1"],
    ["--config=zaya1-8b", "--batch=3", "--seq=128", "--batched-rope", "--rope-dtype=f32"],
    ["--config=zaya1-8b", "--op=prologue", "--packed", "--bias", "--seq=0"],
    ["--config=zaya1-8b", "--op=flash", "--packed", "--dtype=f16", "--scale=-1e-30"],
    ["--config=zaya1-8b", "--op=flash", "--packed", "--normalized", "--window=100", "--lse"],
]


def cca_opt(text: str) -> str:
    done = subprocess.run([tool("cca-opt")], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("flags", CASES, ids=" ".join)
def test_round_trip(capsys, flags):
    assert emit.main(flags) == 0
    text = capsys.readouterr().out
    printed = cca_opt(text)
    assert cca_opt(printed) == printed
    # The same operands and clauses, whatever the spacing and the spelling of numbers.
    assert clauses(printed) == clauses(text)


def clauses(text: str) -> list[str]:
    """The text of the operation word by word, SSA names and numbers put in one spelling."""
    body = text[text.index("cca.") : text.index("return")]
    names: dict[str, str] = {}
    words = []
    for word in body.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split():
        if word.startswith("%"):
            words.append(names.setdefault(word, f"%{len(names)}"))
        else:
            words.append(number(word))
    return words


def number(word: str) -> str:
    try:
        return repr(float(word))
    except ValueError:
        return word
