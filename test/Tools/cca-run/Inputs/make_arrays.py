"""Writes the arrays that the tests of cca-run read: make_arrays.py FOLDER."""

import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def save(name, array):
    np.save(folder / f"{name}.npy", array)


values = np.array([[1.0, -2.5, 0.0], [3.0, 65504.0, -0.125]])
bf16 = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)

# One per element type that an entry can have.
save("f16", values.astype(np.float16))
save("bf16", bf16)
save("f32", values.astype(np.float32))
save("f64", values)
save("i32", np.array([2**31 - 1, -(2**31), 7], np.int32))
save("i64", np.array([2**63 - 1, -(2**63), 7], np.int64))

# Other ways to store the same.
save("bf16_void", bf16.view("V2"))
save("f32_fortran", np.asfortranarray(values.astype(np.float32)))
save("f32_big_endian", values.astype(">f4"))
with open(folder / "f32_v3.npy", "wb") as file:
    np.lib.format.write_array(file, values.astype(np.float32), version=(3, 0))

# Sizes.
save("scalar", np.array(2.0, np.float32))
save("empty", np.zeros((0, 3), np.float32))
save("f32_3x2", values.astype(np.float32).reshape(3, 2))
save("f32_6", values.astype(np.float32).reshape(6))

# Scalars that steer the tests of run-time failures.
for name, value in {"zero": 0, "one": 1, "minus": -5, "far": 2**40, "huge": 2**44}.items():
    save(name, np.array(value, np.int64))

# References that do not fit a result equal to f32.npy.
save("f32_off", (values * 1.001).astype(np.float32))
save("f32_nan", np.where(values == 0, np.nan, values).astype(np.float32))

# What is no array of numbers, or no .npy file at all.
save("complex", values.astype(np.complex64))
save("text", np.array(["a", "bc"]))
save("records", np.zeros(2, dtype=[("x", "<f4")]))
np.save(folder / "objects.npy", np.array([None, {}], dtype=object), allow_pickle=True)
whole = (folder / "f32.npy").read_bytes()
(folder / "truncated.npy").write_bytes(whole[:-1])
(folder / "no_data.npy").write_bytes(whole[:100])
(folder / "longer.npy").write_bytes(whole + b"x")
(folder / "header_cut.npy").write_bytes(whole[:40])
(folder / "header_huge.npy").write_bytes(b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + whole[10:])
(folder / "version.npy").write_bytes(whole[:6] + b"\x09\x00" + whole[8:])
(folder / "many.npy").write_bytes(whole.replace(b"(2, 3), ", b"(2**60,)"))
(folder / "garbage.npy").write_bytes(bytes(range(256)))
(folder / "nothing.npy").write_bytes(b"")
