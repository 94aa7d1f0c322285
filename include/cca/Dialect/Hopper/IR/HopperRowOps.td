//===- HopperRowOps.td - Rows and positions of a tile ------*- tablegen -*-===//
//
// What softmax and masks need besides elementwise ops. Valid before and after
// layouts are known.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERROWOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERROWOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_Combiner : I32EnumAttr<"Combiner", "how values of a row combine", [
    I32EnumAttrCase<"Add", 0, "add">,
    I32EnumAttrCase<"Max", 1, "max">
  ]> {
  let cppNamespace = "::mlir::hopper";
  let genSpecializedAttr = 0;
}
def Hopper_CombinerAttr : EnumAttr<Hopper_Dialect, Hopper_Combiner, "combiner"> {
  // `#hopper.combiner<add>` by itself; ops print the bare word (custom<Combiner>).
  let assemblyFormat = "`<` $value `>`";
}

def Hopper_RowIndexOp : Hopper_Op<"row_index", [Pure]> {
  let summary = "the index of each row in its tile";
  let description = [{
    `rows[m] = m`.

    Example:

    ```mlir
    %r = hopper.row_index : tensor<128xi32>
    ```

    Lowers to: arithmetic on the thread index.
  }];
  let results = (outs Hopper_I32Row:$rows);
  let assemblyFormat = "attr-dict `:` type($rows)";
}

def Hopper_MaskColumnsOp : Hopper_Op<"mask_columns", [Pure,
    AllTypesMatch<["tile", "result"]>,
    OptionalTypesMatchWith<"bounds have one type", "end", "begin", "$_self">]> {
  let summary = "minus infinity outside a range of columns, row by row";
  let description = [{
    `result[m, n] = tile[m, n]` if `begin[m] <= n < end[m]`, else minus infinity.
    Without `begin` the range starts at column 0. Bounds may lie outside of the tile.

    Constraints:

    - (C1) Bounds have as many elements as `tile` has rows.
    - (C2) Bounds of a fragment are encoded as `#hopper.rows` and not partial, of
      other tiles not encoded.

    Example:

    ```mlir
    %s1 = hopper.mask_columns %s to %end : tensor<128x128xf32>, tensor<128xi32>
    %s2 = hopper.mask_columns %s from %begin to %end
        : tensor<128x128xf32>, tensor<128xi32>
    ```

    Lowers to: one comparison and one selection per element and bound; what differs
    between lanes is subtracted from the bound, so that elements compare with
    constants.
  }];
  let arguments = (ins Hopper_F32Tile:$tile,
                       Optional<Hopper_I32Row>:$begin,
                       Hopper_I32Row:$end);
  let results = (outs Hopper_F32Tile:$result);
  let assemblyFormat = [{
    $tile (`from` $begin^)? `to` $end attr-dict `:` type($tile) `,` type($end)
  }];
  let hasVerifier = 1;
}

def Hopper_MaskRowsOp : Hopper_Op<"mask_rows", [Pure,
    AllTypesMatch<["tile", "result"]>]> {
  let summary = "zero in rows for which a condition does not hold";
  let description = [{
    `result[m, n] = tile[m, n]` if `condition[m]`, else 0.

    Constraints:

    - (C1) `condition` has as many elements as `tile` has rows.
    - (C2) The condition of a fragment is encoded as `#hopper.rows` and not partial, of
      other tiles not encoded.

    Example:

    ```mlir
    %x1 = hopper.mask_rows %x where %inside : tensor<192x128xbf16>, tensor<192xi1>
    ```

    Lowers to: one selection per register.
  }];
  let arguments = (ins Hopper_Tile:$tile, Hopper_I1Row:$condition);
  let results = (outs Hopper_Tile:$result);
  let assemblyFormat = [{
    $tile `where` $condition attr-dict `:` type($tile) `,` type($condition)
  }];
  let hasVerifier = 1;
}

def Hopper_ReduceRowsOp : Hopper_Op<"reduce_rows", [Pure]> {
  let summary = "the sum or maximum of each row";
  let description = [{
    `rows[m] = combine over n of tile[m, n]`.

    Of a fragment, partial rows are what each thread has by itself: nothing moves
    between lanes until `hopper.combine_rows`. A sum that is carried through a loop
    stays partial until its end.

    Constraints:

    - (C1) `rows` has as many elements as `tile` has rows, and its element type.
    - (C2) Rows of a fragment are encoded as `#hopper.rows`, of other tiles not.

    Example:

    ```mlir
    %l = hopper.reduce_rows add %p : tensor<64x128xf32, #hopper.fragment>
        -> tensor<64xf32, #hopper.rows<partial>>
    ```

    Lowers to: a chain of `arith` ops per thread and row.
  }];
  let arguments = (ins Hopper_CombinerAttr:$combiner, Hopper_Tile:$tile);
  let results = (outs Hopper_Row:$rows);
  let assemblyFormat = [{
    custom<Combiner>($combiner) $tile attr-dict `:` type($tile) `->` type($rows)
  }];
  let hasVerifier = 1;
}

def Hopper_CombineRowsOp : Hopper_Op<"combine_rows", [Pure]> {
  let summary = "combines partial rows over the lanes that share them";
  let description = [{
    `rows[m] = combine over the four lanes of a row of partial[m]`.

    Constraints:

    - (C1) `partial` is encoded as `#hopper.rows<partial>`, the result as
      `#hopper.rows`; otherwise their types are equal.

    Example:

    ```mlir
    %sum = hopper.combine_rows add %l : tensor<64xf32, #hopper.rows<partial>>
        -> tensor<64xf32, #hopper.rows>
    ```

    Lowers to: two butterfly shuffles over the four lanes of a row.
  }];
  let arguments = (ins Hopper_CombinerAttr:$combiner, Hopper_Row:$partial);
  let results = (outs Hopper_Row:$rows);
  let assemblyFormat = [{
    custom<Combiner>($combiner) $partial attr-dict `:` type($partial) `->` type($rows)
  }];
  let hasVerifier = 1;
}

def Hopper_SpreadRowsOp : Hopper_Op<"spread_rows", [Pure]> {
  let summary = "each row's value in all lanes that share it";
  let description = [{
    Partial rows whose lanes hold the row's value each: a factor of partial sums, not a
    sum itself.

    Constraints:

    - (C1) `rows` is encoded as `#hopper.rows`, the result as `#hopper.rows<partial>`;
      otherwise their types are equal.

    Example:

    ```mlir
    %f = hopper.spread_rows %factor : tensor<64xf32, #hopper.rows>
        -> tensor<64xf32, #hopper.rows<partial>>
    ```

    Lowers to: nothing; each lane has its rows' values.
  }];
  let arguments = (ins Hopper_Row:$rows);
  let results = (outs Hopper_Row:$partial);
  let assemblyFormat = [{
    $rows attr-dict `:` type($rows) `->` type($partial)
  }];
  let hasVerifier = 1;
}

def Hopper_BroadcastRowsOp : Hopper_Op<"broadcast_rows", [Pure]> {
  let summary = "each row's value in all columns";
  let description = [{
    `tile[m, n] = rows[m]`.

    Constraints:

    - (C1) `rows` has as many elements as `tile` has rows, and its element type.
    - (C2) Rows of a fragment are encoded as `#hopper.rows` and not partial.

    Example:

    ```mlir
    %t = hopper.broadcast_rows %inverse : tensor<64xf32, #hopper.rows>
        -> tensor<64x128xf32, #hopper.fragment>
    ```

    Lowers to: nothing; each thread has its rows' values.
  }];
  let arguments = (ins Hopper_Row:$rows);
  let results = (outs Hopper_Tile:$tile);
  let assemblyFormat = [{
    $rows attr-dict `:` type($rows) `->` type($tile)
  }];
  let hasVerifier = 1;
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERROWOPS_TD
