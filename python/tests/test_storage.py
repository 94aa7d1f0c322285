"""bf16 and f16 as `.npy` files hold them."""

import numpy as np
import pytest

from cca.storage import decode, encode, rounded


def test_every_bf16_number_survives_the_round_trip():
    every = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16)
    exponent_all_ones = (every & 0x7F80) == 0x7F80
    numbers = every[~(exponent_all_ones & ((every & 0x7F) != 0))]  # all but the NaNs
    np.testing.assert_array_equal(encode(decode(numbers, "bf16"), "bf16"), numbers)


@pytest.mark.parametrize(
    ("value", "bits"),
    [
        (1.0, 0x3F80),
        (-2.0, 0xC000),
        (1 + 2.0**-8, 0x3F80),  # tie, even below
        (1 + 3 * 2.0**-8, 0x3F82),  # tie, even above
        (1 + 2.0**-8 + 2.0**-20, 0x3F81),
        (-(1 + 2.0**-8 + 2.0**-20), 0xBF81),
        (3.4e38, 0x7F80),  # above the largest bf16 number and half a place
        (2.0**-133, 0x0001),  # the smallest subnormal
        (2.0**-134, 0x0000),  # tie, even below
        (-0.0, 0x8000),
        (np.inf, 0x7F80),
        (np.nan, 0x7FC0),
    ],
)
def test_bf16_rounds_to_nearest_even(value, bits):
    assert encode(np.array([value]), "bf16")[0] == bits


def test_bf16_nan_with_only_low_bits_stays_nan():
    low = np.array([0x7F800001, 0xFFFFFFFF], dtype=np.uint32).view(np.float32)
    assert np.isnan(decode(encode(low, "bf16"), "bf16")).all()


def test_scalars_and_empty_arrays():
    assert rounded(np.array(1.5), "bf16").shape == ()
    assert rounded(np.zeros((0, 4)), "bf16").shape == (0, 4)


def test_f16_and_f32_round_to_nearest_even():
    assert rounded(np.array([1 + 2.0**-11]), "f16")[0] == 1
    assert rounded(np.array([1 + 3 * 2.0**-11]), "f16")[0] == 1 + 2.0**-9
    assert rounded(np.array([1 + 2.0**-24]), "f32")[0] == 1


def test_decode_names_the_dtype_it_expects():
    with pytest.raises(TypeError, match="expects uint16 for bf16, but got float32"):
        decode(np.zeros(2, dtype=np.float32), "bf16")
