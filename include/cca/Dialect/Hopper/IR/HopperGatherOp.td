//===- HopperGatherOp.td - Rows by index -------------------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERGATHEROP_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERGATHEROP_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_GatherOp : Hopper_Op<"gather", [AttrSizedOperandSegments,
                                           MemoryEffects<[MemRead]>]> {
  let summary = "loads rows of a buffer by index, element by element";
  let description = [{
    Element `[m, n]` of a tile comes from `buffer` at `indices`, plus `rows[m]` in
    dimension `along` and `n` in the last one; element `[m]` of rows from `indices` plus
    `rows[m]`. Without `rows` all rows of the tile are the same. For tables of a few
    values per row, such as the sines of each position, that threads need in
    registers only.

    All indices must be inside of the buffer. Threads load neighbouring elements two at
    a time: a tile's buffer has to begin at a multiple of two elements, and so
    has each of its rows.

    Constraints:

    - (C1) One index for each dimension of `buffer`.
    - (C2) The result has the element type of `buffer`; a tile is of 16 or 32 bits.
    - (C3) `rows` and `along` come together, and with a result that is rows.
    - (C4) `rows` has as many elements as the result has rows; it is encoded as
      `#hopper.rows` and not partial if the result has an encoding, else it is not
      encoded.
    - (C5) `along` is a dimension of `buffer`, and not the last one if the result has
      columns.
    - (C6) The last dimension of a tile's `buffer` is contiguous.

    Example:

    ```mlir
    %c = hopper.gather %cos[%zero, %zero] rows %positions along 0
        : memref<?x64xbf16>, tensor<192xi32> -> tensor<192x64xbf16>
    %b = hopper.gather %bias[%channel] : memref<1280xf32> -> tensor<192x128xf32>
    ```

    Lowers to: loads of each thread, of two neighbouring elements each if it is a
    tile.
  }];
  let arguments = (ins AnyMemRef:$buffer, Variadic<Index>:$indices,
                       Optional<Hopper_I32Row>:$rows, OptionalAttr<I64Attr>:$along);
  let results = (outs AnyTypeOf<[Hopper_Tile, Hopper_Row]>:$result);
  let assemblyFormat = [{
    $buffer `[` $indices `]` (`rows` $rows^ `along` $along)? attr-dict
    `:` type($buffer) (`,` type($rows)^)? `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERGATHEROP_TD
