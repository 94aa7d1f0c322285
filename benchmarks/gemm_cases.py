"""What the GEMM benchmark runs: shapes, and schedules of this project's kernels for them."""

from dataclasses import dataclass

from cca.projection_variants import GemmSchedule, ProjectionVariant

PAIRED = GemmSchedule(128, 128, 64, 3, 1, 2)
# The space that the compiler chooses from, and two blocks of a multiprocessor.
SCHEDULES = {
    "large": [
        PAIRED,
        GemmSchedule(128, 128, 64, 6, 2, cooperative=False),
        GemmSchedule(128, 192, 64, 4, 2, cooperative=False),
        GemmSchedule(128, 128, 64, 6, 2),
        GemmSchedule(256, 128, 64, 4, 2),
        GemmSchedule(128, 256, 64, 4, 2),
        GemmSchedule(256, 192, 64, 3, 2),
    ],
    "small": [
        PAIRED,
        GemmSchedule(128, 96, 64, 7, 2),
        GemmSchedule(128, 128, 64, 6, 2),
        GemmSchedule(128, 128, 64, 6, 2, cooperative=False),
        GemmSchedule(64, 192, 64, 6, 1),
        GemmSchedule(64, 256, 64, 5, 1),
        GemmSchedule(64, 128, 64, 8, 1),
        GemmSchedule(64, 64, 64, 8, 1),
    ],
}


@dataclass(frozen=True)
class Shape:
    """One row of the table: tokens x inputs times the transpose of outputs x inputs."""

    tokens: int
    outputs: int
    inputs: int
    schedules: str = "large"

    @property
    def name(self) -> str:
        return f"M{self.tokens} N{self.outputs} K{self.inputs}"

    @property
    def flops(self) -> float:
        return 2 * self.tokens * self.outputs * self.inputs

    def variants(self) -> list[ProjectionVariant]:
        """This project's kernels for the shape, first the compiler's own choices."""
        return [
            ProjectionVariant(self.outputs, self.inputs, tokens=self.tokens),
            ProjectionVariant(self.outputs, self.inputs),
            *(
                ProjectionVariant(self.outputs, self.inputs, schedule=schedule)
                for schedule in SCHEDULES[self.schedules]
            ),
        ]


# ZAYA1-8B: down-projections (E 2048 to 1536 channels) and output projection; a large square.
SHAPES = [
    Shape(16384, 1536, 2048),
    Shape(4096, 1536, 2048),
    Shape(1024, 1536, 2048, "small"),
    Shape(16384, 2048, 1024),
    Shape(4096, 2048, 1024),
    Shape(8192, 8192, 8192),
]


def variants() -> list[ProjectionVariant]:
    """Every kernel of this project that the benchmark may run, each once."""
    return list(dict.fromkeys(variant for shape in SHAPES for variant in shape.variants()))
