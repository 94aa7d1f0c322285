//===- Pipelines.h - Named pass pipelines -----------------------*- C++ -*-===//
//
// Each pipeline is a flat list of passes with a comment that says why it stands
// where it does. `cca-opt --<pipeline> --dump-pass-pipeline` prints it.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_PIPELINES_PIPELINES_H
#define CCA_PIPELINES_PIPELINES_H

#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;

namespace cca {

/// Options of `cca-to-cpu`.
struct CCAToCPUOptions : public PassPipelineOptions<CCAToCPUOptions> {
  PassOptions::Option<bool> runtimeChecks{
      *this, "runtime-checks",
      llvm::cl::desc("Check at run time what types leave open: sizes that must "
                     "agree, cu_seqlens (default: true)"),
      llvm::cl::init(true)};
  PassOptions::Option<bool> foldConvs{
      *this, "fold-convs",
      llvm::cl::desc("Fold the two convolutions into one (default: false)"),
      llvm::cl::init(false)};
};

/// `cca-to-cpu`: cca on tensors to the LLVM dialect, by way of linalg and
/// bufferization. Public functions get a C interface: `_mlir_ciface_<name>`
/// takes a pointer to its results (memref descriptors), then a pointer to the
/// descriptor of each operand. Operands are only read. The buffers of results
/// are the caller's to free; equal results may be one buffer, to be freed once.
void buildCCAToCPUPipeline(OpPassManager &pm, const CCAToCPUOptions &options);

/// Options of `cca-to-tiles` and `cca-to-ptx`.
struct CCAToTilesOptions : public PassPipelineOptions<CCAToTilesOptions> {
  PassOptions::Option<bool> outlinePacking{
      *this, "outline-packing",
      llvm::cl::desc("Pack weights in a function of its own, instead of in "
                     "each call (default: true)"),
      llvm::cl::init(true)};
  PassOptions::Option<PrologueStructure> prologue{
      *this, "prologue",
      llvm::cl::desc("How many kernels a prologue is (default: split)"),
      llvm::cl::init(PrologueStructure::Split),
      llvm::cl::values(
          clEnumValN(PrologueStructure::Split, "split",
                     "projections, then convolutions"),
          clEnumValN(PrologueStructure::Fused, "fused", "both in one"))};
};

/// `cca-to-tiles`: cca on tensors to scheduled kernels of the hopper dialect,
/// and host code on buffers that launches them. Results become parameters, and
/// temporaries parts of a workspace that is one more. A function `f` that packs
/// weights gets a function `f_pack` that does so beforehand.
void buildCCAToTilesPipeline(OpPassManager &pm,
                             const CCAToTilesOptions &options);

/// `cca-to-ptx`: cca-to-tiles, tiles-to-nvvm and nvvm-to-ptx.
void buildCCAToPTXPipeline(OpPassManager &pm, const CCAToTilesOptions &options);

/// `tiles-to-nvvm`: the kernels of a module, from scheduled hopper ops to the
/// NVVM dialect; what host functions compute themselves becomes kernels, too.
void buildTilesToNVVMPipeline(OpPassManager &pm);

/// `nvvm-to-ptx`: all `gpu.module`s to one `gpu.binary` that holds PTX for
/// sm_90a.
void buildNVVMToPTXPipeline(OpPassManager &pm);

/// `host-to-llvm`: functions that launch serialised kernels, to the LLVM
/// dialect. A public function `f` on memrefs becomes the C function `f`: it
/// takes a pointer to the descriptor of each memref, scalars as they are, and
/// then a `CUstream`, and returns a status, 0 on success (cca-c/Runtime.h).
/// Buffers are in device memory and the caller's. A function that says how
/// large a workspace is takes and returns 64-bit integers only.
void buildHostToLLVMPipeline(OpPassManager &pm);

/// Registers all pipelines under their names.
void registerPipelines();

} // namespace cca
} // namespace mlir

#endif // CCA_PIPELINES_PIPELINES_H
