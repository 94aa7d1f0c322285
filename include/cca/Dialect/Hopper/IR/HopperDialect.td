//===- HopperDialect.td - The hopper dialect ---------------*- tablegen -*-===//
//
// Level 1: how one thread block computes it, on tiles.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERDIALECT_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERDIALECT_TD

include "mlir/IR/DialectBase.td"

def Hopper_Dialect : Dialect {
  let name = "hopper";
  let summary = "Tiles, rings and warp roles of a Hopper kernel";
  let cppNamespace = "::mlir::hopper";
  let description = [{
    A kernel at this level is a `gpu.func` whose values are tiles. It begins
    sequential, as if one thread computed it, and becomes concurrent by passes:

    | | values | movement | products |
    |---|---|---|---|
    | algorithm | `tensor<128x128xbf16>` | `hopper.load`, `hopper.store` | `hopper.dot` |
    | schedule | `tensor<64x128xf32, #hopper.fragment>`, `!hopper.smem<…>` | TMA through `!hopper.ring`, `hopper.ldmatrix`, `hopper.stmatrix` | `hopper.wgmma`, `hopper.commit`, `hopper.wait` |

    *Tiles in registers* are tensors with a `#hopper.fragment` encoding, spread over
    the 128 threads of a warpgroup as wgmma's accumulator is, so that upstream
    `arith` and `math` ops apply to them. Converted to 16 bits, an accumulator is an A
    operand as it stands. *Rows* of a fragment, one value each, are rank-1 tensors
    with `#hopper.rows`. Splats are `tensor.splat` and `arith.constant dense`.

    *Tiles in shared memory* are `!hopper.smem` with an explicit swizzle.

    *Rings* are how roles hand tiles to each other: N stages with a full and an empty
    barrier each. The producer's n-th put and a consumer's n-th get are the same tile:
    stage and phase are counted by the lowering, not by the program.

    *Asynchronous products* are three ops: `hopper.wgmma` issues and returns a
    `!hopper.pending` tile, which no other op takes than `hopper.commit` and then
    `hopper.wait`; what comes out of the wait is a tile again. A missing wait is a type
    error.

    *Roles* are the regions of `hopper.warp_specialize`. Named barriers and proxy
    fences are upstream's: `nvvm.barrier`, `nvvm.barrier.arrive`, `nvvm.fence.proxy`.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::NVVM::NVVMDialect", "::mlir::gpu::GPUDialect"];
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERDIALECT_TD
