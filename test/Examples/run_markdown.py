#!/usr/bin/env python3
"""Runs the commands of Markdown pages, compares what they print, and follows links to files.

usage: run_markdown.py --root SOURCES --bin FOLDER --scratch FOLDER PAGE...

Commands run in a copy of the checkout that is made of links, except for build/, which
holds bin/, lib/ and what the commands write. Blocks are told apart by their info string:

    ```sh           commands, which must succeed
    ```sh fails     commands, which must end with exit status 1
    ```text         directly after commands: what they print
    ```mlir         likewise

Printed lines must contain the lines of the page, in the same order. `...` stands for any
lines, or, inside of a line, for any text; lines that begin with `//` are comments. Numbers are
not compared in `text`: times differ.
Other blocks are left alone. What a page exports is there for its later blocks.
"""

import argparse
import os
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

BLOCK = re.compile(r"^```(\S*)( fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
NUMBER = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?")


def blocks(text):
    """(commands, whether they must fail, (language, what they print) or None)"""
    found = list(BLOCK.finditer(text))
    for block, after in zip_longest(found, found[1:]):
        if block[1] != "sh":
            continue
        follows = after is not None and not text[block.end() : after.start()].strip()
        shown = (after[1], after[3]) if follows and after[1] in ("text", "mlir") else None
        yield block[3], bool(block[2]), shown


def missing_line(shown, language, printed):
    """The first line of `shown` that is not in `printed` after those before it."""
    if language == "text":
        shown, printed = NUMBER.sub("0", shown), NUMBER.sub("0", printed)
    lines = iter(printed.splitlines())
    for line in filter(None, map(str.strip, shown.splitlines())):
        if line == "..." or line.startswith("//"):
            continue
        pattern = ".*".join(map(re.escape, line.split("...")))
        if not any(re.search(pattern, candidate) for candidate in lines):
            return line
    return None


def link_checkout(root, bin_dir, scratch):
    (scratch / "build").mkdir(parents=True)
    for folder in (bin_dir, bin_dir.parent / "lib"):
        (scratch / "build" / folder.name).symlink_to(folder)
    for path in root.iterdir():
        if not path.name.startswith((".", "build")):
            (scratch / path.name).symlink_to(path)


def broken_links(page, text):
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    for link in broken:
        print(f"{page.name}: no file: {link}")
    return len(broken)


def run_page(page, folder):
    """Number of commands that did not do what the page says, and of broken links."""
    text = page.read_text(encoding="utf-8")
    # The interpreter that runs this one has NumPy.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    exports, failures = "", broken_links(page, text)
    for commands, must_fail, shown in blocks(text):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", exports + commands],
            check=False,
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        exports += "".join(re.findall(r"^export .*\n", commands, re.MULTILINE))
        absent = missing_line(shown[1], shown[0], done.stdout) if shown else None
        if done.returncode == int(must_fail) and absent is None:
            continue
        failures += 1
        reason = f"exit status {done.returncode}" if absent is None else f"no line: {absent}"
        print(f"{page.name}: {reason}\n--- commands\n{commands}--- printed\n{done.stdout[:4000]}")
    return failures


def main():
    cli = argparse.ArgumentParser()
    cli.add_argument("--root", type=Path, required=True)
    cli.add_argument("--bin", type=Path, required=True)
    cli.add_argument("--scratch", type=Path, required=True)
    cli.add_argument("pages", type=Path, nargs="+")
    arguments = cli.parse_args()
    link_checkout(arguments.root.resolve(), arguments.bin.resolve(), arguments.scratch)
    return 1 if sum(run_page(page, arguments.scratch) for page in arguments.pages) else 0


if __name__ == "__main__":
    sys.exit(main())
