//===- CPU.cpp - An entry on this processor -------------------------------===//

#include "CPU.h"

#include "Arrays/MemRef.h"
#include "Support/Failure.h"
#include "Support/Stopwatch.h"

#include "cca/Pipelines/Pipelines.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// Lowers to the LLVM dialect what the entry needs.
static LogicalResult lower(ModuleOp module, StringRef entry) {
  for (auto symbol : module.getOps<SymbolOpInterface>())
    if (symbol.isPublic() && symbol.getName() != entry)
      symbol.setPrivate();
  PassManager pm(module.getContext());
  pm.addPass(createSymbolDCEPass());
  buildCCAToCPUPipeline(pm, CCAToCPUOptions());
  return pm.run(module);
}

FailureOr<CompiledEntry>
CompiledEntry::compile(ModuleOp module, const Entry &entry, Times &times) {
  Stopwatch watch;
  if (failed(lower(module, entry.name)))
    return failure();
  times.passes = watch.lap();
  FailureOr<JIT> jit =
      JIT::compile(module, "_mlir_ciface_" + entry.name, entry);
  if (failed(jit))
    return failure();
  times.llvm = watch.lap();
  return CompiledEntry(std::move(*jit), entry);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Vector loads are fastest from whole cache lines.
static constexpr size_t bufferAlignment = 64;

static std::unique_ptr<llvm::WritableMemoryBuffer> allocateBuffer(size_t size) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      size, "", llvm::Align(bufferAlignment));
  if (!buffer)
    exitWithError("out of memory");
  return buffer;
}

/// Copies a result out of memory that compiled code allocated.
static NpyArray takeResult(MemRef memref, Type elementType) {
  NpyArray array;
  array.type = *getNpyType(elementType);
  array.shape = llvm::to_vector(memref.getSizes());
  std::optional<int64_t> count = getNumElements(array.shape);
  int64_t size;
  if (llvm::any_of(array.shape, [](int64_t size) { return size < 0; }) ||
      !count || llvm::MulOverflow<int64_t>(*count, array.type.size, size))
    exitWithError("the entry returned a tensor of shape " +
                  formatShape(array.shape));
  auto buffer = allocateBuffer(size);
  SmallVector<int64_t> words(MemRef::getNumWords(array.shape.size()));
  MemRef::describe(words, buffer->getBufferStart(), array.shape);
  copyElements(memref, MemRef(words.data(), array.shape.size()),
               array.type.size);
  array.data = StringRef(buffer->getBufferStart(), buffer->getBufferSize());
  array.storage = std::move(buffer);
  return array;
}

SmallVector<NpyArray> CompiledEntry::run(ArrayRef<NpyArray> inputs,
                                         double *seconds) const {
  // The results' descriptors form one struct, without padding: all are words.
  size_t resultWords = 0;
  for (RankedTensorType type : results)
    resultWords += MemRef::getNumWords(type.getRank());
  SmallVector<int64_t> resultStruct(resultWords);
  SmallVector<void *> args;
  if (!results.empty())
    args.push_back(resultStruct.data());

  SmallVector<std::unique_ptr<llvm::WritableMemoryBuffer>> buffers;
  std::vector<SmallVector<int64_t>> descriptors(inputs.size());
  for (auto [input, words] : llvm::zip_equal(inputs, descriptors)) {
    buffers.push_back(allocateBuffer(input.data.size()));
    llvm::copy(input.data, buffers.back()->getBufferStart());
    words.resize(MemRef::getNumWords(input.shape.size()));
    MemRef::describe(words, buffers.back()->getBufferStart(), input.shape);
    args.push_back(words.data());
  }

  // The guard covers the results, too: a module can make up their sizes.
  CompiledCodeGuard guard;
  Stopwatch watch;
  jit.call(args.data());
  if (seconds)
    *seconds = watch.lap();

  // Results may share memory, and an entry may hand its argument back.
  SmallVector<NpyArray> arrays;
  llvm::SmallPtrSet<void *, 4> allocations;
  int64_t *words = resultStruct.data();
  for (RankedTensorType type : results) {
    MemRef memref(words, type.getRank());
    arrays.push_back(takeResult(memref, type.getElementType()));
    allocations.insert(memref.getAllocation());
    words += MemRef::getNumWords(type.getRank());
  }
  for (auto &buffer : buffers)
    allocations.erase(buffer->getBufferStart());
  for (void *allocation : allocations)
    std::free(allocation);
  return arrays;
}
