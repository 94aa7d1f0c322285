"""Python side of the CCA compiler.

`cca.emit` writes MLIR modules and needs nothing beyond the standard library.
`cca.reference` evaluates the same block in NumPy, in fp64.
"""
