//===- HopperMemoryOps.td - Shared memory and TMA ----------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERMEMORYOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERMEMORYOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_AllocOp : Hopper_Op<"alloc", [MemoryEffects<[MemAlloc]>]> {
  let summary = "a tile of shared memory for the whole kernel";
  let description = [{
    In the consumer region of `hopper.warp_specialize` each consumer has a tile of its
    own; elsewhere there is one for the block. `offset` is its first byte, set by
    `hopper-allocate-smem`; the tile of consumer `i` begins `i` tiles later.

    Constraints:

    - (C1) `offset` is a multiple of 1024 and not negative.

    Example:

    ```mlir
    %staging = hopper.alloc : !hopper.smem<64x128xbf16, swizzle = 128>
    ```

    Lowers to: an address.
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$offset);
  let results = (outs Hopper_SmemType:$tile);
  let assemblyFormat = "attr-dict `:` type($tile)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The bytes of one instance.
    int64_t getBytes() { return getTile().getType().getBytes(); }
  }];
}

def Hopper_SliceRowsOp : Hopper_Op<"slice_rows", [Pure]> {
  let summary = "some rows of a tile in shared memory";
  let description = [{
    Rows `row`, `row + 1`, … of `source`. `row` is a multiple of 8, the rows after
    which the swizzle repeats.

    Constraints:

    - (C1) `tile` has the columns, element type, swizzle and panel rows of `source`,
      and at most its rows.

    Example:

    ```mlir
    %mine = hopper.slice_rows %q[%row] : !hopper.smem<128x128xbf16, swizzle = 128>
        -> !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
    ```

    Lowers to: an addition.
  }];
  let arguments = (ins Hopper_SmemType:$source, I32:$row);
  let results = (outs Hopper_SmemType:$tile);
  let assemblyFormat = [{
    $source `[` $row `]` attr-dict `:` type($source) `->` type($tile)
  }];
  let hasVerifier = 1;
}

def Hopper_LdmatrixOp : Hopper_Op<"ldmatrix", [MemoryEffects<[MemRead]>]> {
  let summary = "shared memory to registers";
  let description = [{
    Synchronous: the registers are there when the op is done. With `row` the tile is
    rows `row`, `row + 1`, … of `source`; any row will do, since each lane computes
    the address of one. Before `hopper-assign-layouts` the tile has no encoding.

    Constraints:

    - (C1) `tile` has the columns, a multiple of 16, and the 16-bit element type of
      `source`.
    - (C2) `tile` has the rows of `source`, or with `row` at most those.

    Example:

    ```mlir
    %q = hopper.ldmatrix %mine : !hopper.smem<64x128xbf16, swizzle = 128>
        -> tensor<64x128xbf16, #hopper.fragment>
    // The same rows, three tokens earlier.
    %x3 = hopper.ldmatrix %x[%five] : !hopper.smem<72x128xbf16, swizzle = 128>
        -> tensor<64x128xbf16, #hopper.fragment>
    ```

    Lowers to: one `ldmatrix.x4` for each 16 columns.
  }];
  let arguments = (ins Hopper_SmemType:$source, Optional<I32>:$row);
  let results = (outs Hopper_HalfTile:$tile);
  let assemblyFormat = [{
    $source (`[` $row^ `]`)? attr-dict `:` type($source) `->` type($tile)
  }];
  let hasVerifier = 1;
}

def Hopper_StmatrixOp : Hopper_Op<"stmatrix", [MemoryEffects<[MemWrite]>]> {
  let summary = "registers to shared memory";
  let description = [{
    Written through the generic proxy: TMA and wgmma see it after an
    `nvvm.fence.proxy` of each writing thread and a barrier (`hopper-insert-fences`).
    Before `hopper-assign-layouts` the tile has no encoding.

    Constraints:

    - (C1) `tile` has the shape and the 16-bit element type of `destination`, columns a
      multiple of 16.

    Example:

    ```mlir
    hopper.stmatrix %o, %staging : tensor<64x128xbf16, #hopper.fragment>,
        !hopper.smem<64x128xbf16, swizzle = 128>
    ```

    Lowers to: one `stmatrix.x4` for each 16 columns.
  }];
  let arguments = (ins Hopper_HalfTile:$tile, Hopper_SmemType:$destination);
  let assemblyFormat = [{
    $tile `,` $destination attr-dict `:` type($tile) `,` type($destination)
  }];
  let hasVerifier = 1;
}

def Hopper_TmaLoadOp : Hopper_Op<"tma_load"> {
  let summary = "device memory to a stage of a ring, asynchronously";
  let description = [{
    One thread issues the copy of the box of `map` at `coordinates`. Elements beyond
    the tensor become zero. The stage is full when this has landed and
    `hopper.put_exit` was executed.

    Constraints:

    - (C1) One coordinate for each dimension of `map`.
    - (C2) `tile` is the tile that `map` moves.
    - (C3) `tile` is the result of a `hopper.put_enter`.

    Example:

    ```mlir
    hopper.tma_load %keys[%batch, %token, %head, %zero], %tile
        : !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>,
          !hopper.smem<128x128xbf16, swizzle = 128>
    ```

    Lowers to: `cp.async.bulk.tensor`, which completes at the stage's full barrier.
  }];
  let arguments = (ins Hopper_TensorMapType:$map, Variadic<I32>:$coordinates,
                       Hopper_SmemType:$tile);
  let assemblyFormat = [{
    $map `[` $coordinates `]` `,` $tile attr-dict `:` type($map) `,` type($tile)
  }];
  let hasVerifier = 1;
}

def Hopper_TmaStoreOp : Hopper_Op<"tma_store"> {
  let summary = "shared memory to device memory, asynchronously";
  let description = [{
    One thread of the warpgroup issues the copy, and commits it as a group of its own.
    Elements beyond the tensor are not written. With `reduce` the elements are added
    to those that are there.

    Constraints:

    - (C1) One coordinate for each dimension of `map`.
    - (C2) `tile` is the tile that `map` moves.

    Example:

    ```mlir
    hopper.tma_store %staging, %out[%batch, %token, %head, %zero]
        : !hopper.smem<64x128xbf16, swizzle = 128>,
          !hopper.tensor_map<1x64x1x128xbf16, swizzle = 128>
    ```

    Lowers to: `cp.async.bulk.tensor` (or `cp.reduce.async.bulk.tensor`) and a commit,
    by one thread.
  }];
  let arguments = (ins Hopper_SmemType:$tile, Hopper_TensorMapType:$map,
                       Variadic<I32>:$coordinates, UnitAttr:$reduce);
  let assemblyFormat = [{
    $tile `,` $map `[` $coordinates `]` (`reduce` $reduce^)? attr-dict
    `:` type($tile) `,` type($map)
  }];
  let hasVerifier = 1;
}

def Hopper_TmaStoreWaitOp : Hopper_Op<"tma_store_wait"> {
  let summary = "waits until the warpgroup's stores have read their tiles";
  let description = [{
    The thread that issues the warpgroup's `hopper.tma_store`s waits until at most
    `pending` of them still read shared memory. The other threads learn of it by a
    barrier (`hopper-insert-fences`).

    Example:

    ```mlir
    hopper.tma_store_wait 0
    ```

    Lowers to: `cp.async.bulk.wait_group.read`; threads without stores pass at once.
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$pending);
  let assemblyFormat = "$pending attr-dict";
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERMEMORYOPS_TD
