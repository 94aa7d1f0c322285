//===- HopperColumnOps.td - Columns of a tile --------------*- tablegen -*-===//
//
// Which columns stand where: what a rotation of channels needs, beside
// `tensor.extract_slice` of columns. In a fragment they only choose among the
// registers of a thread. Valid before and after layouts are known.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERCOLUMNOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERCOLUMNOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_ConcatColumnsOp : Hopper_Op<"concat_columns", [Pure]> {
  let summary = "tiles side by side";
  let description = [{
    The columns of the first tile, then those of the second, and so on.

    Constraints:

    - (C1) Each tile has the rows, the element type and the encoding of the result, and
      together they have its columns.
    - (C2) The columns of each tile are a multiple of 8.

    Example:

    ```mlir
    %t = hopper.concat_columns %lower, %upper
        : tensor<192x32xf32>, tensor<192x32xf32> -> tensor<192x64xf32>
    ```

    Lowers to: nothing; registers of a thread in another order.
  }];
  let arguments = (ins Variadic<Hopper_Tile>:$tiles);
  let results = (outs Hopper_Tile:$result);
  let assemblyFormat = "$tiles attr-dict `:` type($tiles) `->` type($result)";
  let hasVerifier = 1;
}

def Hopper_RotatePairsOp : Hopper_Op<"rotate_pairs", [Pure,
    AllTypesMatch<["tile", "result"]>]> {
  let summary = "neighbouring columns as pairs, rotated by a quarter turn";
  let description = [{
    `result[m, 2n] = -tile[m, 2n + 1]` and `result[m, 2n + 1] = tile[m, 2n]`: what an
    interleaved rotary embedding multiplies with the sines. A thread holds both columns
    of a pair.

    Constraints:

    - (C1) `tile` has an even number of columns.

    Example:

    ```mlir
    %r = hopper.rotate_pairs %t : tensor<192x64xf32>
    ```

    Lowers to: one negation per pair.
  }];
  let arguments = (ins Hopper_F32Tile:$tile);
  let results = (outs Hopper_F32Tile:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile)";
  let hasVerifier = 1;
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERCOLUMNOPS_TD
