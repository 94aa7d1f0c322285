"""What a function of an MLIR module takes and returns, read off its text.

Only what compiled functions have: tensors of known rank, without encodings.
"""

import re

from cca.operands import Tensor

_PARAMETER = re.compile(r"%(?P<name>[\w$.-]+)\s*:\s*tensor<(?P<type>[^<>]*)>\s*(?:\{[^{}]*\})?")
_RESULT = re.compile(r"tensor<(?P<type>[^<>]*)>\s*(?:\{[^{}]*\})?")
_TYPE = re.compile(r"(?P<sizes>(?:(?:\d+|\?)x)*)(?P<element>f32|f16|bf16|i32)")


class SignatureError(ValueError):
    """A module without the function, or a function with something else than tensors."""


def signature(text: str, function: str) -> list[Tensor]:
    """Operands, then results, of `func.func @function` in a module."""
    text = re.sub(r"//[^\n]*", "", text)
    start = re.search(rf"func\.func\s+(?:public\s+|private\s+)?@{re.escape(function)}\s*\(", text)
    if start is None:
        raise SignatureError(f"expects a function @{function}, but the module has none")
    parameters, rest = _until_closed(text[start.end() :])
    arrow = re.match(r"\s*->\s*", rest)
    returned = ""
    if arrow:
        rest = rest[arrow.end() :]
        returned = _until_closed(rest[1:])[0] if rest[:1] == "(" else rest.split("{")[0]
        returned = re.split(r"\battributes\b", returned)[0]
    found = [_tensor(item, _PARAMETER, "", function) for item in _items(parameters)]
    items = _items(returned)
    names = ["result"] if len(items) == 1 else [f"result#{i}" for i in range(len(items))]
    found += [_tensor(x, _RESULT, name, function) for x, name in zip(items, names, strict=True)]
    return found


def _until_closed(text: str) -> tuple[str, str]:
    """What stands before the parenthesis that closes one before `text`, and after it."""
    depth = 1
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return text[:position], text[position + 1 :]
    raise SignatureError("expects a closing parenthesis, but the text ends")


def _items(text: str) -> list[str]:
    """Parts between commas; types of tensors have none, attributes stand in braces."""
    parts = re.split(r",(?![^{]*\})", text)
    return [part.strip() for part in parts if part.strip()]


def _tensor(item: str, pattern: re.Pattern, name: str, function: str) -> Tensor:
    match = pattern.fullmatch(item)
    kind = _TYPE.fullmatch(match["type"]) if match else None
    if kind is None:
        raise SignatureError(
            f"expects tensors of f32, f16, bf16 or i32 in @{function}, but got '{item}'"
        )
    sizes = [None if size == "?" else int(size) for size in kind["sizes"].split("x")[:-1]]
    return Tensor(name or match["name"], tuple(sizes), kind["element"])
