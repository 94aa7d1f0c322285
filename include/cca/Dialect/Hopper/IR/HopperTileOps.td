//===- HopperTileOps.td - The algorithm on tiles -----------*- tablegen -*-===//
//
// What one thread block computes, as if by one thread: no warps, no barriers, no
// asynchrony. Values without an encoding; passes of the schedule add encodings.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERTILEOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERTILEOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_LoadOp : Hopper_Op<"load", [MemoryEffects<[MemRead]>]> {
  let summary = "loads a tile from device memory";
  let description = [{
    The box of `map` whose first element is at `coordinates`, one for each dimension
    of the tensor, without the dimensions of size 1. Elements beyond the
    tensor, be it before its begin, are zero.

    Rows of the tile, from any one on, are `tensor.extract_slice`s of it.

    Constraints:

    - (C1) One coordinate for each dimension of `map`.
    - (C2) `tile` has the sizes of the box that are not 1, and its element type.

    Example:

    ```mlir
    %k = hopper.load %keys[%batch, %token, %head, %zero]
        : !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128> -> tensor<128x128xbf16>
    ```

    Lowers to: a put and a get of a `hopper.ring` (`hopper-buffer-loads`).
  }];
  let arguments = (ins Hopper_TensorMapType:$map, Variadic<I32>:$coordinates);
  let results = (outs Hopper_Tile:$tile);
  let assemblyFormat = [{
    $map `[` $coordinates `]` attr-dict `:` type($map) `->` type($tile)
  }];
  let hasVerifier = 1;
}

def Hopper_StoreOp : Hopper_Op<"store", [MemoryEffects<[MemWrite]>]> {
  let summary = "stores a tile to device memory";
  let description = [{
    Writes `tile` to `map` from `coordinates` on, in as many boxes of rows as it
    takes: if the last one is not full, it begins further up and writes rows again.
    Elements beyond the tensor are not written.

    Constraints:

    - (C1) One coordinate for each dimension of `map`.
    - (C2) `tile` has the columns and the element type of the box, and at least its
      rows.

    Example:

    ```mlir
    hopper.store %o, %out[%batch, %token, %head, %zero]
        : tensor<128x128xbf16>, !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
    ```

    Lowers to: `hopper.stmatrix` and `hopper.tma_store` (`hopper-buffer-loads`).
  }];
  let arguments = (ins Hopper_Tile:$tile, Hopper_TensorMapType:$map,
                       Variadic<I32>:$coordinates);
  let assemblyFormat = [{
    $tile `,` $map `[` $coordinates `]` attr-dict `:` type($tile) `,` type($map)
  }];
  let hasVerifier = 1;
}

def Hopper_ShareOp : Hopper_Op<"share", [Pure, AllTypesMatch<["tile", "result"]>]> {
  let summary = "a tile whose rows all consumers read";
  let description = [{
    The same tile. Consumers compute rows of their own, and what follows reads rows of
    others, too: rows from any one on are `tensor.extract_slice`s of it, as of a tile that
    `hopper.load` returns.

    Constraints:

    - (C1) `tile` has no encoding, and columns of whole 128 bytes.

    Example:

    ```mlir
    %shared = hopper.share %x : tensor<128x128xbf16>
    // Each token's predecessor.
    %before = tensor.extract_slice %shared[1, 0] [126, 128] [1, 1]
        : tensor<128x128xbf16> to tensor<126x128xbf16>
    ```

    Lowers to: `hopper.stmatrix` to a tile of the block, and `hopper.ldmatrix`
    (`hopper-share-tiles`).
  }];
  let arguments = (ins Hopper_HalfTile:$tile);
  let results = (outs Hopper_HalfTile:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile)";
  let hasVerifier = 1;
}

def Hopper_DotOp : Hopper_Op<"dot", [Pure, OptionalTypesMatchWith<
    "accumulator has the type of result", "result", "accumulator", "$_self">]> {
  let summary = "a matrix product on the tensor cores";
  let description = [{
    `a b` plus `accumulator` if given, in f32: `a` is `M x K`, `b` is `K x N`, or
    `N x K` with `transpose_b`, the result `M x N`. Operands are values, or tiles in
    shared memory (`hopper-buffer-loads`).

    Constraints:

    - (C1) `a` and `b` have one element type, bf16 or f16; the result is f32.
    - (C2) `M`, `N` and `K` agree.
    - (C3) `M` is at least 64, `K` a multiple of 16, `N` a multiple of 8 in [8, 256].

    Example:

    ```mlir
    %s = hopper.dot %q, %k transpose_b
        : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
    %o1 = hopper.dot %p, %v, %o
        : tensor<128x128xbf16>, tensor<128x128xbf16> -> tensor<128x128xf32>
    ```

    Lowers to: `hopper.wgmma`, `hopper.commit`, `hopper.wait`
    (`hopper-assign-layouts`).
  }];
  let arguments = (ins Hopper_MatrixOperand:$a, Hopper_MatrixOperand:$b,
                       Optional<Hopper_F32Tile>:$accumulator,
                       UnitAttr:$transpose_b);
  let results = (outs Hopper_F32Tile:$result);
  let assemblyFormat = [{
    $a `,` $b (`,` $accumulator^)? (`transpose_b` $transpose_b^)? attr-dict
    `:` type($a) `,` type($b) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Hopper_StoreRowsOp : Hopper_Op<"store_rows"> {
  let summary = "stores the first rows of a tile, element by element";
  let description = [{
    Element `[r, c]` of a tile goes to `buffer` at `indices` plus `r` in dimension
    `along` and `c` in the last one; element `[r]` of rows to `indices` plus `r`. Rows
    from `limit` on are not written: what TMA cannot do where a sequence ends in the
    middle of a tile and another one follows.

    Constraints:

    - (C1) One index for each dimension of `buffer`.
    - (C2) `along` is a dimension of `buffer`, and not the last one if `tile` has
      columns.
    - (C3) `tile` and `buffer` have one element type.
    - (C4) Rows are not partial.

    Example:

    ```mlir
    hopper.store_rows %lse, %buffer[%batch, %head, %token] along 2 limit %rows
        : tensor<128xf32>, memref<?x8x?xf32>
    ```

    Lowers to: predicated stores of each thread.
  }];
  let arguments = (ins AnyTypeOf<[Hopper_Tile, Hopper_Row]>:$tile, AnyMemRef:$buffer,
                       Variadic<Index>:$indices, I32:$limit, I64Attr:$along);
  let assemblyFormat = [{
    $tile `,` $buffer `[` $indices `]` `along` $along `limit` $limit attr-dict
    `:` type($tile) `,` type($buffer)
  }];
  let hasVerifier = 1;
}

def Hopper_LoadColumnsOp : Hopper_Op<"load_columns", [MemoryEffects<[MemRead]>]> {
  let summary = "a value for each column of a tile, from device memory";
  let description = [{
    `tile[r, c] = buffer[index + c]` for all rows `r`, extended to f32: a bias. Columns
    beyond the buffer have its last value, which is of no meaning to anybody.

    Constraints:

    - (C1) `buffer` has one dimension and elements of f32, bf16 or f16.

    Example:

    ```mlir
    %b = hopper.load_columns %bias[%column] : memref<?xf32> -> tensor<128x64xf32>
    ```

    Lowers to: loads of each thread, two for each eight columns.
  }];
  let arguments = (ins AnyMemRef:$buffer, I32:$index);
  let results = (outs Hopper_F32Tile:$tile);
  let assemblyFormat = [{
    $buffer `[` $index `]` attr-dict `:` type($buffer) `->` type($tile)
  }];
  let hasVerifier = 1;
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERTILEOPS_TD
