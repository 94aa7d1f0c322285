#!/usr/bin/env python3
"""Writes docs/reference/ from the documentation in the .td files.

usage: make_reference.py [--build DIR] [--check]

Needs the targets mlir-doc and cca-opt built in DIR (default: build). With
--check nothing is written; the exit status is 1 if docs/reference/ differs.

Examples come from the tests, so that documentation is always tested. The
description of a pass names one, on a line of its own:

    Example: test/Dialect/CCA/Transforms/cca-decompose.mlir @causal

The line is replaced by the function or gpu.module @causal of that file (without a
name: by its first) and by what cca-opt makes of it, with the flags of the file's
first RUN line that starts with cca-opt.
"""

import argparse
import difflib
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PIPELINES = [
    "cca-to-cpu",
    "cca-to-tiles",
    "tiles-to-nvvm",
    "nvvm-to-ptx",
    "cca-to-ptx",
    "host-to-llvm",
]
TESTS_ONLY = {"-split-input-file", "-verify-diagnostics", "-allow-unregistered-dialect"}

HEADER = "<!-- Written by scripts/make_reference.py. Do not edit: change the .td files. -->\n\n"


def run_flags(test):
    """The flags of the first RUN line of a test that starts with cca-opt."""
    text = re.sub(r"\\\n\s*//\s*RUN:", " ", test)
    command = re.search(r"//\s*RUN:\s*cca-opt([^|\n]*)", text)
    if not command:
        raise ValueError("expected a RUN line that starts with cca-opt")
    flags = [word for word in shlex.split(command[1]) if word.startswith("-")]
    return [flag for flag in flags if flag.replace("--", "-").split("=")[0] not in TESTS_ONLY]


def function(test, name):
    """A function of a test, without comments, after the aliases that it uses."""
    name = name or r"\w+"
    pattern = rf"^(?:func\.func (?:private )?@{name}\(|gpu\.module @{name} ).*?^}}$"
    found = re.search(pattern, test, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"expected func.func or gpu.module @{name} at the left margin")
    lines = [line for line in found[0].splitlines() if not line.strip().startswith("//")]
    # Aliases of one part of a split file, each of which may use those before it.
    parts = re.split(r"^// -----$", test, flags=re.MULTILINE)
    part = next(part for part in parts if found[0] in part)
    for line, alias in reversed(re.findall(r"^(([#!]\w+) = .*)$", part, re.MULTILINE)):
        if re.search(rf"{alias}\b", "\n".join(lines)):
            lines.insert(0, line)
    return "\n".join(lines)


def unwrapped(module):
    """The text inside `module { }`, with the aliases before it."""
    aliases, _, body = module.partition("module {\n")
    return aliases + textwrap.dedent(body.rstrip().removesuffix("}")).rstrip()


def opt(build, flags, source):
    command = [build / "bin" / "cca-opt", *flags]
    result = subprocess.run(command, check=False, input=source, capture_output=True, text=True)
    if result.returncode:
        raise ValueError(f"cca-opt {' '.join(flags)} failed:\n{result.stderr}")
    return result


def example(build, path, name):
    try:
        test = (ROOT / path).read_text()
        flags = run_flags(test)
        before = function(test, name)
        after = unwrapped(opt(build, flags, before).stdout)
    except (OSError, ValueError) as error:
        sys.exit(f"make_reference.py: example {path}: {error}")
    return (
        f"Example, from [{pathlib.Path(path).name}](../../{path}):\n\n"
        f"```mlir\n{before}\n```\n\n"
        f"`cca-opt {shlex.join(flags)}` makes of it:\n\n"
        f"```mlir\n{after}\n```"
    )


def details(match):
    return "\n\n" + textwrap.dedent(match[1].strip("\n")).strip() + "\n\n"


def page(build, generated):
    """One page of the reference, from one that mlir-doc generated."""
    text = generated.read_text().partition("-->\n\n")[2]
    text = text.replace("[TOC]\n\n", "").replace("\n_Cca.", "\n_cca.")
    # How the printer breaks lines and spells modes is no part of the syntax.
    text = re.sub(r"custom<\w+>\((\$\w+)\)", r"\1", text)
    text = re.sub(r"(?<=[\s(])(`\\n`|` `|``)\s+", "", text)
    # The C++ types of parameters, one per line, are no syntax either.
    text = re.sub(r"Syntax:\n\n```\n[!#][^`]*  # [^`]*```\n\n", "", text)
    text = re.sub(
        r"\{\{% markdown %\}\}(.*?)\{\{% /markdown %\}\}",
        details,
        text,
        flags=re.DOTALL,
    )
    text = re.sub(
        r"^Example: (\S+\.mlir)(?: @(\w+))?$",
        lambda match: example(build, match[1], match[2]),
        text,
        flags=re.MULTILINE,
    )
    if not text.startswith("# "):
        text = f"# {title(generated.stem)}\n\n{text}"
    return HEADER + text.rstrip() + "\n"


def title(stem):
    """CCATransformsPasses -> CCA transforms passes"""
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z][a-z]+", stem)
    return " ".join([words[0], *(word.lower() for word in words[1:])])


def pipelines(build):
    text = (
        HEADER
        + "# Pipelines\n\nThe passes of each, in this order; `--dump-pass-pipeline` adds options.\n"
    )
    for name in PIPELINES:
        dump = opt(build, [f"--{name}", "--dump-pass-pipeline"], "").stderr
        passes = re.sub(r"\{[^{}]*\}", "", dump.partition("\n")[2]).strip()
        text += f"\n## `--{name}`\n\n```\n{passes}\n```\n"
    return text


def reference(build):
    """The pages of docs/reference/: name -> text."""
    generated = sorted((build / "docs").glob("*/*.md"))
    if not generated:
        sys.exit(f"make_reference.py: expected pages in {build}/docs: build the target mlir-doc")
    pages = {path.name: page(build, path) for path in generated}
    pages["Pipelines.md"] = pipelines(build)
    links = [
        f"- [{re.search('^# (.*)$', text, re.MULTILINE)[1]}]({name})"
        for name, text in pages.items()
    ]
    pages["README.md"] = HEADER + "# Reference\n\n" + "\n".join(links) + "\n"
    return pages


def differences(pages):
    names = pages.keys() | {path.name for path in REFERENCE.glob("*.md")}
    for name in sorted(names):
        path = REFERENCE / name
        old = path.read_text().splitlines() if path.exists() else []
        new = pages.get(name, "").splitlines()
        yield from difflib.unified_diff(
            old, new, f"docs/reference/{name}", "generated", lineterm=""
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()

    pages = reference(arguments.build)
    if arguments.check:
        diff = list(differences(pages))
        print("\n".join(diff[:100]))
        if diff:
            sys.exit("docs/reference/ is out of date: run scripts/make_reference.py")
        return
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for stale in REFERENCE.glob("*.md"):
        stale.unlink()
    for name, text in pages.items():
        (REFERENCE / name).write_text(text)
    print(f"Wrote {len(pages)} pages to {REFERENCE.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
