//===- HopperRoleOps.td - Warp roles -----------------------*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERROLEOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERROLEOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_WarpSpecializeOp : Hopper_Op<"warp_specialize", [
    RecursiveMemoryEffects, SingleBlock,
    SingleBlockImplicitTerminator<"EndOp">]> {
  let summary = "one producer and several consumers, at the same time";
  let description = [{
    The last op of a kernel. The first warpgroup takes the producer's registers away,
    and one of its threads executes the `producer` region: it issues copies and waits
    for barriers. `num_consumers` further warpgroups execute the `consumer` region,
    each with its index from 0 on as the argument. What comes before is executed by all
    threads.

    Constraints:

    - (C1) 1 to 7 consumers.
    - (C2) Register budgets are multiples of 8 in [24, 256], and those of all
      warpgroups fit the multiprocessor.
    - (C3) The consumer region has one argument, an i32; the producer's has none.

    Example:

    ```mlir
    hopper.warp_specialize producer registers 24 {
      %tile = hopper.put_enter %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
      …
    } consumers 2 registers 240 (%consumer) {
      …
    }
    ```

    Lowers to: a branch on the warpgroup and `nvvm.setmaxregister`.
  }];
  let arguments = (ins I64Attr:$producer_registers, I64Attr:$num_consumers,
                       I64Attr:$consumer_registers);
  let regions = (region SizedRegion<1>:$producer, SizedRegion<1>:$consumer);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "int64_t":$producerRegisters,
                                 "int64_t":$numConsumers,
                                 "int64_t":$consumerRegisters)>];
  let extraClassDeclaration = [{
    ::mlir::Value getConsumerIndex() { return getConsumer().getArgument(0); }
    /// Threads of the block: the producer's warpgroup and the consumers'.
    int64_t getNumThreads() {
      return (1 + static_cast<int64_t>(getNumConsumers())) *
             ::mlir::cca::HopperTarget::threadsPerWarpgroup;
    }
  }];
}

def Hopper_ConsumerIndexOp : Hopper_Op<"consumer_index", [Pure]> {
  let summary = "which consumer computes";
  let description = [{
    Before roles have regions, between `hopper-assign-layouts` and
    `hopper-specialize-warps`: the index of the warpgroup that the tiles of 64 rows
    belong to, i32.

    Example:

    ```mlir
    %i = hopper.consumer_index
    ```

    Lowers to: the argument of the consumer region (`hopper-specialize-warps`).
  }];
  let results = (outs I32:$index);
  let assemblyFormat = "attr-dict";
}

def Hopper_EndOp : Hopper_Op<"end", [Terminator, Pure,
    HasParent<"WarpSpecializeOp">]> {
  let summary = "ends a role";
  let description = [{
    Left out where roles are written.

    Lowers to: a branch to the end of the kernel.
  }];
  let assemblyFormat = "attr-dict";
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERROLEOPS_TD
