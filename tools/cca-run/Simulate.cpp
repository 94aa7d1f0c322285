//===- Simulate.cpp - Running an entry in the simulator -------------------===//

#include "Simulate.h"

#include "ResultShapes.h"

#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Pipelines/Pipelines.h"
#include "cca/Simulator/Trace.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mlir::cca;

static bool isLevel0(ModuleOp module) {
  return module
      ->walk([](Operation *op) {
        return isa<CCADialect>(op->getDialect()) ? WalkResult::interrupt()
                                                 : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Level 0 to level 1, where results are buffers that the caller passes: adds
/// those to `arrays`.
static LogicalResult lowerToTiles(ModuleOp module, const Entry &entry,
                                  ArrayRef<NpyArray> inputs,
                                  SmallVectorImpl<SimulatorArray> &arrays) {
  if (!entry.onBuffers) {
    auto shapes = computeResultShapes(module, entry, inputs);
    if (failed(shapes))
      return failure();
    for (auto [type, shape] : llvm::zip_equal(entry.results, *shapes)) {
      size_t bytes =
          *getNumElements(shape) * getNpyType(type.getElementType())->size;
      // NaN, or -1: an element that no kernel writes is seen.
      arrays.push_back({shape, std::vector<uint8_t>(bytes, 0xff)});
    }
  }
  PassManager pm(module.getContext());
  // The entry is called as the module has it, with weights.
  CCAToTilesOptions options;
  options.outlinePacking = false;
  buildCCAToTilesPipeline(pm, options);
  return pm.run(module);
}

/// What host functions compute on buffers is for kernels of any threads: the
/// simulator runs it as loops.
static LogicalResult lowerToLoops(ModuleOp module) {
  PassManager pm(module.getContext());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addNestedPass<func::FuncOp>(createLowerAffinePass());
  return pm.run(module);
}

static NpyArray toNpy(SimulatorArray array, Type elementType) {
  NpyArray npy;
  npy.type = *getNpyType(elementType);
  npy.shape = std::move(array.shape);
  npy.storage = llvm::MemoryBuffer::getMemBufferCopy(StringRef(
      reinterpret_cast<const char *>(array.bytes.data()), array.bytes.size()));
  npy.data = npy.storage->getBuffer();
  return npy;
}

FailureOr<SmallVector<NpyArray>> cca::simulateEntry(ModuleOp module,
                                                    const Entry &entry,
                                                    ArrayRef<NpyArray> inputs,
                                                    SimulatorOptions options,
                                                    StringRef traceFile) {
  Trace trace;
  std::unique_ptr<llvm::ToolOutputFile> file;
  if (!traceFile.empty()) {
    std::error_code error;
    file = std::make_unique<llvm::ToolOutputFile>(traceFile, error,
                                                  llvm::sys::fs::OF_Text);
    if (error)
      return emitError(entry.loc)
             << "cannot open '" << traceFile << "': " << error.message();
    options.trace = &trace;
  }
  SmallVector<SimulatorArray> arrays;
  for (const NpyArray &input : inputs)
    arrays.push_back({input.shape, {input.data.begin(), input.data.end()}});
  if (isLevel0(module) && failed(lowerToTiles(module, entry, inputs, arrays)))
    return failure();
  if (failed(lowerToLoops(module)))
    return failure();
  auto function = module.lookupSymbol<func::FuncOp>(entry.name);
  auto outputs = simulate(function, arrays, options);
  if (failed(outputs))
    return failure();
  SmallVector<NpyArray> results;
  // Arguments that became results are the last.
  auto last = MutableArrayRef(*outputs).take_back(entry.results.size());
  for (auto [output, type] : llvm::zip_equal(last, entry.results))
    results.push_back(toNpy(std::move(output), type.getElementType()));
  if (file) {
    trace.write(file->os());
    file->keep();
  }
  return results;
}
