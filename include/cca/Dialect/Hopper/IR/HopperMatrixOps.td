//===- HopperMatrixOps.td - Asynchronous matrix products ---*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERMATRIXOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERMATRIXOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_WgmmaOp : Hopper_Op<"wgmma", [AttrSizedOperandSegments,
    OptionalTypesMatchWith<
        "accumulator is a tile as the pending one", "result", "accumulator",
        "::llvm::cast<::mlir::hopper::PendingType>($_self).getTile()">,
    OptionalTypesMatchWith<"onto is as the result", "result", "onto", "$_self">]> {
  let summary = "issues a matrix product of a warpgroup";
  let description = [{
    As `hopper.dot`, but only issued: neither are the result's registers valid nor may
    the operands change before the group that `hopper.commit` puts it into has been
    waited for. `a` is in registers or in shared memory, `b` in shared memory.

    The product is added to `accumulator`, or to that of `onto`, which is in flight:
    the tensor cores add to one accumulator in the order in which they are told to, and
    need no wait between. `onto` is then part of the result, and nothing else takes it.

    Constraints:

    - (C1) `a` and `b` have one element type, bf16 or f16; the result is an f32
      fragment.
    - (C2) `M`, `N` and `K` agree.
    - (C3) `M` is a multiple of 64, `K` of 16, `N` a multiple of 8 in [8, 256].
    - (C4) `a` in registers is encoded as `#hopper.fragment`.
    - (C5) There is an `accumulator` or an `onto`, or none of them, but not both.

    Example:

    ```mlir
    %p = hopper.wgmma %q, %k transpose_b : tensor<64x128xbf16, #hopper.fragment>,
        !hopper.smem<128x128xbf16, swizzle = 128>
        -> !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    %c = hopper.commit %p : !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    %p1 = hopper.wgmma %q1, %k1 onto %c transpose_b
        : tensor<64x128xbf16, #hopper.fragment>,
        !hopper.smem<128x128xbf16, swizzle = 128>
        -> !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    ```

    Lowers to: one `wgmma.mma_async` for each 16 of `K` and 64 of `M`.
  }];
  let arguments = (ins Hopper_MatrixOperand:$a, Hopper_SmemType:$b,
                       Optional<Hopper_F32Tile>:$accumulator,
                       Optional<Hopper_PendingType>:$onto,
                       UnitAttr:$transpose_b);
  let results = (outs Hopper_PendingType:$result);
  let assemblyFormat = [{
    $a `,` $b (`,` $accumulator^)? (`onto` $onto^)? (`transpose_b` $transpose_b^)?
    attr-dict
    `:` type($a) `,` type($b) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Hopper_CommitOp : Hopper_Op<"commit", [AllTypesMatch<["issued", "result"]>]> {
  let summary = "closes a group of products";
  let description = [{
    All products that the warpgroup has issued since its last commit become one group,
    which completes as a whole and in order.

    Constraints:

    - (C1) `issued` is the result of a `hopper.wgmma`.

    Example:

    ```mlir
    %c = hopper.commit %p : !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    ```

    Lowers to: `nvvm.wgmma.commit.group.sync.aligned`.
  }];
  let arguments = (ins Hopper_PendingType:$issued);
  let results = (outs Hopper_PendingType:$result);
  let assemblyFormat = "$issued attr-dict `:` type($issued)";
  let hasVerifier = 1;
}

def Hopper_WaitOp : Hopper_Op<"wait", [TypesMatchWith<
    "result is the tile that is pending", "committed", "tile",
    "::llvm::cast<::mlir::hopper::PendingType>($_self).getTile()">]> {
  let summary = "waits for a group of products";
  let description = [{
    Waits until at most the `pending` newest groups of the warpgroup are still in
    flight. The group of `committed` must be older than those.

    Constraints:

    - (C1) `committed` is the result of a `hopper.commit`, or of a loop that carries
      one.

    Example:

    ```mlir
    %s = hopper.wait 1, %c : !hopper.pending<tensor<64x128xf32, #hopper.fragment>>
    ```

    Lowers to: `wgmma.wait_group` that all registers of the tile pass through.
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$pending,
                       Hopper_PendingType:$committed);
  let results = (outs Hopper_Tile:$tile);
  let assemblyFormat = "$pending `,` $committed attr-dict `:` type($committed)";
  let hasVerifier = 1;
}

def Hopper_WaitOlderOp : Hopper_Op<"wait_older"> {
  let summary = "waits for all but the newest groups of products";
  let description = [{
    As `hopper.wait`, but no result is read: that of the newest groups is still to be
    added to. What the older ones read may change.

    Example:

    ```mlir
    hopper.wait_older 1
    ```

    Lowers to: `wgmma.wait_group`.
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntPositive]>:$pending);
  let assemblyFormat = "$pending attr-dict";
}

def Hopper_WgmmaFenceOp : Hopper_Op<"wgmma_fence", [RangedTypesMatchWith<
    "results have the types of tiles", "tiles", "results", "$_self">]> {
  let summary = "registers written so far are visible to the next wgmma";
  let description = [{
    The tensor cores read registers asynchronously: a fence stands between the last
    write to any register of an accumulator or A operand and the `hopper.wgmma` that
    takes it. It passes `tiles` through, so that nothing that writes them can move
    below it. Where there are none to pass, `none` stands in their place.

    Constraints:

    - (C1) `tiles` are encoded as `#hopper.fragment`.

    Example:

    ```mlir
    %p1, %o1 = hopper.wgmma_fence %p, %o : tensor<64x128xbf16, #hopper.fragment>,
        tensor<64x128xf32, #hopper.fragment>
    ```

    Lowers to: `wgmma.fence` that all registers of the tiles pass through.
  }];
  let arguments = (ins Variadic<Hopper_Tile>:$tiles);
  let results = (outs Variadic<Hopper_Tile>:$results);
  // Without a word, the results of the next op would read as tiles.
  let assemblyFormat = "($tiles^ `:` type($tiles)) : (`none`)? attr-dict";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$tiles), [{
    build($_builder, $_state, tiles.getTypes(), tiles);
  }]>];
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERMATRIXOPS_TD
