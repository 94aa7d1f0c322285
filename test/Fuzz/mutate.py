"""Mutations of MLIR text and of .npy files."""

import random
import re

# Literals, names with their sigil, types, words, and single characters.
TOKEN = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|[%@^#!][\w$.-]*|\?x|\d+x|[A-Za-z_][\w$.]*|\d+\.\d+(?:e[+-]?\d+)?|\d+|->|\s+|.',
    re.DOTALL,
)
NUMBER = re.compile(rb"(?<![\w.%@\"])-?\d+(?=x|\b)(?!\.)")
SIZE = re.compile(rb"(?<=[<x])(\d+|\?)(?=x)")
ELEMENT = re.compile(rb"(?<=[x<])(bf16|f16|f32|f64|i32|i64)(?=[>,])")
FLOAT = re.compile(rb"\d+\.\d+(?:e[+-]?\d+)?")
VALUE = re.compile(rb"%[\w.$]+")

NUMBERS = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 64, 127, 1000, -1, -2, 2**31 - 1, 2**31, 2**32]
NUMBERS += [2**62, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30]
ELEMENTS = [b"bf16", b"f16", b"f32", b"f64", b"i1", b"i8", b"i32", b"i64", b"index", b"f8E4M3FN"]
ELEMENTS += [b"complex<f32>", b"vector<2xf32>", b"none", b"tensor<2xf32>", b"!cca.none", b"i65535"]
FLOATS = [b"0.0", b"-1.0", b"1.0e-300", b"1.0e400", b"0x7FC00000", b"0x7F800000", b"1.5"]
ATTRIBUTES = [b"causal", b"window", b"eps", b"norm", b"cca.x", b"operandSegmentSizes"]
# Words that may stand for each other: modes of ops, and ops of one form.
WORDS = [
    [b"clamp", b"rsqrt"],
    [b"linear", b"exp"],
    [b"half", b"interleaved"],
    [b"causal", b"", b"causal window 2", b"window 3", b"softmax_scale 0.5"],
    [b"per_stage_padding", b""],
    [b"addf", b"subf", b"mulf", b"divf", b"maximumf"],
    [b"addi", b"subi", b"muli", b"divsi"],
]


class TextMutator:
    """Makes mutants of MLIR texts. `pool` has the texts that tokens and lines are taken from."""

    def __init__(self, rng: random.Random, pool: list[bytes]):
        self.rng = rng
        self.tokens = sorted({t for text in pool for t in TOKEN.findall(text) if not t.isspace()})
        self.lines = sorted({line for text in pool for line in text.splitlines() if line.strip()})
        # Mutations that often leave a valid module come more often: they get further.
        self.choices = [self.size] * 8 + [self.element] * 5 + [self.word] * 6 + [self.value] * 5
        self.choices += [self.number, self.float, self.delete_clause] * 2
        self.choices += [self.token, self.delete_token, self.swap_tokens, self.repeat_token]
        self.choices += [self.delete_line, self.repeat_line, self.foreign_line, self.swap_lines]
        self.choices += [self.byte, self.truncate, self.delete_range, self.attribute]

    def mutate(self, text: bytes) -> bytes:
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            text = self.rng.choice(self.choices)(text)
        return text

    def _replace(self, text, pattern, replacement, consistent=0.5):
        """One occurrence, or all that are equal to it: types still agree then."""
        matches = list(pattern.finditer(text))
        if not matches:
            return text
        match = self.rng.choice(matches)
        if self.rng.random() < consistent:
            same = match.group()
            return pattern.sub(lambda m: replacement if m.group() == same else m.group(), text)
        return text[: match.start()] + replacement + text[match.end() :]

    def size(self, text):
        size = self.rng.choice([b"?", b"1", b"2", b"3", b"4", b"6", b"8", b"16", b"0"])
        if self.rng.random() < 0.2:
            size = str(self.rng.choice(NUMBERS)).encode()
        return self._replace(text, SIZE, size, 0.8)

    def number(self, text):
        return self._replace(text, NUMBER, str(self.rng.choice(NUMBERS)).encode())

    def element(self, text):
        choices = ELEMENTS[:4] if self.rng.random() < 0.6 else ELEMENTS
        return self._replace(text, ELEMENT, self.rng.choice(choices), 0.8)

    def float(self, text):
        return self._replace(text, FLOAT, self.rng.choice(FLOATS))

    def word(self, text):
        there = [(words, word) for words in WORDS for word in words if word and word in text]
        if not there:
            return self.token(text)
        words, word = self.rng.choice(there)
        return self._replace(text, re.compile(rb"\b" + word + rb"\b"), self.rng.choice(words))

    def value(self, text):
        """Another operand."""
        values = VALUE.findall(text)
        return self._replace(text, VALUE, self.rng.choice(values), 0) if values else text

    def delete_clause(self, text):
        """Something like `bias(...)`, with its keyword."""
        return self._replace(text, re.compile(rb"\b[a-z_]+ ?\([^()]*\)"), b"", 0)

    def attribute(self, text):
        """A discardable attribute, or a property, where an op has its dictionary."""
        name = self.rng.choice(
            [b"causal", b"window", b"eps", b"norm", b"cca.x", b"operandSegmentSizes"]
        )
        value = self.rng.choice(
            [b"", b" = 1", b" = -1 : i64", b" = dense<1> : tensor<2xi32>", b' = "x"']
        )
        return self._replace(text, re.compile(rb" -> "), b" {" + name + value + b"} -> ")

    def _edit_tokens(self, text, edit):
        tokens = TOKEN.findall(text)
        words = [i for i, token in enumerate(tokens) if not token.isspace()]
        if len(words) < 2:
            return text
        edit(tokens, words)
        return b"".join(tokens)

    def token(self, text):
        def edit(tokens, words):
            tokens[self.rng.choice(words)] = self.rng.choice(self.tokens)

        return self._edit_tokens(text, edit)

    def delete_token(self, text):
        def edit(tokens, words):
            tokens[self.rng.choice(words)] = b""

        return self._edit_tokens(text, edit)

    def repeat_token(self, text):
        def edit(tokens, words):
            tokens[self.rng.choice(words)] *= 2

        return self._edit_tokens(text, edit)

    def swap_tokens(self, text):
        def edit(tokens, words):
            i, j = self.rng.sample(words, 2)
            tokens[i], tokens[j] = tokens[j], tokens[i]

        return self._edit_tokens(text, edit)

    def _edit_lines(self, text, edit):
        lines = text.splitlines()
        if len(lines) < 2:
            return text
        edit(lines, self.rng.randrange(len(lines)))
        return b"\n".join(lines)

    def delete_line(self, text):
        return self._edit_lines(text, lambda lines, i: lines.pop(i))

    def repeat_line(self, text):
        return self._edit_lines(text, lambda lines, i: lines.insert(i, lines[i]))

    def foreign_line(self, text):
        return self._edit_lines(text, lambda lines, i: lines.insert(i, self.rng.choice(self.lines)))

    def swap_lines(self, text):
        def edit(lines, i):
            j = self.rng.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]

        return self._edit_lines(text, edit)

    def byte(self, text):
        i = self.rng.randrange(len(text) + 1)
        return text[:i] + bytes([self.rng.randrange(256)]) + text[i + 1 :]

    def truncate(self, text):
        return text[: self.rng.randrange(len(text) + 1)]

    def delete_range(self, text):
        i = self.rng.randrange(len(text) + 1)
        return text[:i] + text[i + self.rng.randrange(40) :]


class ArrayMutator:
    """Makes mutants of .npy files."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.choices = [self.data] * 6 + [self.header_byte, self.shape, self.descr]
        self.choices += [self.truncate, self.extend, self.prefix, self.order, self.delete]

    def mutate(self, array: bytes) -> bytes:
        for _ in range(self.rng.choice([1, 1, 2])):
            array = self.rng.choice(self.choices)(array)
        return array

    def _data_start(self, array):
        """Where the data of a valid file of version 1 begins, or would."""
        return min(10 + int.from_bytes(array[8:10], "little"), len(array))

    def data(self, array):
        """Other numbers: NaN, infinity, the smallest, any."""
        start = self._data_start(array)
        patterns = [b"\x00\x00\xc0\x7f", b"\x00\x00\x80\x7f", b"\xff\xff\xff\xff", b"\x01\0\0\0"]
        for _ in range(self.rng.choice([1, 4, 16])):
            size = len(array) - start
            if size < 4:
                break
            i = start + self.rng.randrange(size // 4) * 4
            new = self.rng.choice([*patterns, self.rng.randbytes(4)])
            array = array[:i] + new + array[i + 4 :]
        return array

    def header_byte(self, array):
        i = self.rng.randrange(max(self._data_start(array), 1))
        return array[:i] + bytes([self.rng.randrange(256)]) + array[i + 1 :]

    def _replace(self, array, pattern, replacement):
        return re.sub(pattern, lambda _: replacement, array, count=1)

    def shape(self, array):
        sizes = [str(self.rng.choice(NUMBERS)) for _ in range(self.rng.randrange(5))]
        return self._replace(
            array, rb"'shape': \([^)]*\)", f"'shape': ({', '.join(sizes)},)".encode()
        )

    def descr(self, array):
        types = [
            b"<f2",
            b"<f4",
            b"<f8",
            b"<u2",
            b"<i4",
            b"<i8",
            b"|b1",
            b">f4",
            b"|O",
            b"<c8",
            b"|V2",
            b"<f0",
        ]
        return self._replace(
            array, rb"'descr': '[^']*'", b"'descr': '" + self.rng.choice(types) + b"'"
        )

    def order(self, array):
        return self._replace(array, rb"False", self.rng.choice([b"True", b"None", b""]))

    def prefix(self, array):
        """Version and size of the header."""
        return array[:6] + self.rng.randbytes(self.rng.choice([1, 2, 4])) + array[8:]

    def truncate(self, array):
        return array[: self.rng.randrange(len(array) + 1)]

    def extend(self, array):
        return array + self.rng.randbytes(self.rng.randrange(1, 9))

    def delete(self, array):
        i = self.rng.randrange(len(array) + 1)
        return array[:i] + array[i + self.rng.randrange(8) :]
