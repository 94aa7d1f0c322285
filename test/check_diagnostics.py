#!/usr/bin/env python3
"""Checks that every diagnostic and every constraint of the project has a test.

usage: check_diagnostics.py [--root DIR] [--list] | --self-test

Diagnostics: each statement of lib/ that emits an error, warning or remark, but for
lib/Compiler (what programs say of whole modules: test/Tools and unittests/CAPI), must be
matched by an `expected-…` comment of a test, which has its literal text, piece by
piece. Constraints: each (Cn) that the documentation of an op lists must be named in
test/Dialect/CCA/IR/<op>_errors.mlir, or after the op's name in one of
test/Dialect/Hopper/IR/invalid*.mlir. The exit status is 1 if one is not tested.
"""

import argparse
import contextlib
import io
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Text cannot reach these: types are inferred from operands that are not verified yet
# only where C++ builds an op without result types.
ONLY_FROM_CPP = (
    "expects x to have channels and w to be N x K",
    "expects hidden to be B x S x E and w_q to be (Hq * D) x E",
    "expects hidden to be B x S x E, w_q and w_k to be (heads * D) x E and grouped_weight to be",
    "expects x to be B x S x C, taps to be T x C x D and temperature to have Hk elements",
    "expects hidden to be B x S x E, taps to be T x C x D and temperature to have Hk elements",
)

STRING = r'"(?:[^"\\\n]|\\.)*"'
COMMENT = re.compile(rf"({STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
# `error` is what verifiers of types and attributes are given to emit with.
EMIT = re.compile(r"\b(?:emit(?:OpError|OptionalError|Error|Warning|Remark)|return error)\s*\(")
TERNARY = re.compile(rf"\((?:[^()?;]|\([^()]*\))*\?\s*({STRING})\s*:\s*({STRING})\s*\)")
EXPECTED = re.compile(r"expected-(?:error|warning|remark)(?:-re)?[^{\n]*\{\{(.*?)\}\}")


def statement(source, begin):
    """The text from `begin` to the end of its statement."""
    depth = 0
    for token in re.finditer(rf"{STRING}|[()\[\]{{}};]", source[begin:]):
        depth += (token[0] in "([{") - (token[0] in ")]}")
        if token[0] == ";" and depth <= 0:
            return source[begin : begin + token.start()]
    return source[begin:]


def alternatives(text):
    """The statement with each choice between two literals made in both ways."""
    choice = TERNARY.search(text)
    if not choice:
        return [text]
    before, after = text[: choice.start()], text[choice.end() :]
    return [rest for word in choice.groups() for rest in alternatives(before + word + after)]


def pieces(text):
    """The literal text of a statement; what is between two pieces is computed."""
    result, last = [], 0
    for literal in re.finditer(STRING, text):
        word = literal[0][1:-1].encode().decode("unicode_escape")
        computed = re.sub(r"<<|\)|\s", "", text[last : literal.start()])
        if result and not computed:
            result[-1] += word
        else:
            result.append(word)
        last = literal.end()
    return tuple(piece for piece in result if piece.strip())


def emitted(source):
    """The diagnostics of a C++ file, as pieces, with their line numbers."""

    def blank(match):
        return match[1] or re.sub(r"[^\n]", " ", match[0])

    source = COMMENT.sub(blank, source)
    for call in EMIT.finditer(source):
        line = source.count("\n", 0, call.start()) + 1
        for text in alternatives(statement(source, call.start())):
            if found := pieces(text):
                yield line, found


def is_tested(diagnostic, expectations):
    pattern = re.compile(".*".join(re.escape(piece.strip()) for piece in diagnostic))
    return any(pattern.search(text) for text in expectations)


def constraints(definitions):
    """Dialect, op and constraint number, from the documentation in a .td file."""
    define = r'^def \w+\s*:\s*(CCA|Hopper)_\w*Op<"(\w+)".*?^}'
    for op in re.finditer(define, definitions, re.M | re.S):
        section = re.search(r"Constraints:(.*?)Example:", op[0], re.S)
        if not section:
            continue
        if several := re.search(r"\(C(\d+)\) to \(C(\d+)\)", section[1]):
            numbers = range(int(several[1]), int(several[2]) + 1)
        else:
            numbers = [int(number) for number in re.findall(r"- \(C(\d+)\)", section[1])]
        yield from ((op[1], op[2], number) for number in numbers)


def names_constraint(root, dialect, op, number):
    """Whether a test of the dialect's constraints says that it is of this one."""
    folder = root / "test" / "Dialect" / dialect / "IR"
    files, text = f"{op}_errors.mlir", f"(C{number})"
    if dialect == "Hopper":
        files, text = "invalid*.mlir", f"hopper.{op} {text}"
    return any(text in path.read_text() for path in folder.glob(files))


def check(root, show):
    """Prints what is not tested; the number of those."""
    missing = []
    tests = [path.read_text() for path in sorted((root / "test").rglob("*.mlir"))]
    expectations = [text for test in tests for text in EXPECTED.findall(test)]

    exceptions = set(ONLY_FROM_CPP)
    count = 0
    for path in sorted((root / "lib").rglob("*.cpp")):
        if path.parent.name == "Compiler":
            continue
        for line, diagnostic in emitted(path.read_text()):
            message = "…".join(diagnostic)
            where = f"{path.relative_to(root)}:{line}"
            known = [text for text in ONLY_FROM_CPP if message.startswith(text)]
            tested = is_tested(diagnostic, expectations)
            if known:
                exceptions -= set(known)
            elif not tested:
                missing.append(f"{where}: no test expects: {message}")
            if known and tested:
                missing.append(f"{where}: is tested, so ONLY_FROM_CPP must not name: {message}")
            count += 1
            if show:
                print(f"{where}: {message}")
    if (root / "test" / "check_diagnostics.py").exists():
        missing += [f"ONLY_FROM_CPP names what nothing emits: {text}" for text in exceptions]

    numbered = [
        constraint
        for path in sorted((root / "include").rglob("*.td"))
        for constraint in constraints(path.read_text())
    ]
    missing += [
        f"{dialect.lower()}.{op}: no test of (C{number})"
        for dialect, op, number in numbered
        if not names_constraint(root, dialect, op, number)
    ]

    summary = f"tested: {count} diagnostics, {len(numbered)} constraints"
    print("\n".join(missing) if missing else summary)
    return len(missing)


def self_test():
    """The check must be able to fail."""
    emit = 'return op->emitOpError("expects a " "moon of ") << size << (a ? ", full" : ", new");\n'
    emit += 'return error() << "expects a sun";\n'
    define = 'def CCA_MoonOp : CCA_Op<"moon"> {\nConstraints:\n- (C1) is round.\n\nExample:\n}\n'
    test = "// (C1)\n// expected-error @below {{expects a moon of 3, full}}\n"
    sun = "// hopper.sun (C1)\n// expected-error @below {{expects a sun}}\n"
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        files = {
            "lib/Moon.cpp": f'// emitError("no comment counts");\n{emit}',
            "include/Moon.td": define + define.replace("CCA", "Hopper").replace("moon", "sun"),
            "test/Dialect/CCA/IR/moon_errors.mlir": "// nothing\n",
            "test/Dialect/Hopper/IR/invalid-stars.mlir": sun.replace("sun", "star"),
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)

        def outcome(text, more=""):
            (root / "test/Dialect/CCA/IR/moon_errors.mlir").write_text(text)
            (root / "test/Dialect/Hopper/IR/invalid-stars.mlir").write_text(more)
            with contextlib.redirect_stdout(io.StringIO()) as output:
                missing = check(root, show=False)
            return missing, output.getvalue()

        missing, output = outcome("// nothing\n", sun.replace("sun", "star"))
        assert missing == 5, output
        assert "lib/Moon.cpp:2: no test expects: expects a moon of …, full" in output, output
        assert "lib/Moon.cpp:3: no test expects: expects a sun" in output, output
        assert "cca.moon: no test of (C1)" in output, output
        assert "hopper.sun: no test of (C1)" in output, output
        missing, output = outcome(test, sun)
        assert missing == 1, output
        assert ", new" in output, output
        missing, output = outcome(test + test.replace("full", "new"), sun)
        assert (missing, output) == (0, "tested: 3 diagnostics, 2 constraints\n"), output
    print("self-test passed")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--list", action="store_true", help="print every diagnostic")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    return self_test() if options.self_test else check(options.root, options.list)


if __name__ == "__main__":
    sys.exit(main() != 0)
