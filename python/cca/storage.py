"""How numbers are stored in `.npy` files: f32, f16 and i32 as themselves, bf16 as uint16."""

import numpy as np

DTYPES = {
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(np.uint16),
    "i32": np.dtype(np.int32),
    "i8": np.dtype(np.int8),
}


def encode(x: np.ndarray, element: str) -> np.ndarray:
    """Rounds real numbers to `element` (to nearest, ties to even) as a `.npy` file holds them.

    bf16 is the upper half of f32; an fp64 number is rounded to f32 first.
    """
    x = np.asarray(x)
    if element != "bf16":
        return x.astype(DTYPES[element])
    bits = x.astype(np.float32).view(np.uint32)
    # Adding half of the last place kept, less one bit where that place is even, carries
    # into the upper half exactly where rounding to nearest even goes up.
    bf16 = ((bits + (0x7FFF + ((bits >> 16) & 1))) >> 16).astype(np.uint16)
    # The carry can turn a NaN into infinity or zero: make it a quiet NaN.
    return np.where(np.isnan(x), np.uint16(0x7FC0), bf16)


def decode(stored: np.ndarray, element: str) -> np.ndarray:
    """The fp64 values of an array that holds `element`, exactly; i32 stays as it is.

    Raises TypeError if `stored` does not have the dtype that holds `element`.
    """
    if stored.dtype != DTYPES[element]:
        raise TypeError(f"expects {DTYPES[element]} for {element}, but got {stored.dtype}")
    if element == "i32":
        return stored
    if element == "bf16":
        stored = (stored.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return stored.astype(np.float64)


def rounded(x: np.ndarray, element: str) -> np.ndarray:
    """fp64 values rounded to `element`."""
    return decode(encode(x, element), element)
