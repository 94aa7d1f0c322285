"""Memory for results and workspaces, from PyTorch's allocator."""

from collections.abc import Callable
from functools import cache, lru_cache, partial

from cca.device import current_stream

# A tensor of a shape and an element type, on the device of another one, for work of a stream:
# an address, or None for PyTorch's current one.
Allocate = Callable[[object, tuple[int, ...], str, int | None], object]

# How PyTorch calls element types.
TORCH = {"f32": "float32", "f16": "float16", "bf16": "bfloat16", "i32": "int32", "i8": "int8"}


def allocate(like, shape: tuple[int, ...], element: str, stream: int | None):
    """Memory from PyTorch's allocator, which gives it to others in the order of the stream."""
    # A stream as a context takes longer than the launches.
    if stream is None or stream == current_stream(like.get_device()):
        return like.new_empty(shape, dtype=torch_type(element))
    import torch

    with torch.cuda.stream(torch.cuda.ExternalStream(stream, device=like.device)):
        return like.new_empty(shape, dtype=torch_type(element))


@cache
def empty() -> Callable:
    """What does it on the current device for its current stream: of a shape, strides, `dtype=`.

    PyTorch takes less time where it is given strides.
    """
    import torch

    return partial(torch.empty_strided, device="cuda")


@lru_cache(maxsize=256)
def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides of a tensor of one dimension or more."""
    strides = [1]
    for size in shape[:0:-1]:
        strides.append(strides[-1] * max(size, 1))
    return tuple(strides[::-1])


@cache
def torch_type(element: str):
    """PyTorch's type of that name."""
    import torch

    return getattr(torch, TORCH[element])
