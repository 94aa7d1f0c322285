//===- HopperRingOps.td - Channels between roles -----------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERRINGOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERRINGOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_RingOp : Hopper_Op<"ring", [MemoryEffects<[MemAlloc]>]> {
  let summary = "N stages of shared memory between a producer and its consumers";
  let description = [{
    Each stage has two barriers. *Full* completes when the producer has executed
    `hopper.put_exit` and the bytes of the stage have landed; *empty* when every
    consumer has executed `hopper.get_exit`. All stages begin empty. `offset` and
    `barriers` are the first bytes of the stages and of the barriers (N full, then N
    empty), set by `hopper-allocate-smem`.

    With `turns` a stage is got by one consumer only: consumers take turns at the ring,
    and skip (`hopper.skip`) what is another one's. A consumer gets nothing before the
    others have got all that was put before: barriers do not tell a stage that is full
    from one that was full two rounds ago.

    Constraints:

    - (C1) `offset` is a multiple of 1024, `barriers` of 8, and neither is negative.

    Example:

    ```mlir
    %keys = hopper.ring : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: addresses, and the initialisation of the barriers by one thread.
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$offset,
                       OptionalAttr<I64Attr>:$barriers,
                       UnitAttr:$turns);
  let results = (outs Hopper_RingType:$ring);
  let assemblyFormat = "(`turns` $turns^)? attr-dict `:` type($ring)";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::hopper::RingType":$type), [{
    build($_builder, $_state, type, IntegerAttr(), IntegerAttr(), UnitAttr());
  }]>];
  let extraClassDeclaration = [{
    /// Where one consumer takes this ring as its own; none if all get from it.
    SelectRingOp getSelection();
    /// Whether each stage is got by one consumer, not by all.
    bool isOfOneConsumer();
  }];
}

def Hopper_SelectRingOp : Hopper_Op<"select_ring", [Pure,
    SameOperandsAndResultType]> {
  let summary = "the ring of this consumer, of one ring for each";
  let description = [{
    Consumers that compute tiles of their own have rings of their own: the producer
    puts into each of `rings`, consumer i gets from the i-th. Only its warps arrive at
    the empty barriers of that one.

    Constraints:

    - (C1) In the consumers' region, as many rings as consumers.
    - (C2) Each is a `hopper.ring`, that nobody gets from otherwise.

    Example:

    ```mlir
    %mine = hopper.select_ring %keys0, %keys1 : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: addresses, selected by the index of the warpgroup.
  }];
  let arguments = (ins Variadic<Hopper_RingType>:$rings);
  let results = (outs Hopper_RingType:$ring);
  let assemblyFormat = "$rings attr-dict `:` type($ring)";
  let hasVerifier = 1;
}

def Hopper_SkipOp : Hopper_Op<"skip"> {
  let summary = "leaves stages of a ring to other consumers";
  let description = [{
    The next `count` tiles that are put into `ring` are other consumers': this one gets
    the tile behind them next.

    Constraints:

    - (C1) In the consumers' region.
    - (C2) `ring` is a `hopper.ring` with `turns`.

    Example:

    ```mlir
    hopper.skip %c32_i32 of %tokens : !hopper.ring<6, <128x64xbf16, swizzle = 128>>
    ```

    Lowers to: arithmetic.
  }];
  let arguments = (ins I32:$count, Hopper_RingType:$ring);
  let assemblyFormat = "$count `of` $ring attr-dict `:` type($ring)";
  let hasVerifier = 1;
}

class Hopper_EnterOp<string mnemonic>
    : Hopper_Op<mnemonic, [TypesMatchWith<"tile is a stage of ring", "ring", "tile",
        "::llvm::cast<::mlir::hopper::RingType>($_self).getTile()">]> {
  let arguments = (ins Hopper_RingType:$ring);
  let results = (outs Hopper_SmemType:$tile);
  let assemblyFormat = "$ring attr-dict `:` type($ring)";
}

class Hopper_ExitOp<string mnemonic>
    : Hopper_Op<mnemonic, [TypesMatchWith<"tile is a stage of ring", "ring", "tile",
        "::llvm::cast<::mlir::hopper::RingType>($_self).getTile()">]> {
  let arguments = (ins Hopper_RingType:$ring, Hopper_SmemType:$tile);
  let assemblyFormat = "$tile `,` $ring attr-dict `:` type($ring)";
}

def Hopper_PutEnterOp : Hopper_EnterOp<"put_enter"> {
  let summary = "waits until the next stage is empty";
  let description = [{
    The n-th put enters stage `n mod N`, once all consumers have left it.

    Example:

    ```mlir
    %tile = hopper.put_enter %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: a wait for the stage's empty barrier.
  }];
}

def Hopper_PutExitOp : Hopper_ExitOp<"put_exit"> {
  let summary = "hands a stage over, once its copies have landed";
  let description = [{
    Constraints:

    - (C1) `tile` is the result of a `hopper.put_enter` of `ring`.

    Example:

    ```mlir
    hopper.put_exit %tile, %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: an arrival at the stage's full barrier that expects the tile's bytes.
  }];
  let hasVerifier = 1;
}

def Hopper_GetEnterOp : Hopper_EnterOp<"get_enter"> {
  let summary = "waits until the next stage is full";
  let description = [{
    A consumer's n-th get enters stage `n mod N`, once the n-th put has landed.

    Example:

    ```mlir
    %tile = hopper.get_enter %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: a wait for the stage's full barrier.
  }];
}

def Hopper_GetExitOp : Hopper_ExitOp<"get_exit"> {
  let summary = "this consumer does not read the stage any more";
  let description = [{
    All `hopper.wgmma` that read the stage have been waited for.

    Constraints:

    - (C1) `tile` is the result of a `hopper.get_enter` of `ring`, or is carried by a
      loop.

    Example:

    ```mlir
    hopper.get_exit %tile, %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
    ```

    Lowers to: an arrival of each warp at the stage's empty barrier.
  }];
  let hasVerifier = 1;
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERRINGOPS_TD
