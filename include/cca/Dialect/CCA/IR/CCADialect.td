//===- CCADialect.td - The cca dialect ---------------------*- tablegen -*-===//
//
// Level 0: what is computed, on tensors, with no idea of tiles or devices.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_CCA_IR_CCADIALECT_TD
#define CCA_DIALECT_CCA_IR_CCADIALECT_TD

include "mlir/IR/DialectBase.td"

def CCA_Dialect : Dialect {
  let name = "cca";
  let summary = "Compressed Convolutional Attention on tensors";
  let cppNamespace = "::mlir::cca";
  let description = [{
    Compressed Convolutional Attention (CCA, arXiv 2510.04476; with head sharing
    CCGQA) runs the whole attention inside a compressed latent space. Hidden
    states are down-projected to latent queries, keys and values; queries and
    keys are mixed along the sequence by two short causal convolutions, a q/k
    mean, an L2 norm with a key temperature, and RoPE; latent flash attention and
    one output projection follow.

    The dialect has the block at three grains:

    | grain | ops |
    |---|---|
    | the block | `cca.attention` |
    | its kernels | `cca.prologue`, which is `cca.latents` and `cca.mix`, or `cca.fused_prologue`, on a GPU; `cca.flash_attention`; `cca.projection` |
    | its steps | `cca.conv`, `cca.qk_mean`, `cca.qk_norm`, `cca.rope`, `cca.value_shift`, and `linalg` contractions |

    `cca-decompose` goes down that table, `cca-fuse` goes up.

    Names of sizes, used by all ops: batch `B`, tokens `S`, hidden size `E`,
    query heads `Hq`, key/value heads `Hk` (`Hq` is a multiple of `Hk`), head
    dimension `D`, convolution channels `C = (Hq + Hk) * D`, taps of the two
    convolutions `t0` and `t1`, rotary channels `R`, sequences in a packed batch
    `N`. No op has an attribute that repeats a size: they are read off the
    operand types. `B`, `S` and `N` may be dynamic, all other sizes are static.

    *Packed sequences.* With `packed(%cu_seqlens)` the one batch row holds `N`
    sequences back to back: sequence `n` is tokens `cu_seqlens[n]` up to
    `cu_seqlens[n + 1]`. Convolutions, the value shift, RoPE positions and
    attention start anew at every boundary. `cu_seqlens` starts with 0, never
    decreases (equal neighbours are an empty sequence) and ends with `S`.

    *Arithmetic.* Accumulation, norm, temperature, RoPE and softmax are f32,
    whatever the element type of the operands.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasCanonicalizer = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCADIALECT_TD
