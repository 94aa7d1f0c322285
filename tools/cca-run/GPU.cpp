//===- GPU.cpp - An entry on a GPU ----------------------------------------===//

#include "GPU.h"

#include "Arrays/MemRef.h"
#include "Support/Failure.h"
#include "Support/IR/Levels.h"
#include "Support/Stopwatch.h"

#include "cca-c/Device.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Pipelines/Pipelines.h"
#include "cca/Simulator/Simulator.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::cca;

static LogicalResult check(const Entry &entry, int32_t status) {
  if (!status)
    return success();
  return emitError(entry.loc)
         << "cannot run @" << entry.name << ": " << cca_last_error();
}

LogicalResult cca::openGPU(const Entry &entry) {
  return check(entry, cca_device_open(0));
}

/// The bytes of the entry's workspace; nothing if it has none.
static FailureOr<std::optional<int64_t>>
findWorkspace(ModuleOp module, const Entry &entry,
              ArrayRef<SmallVector<int64_t>> argumentShapes) {
  auto function = module.lookupSymbol<func::FuncOp>(entry.name);
  unsigned last = function.getNumArguments();
  if (!last || !function.getArgAttr(last - 1, hopper::workspaceAttrName))
    return std::optional<int64_t>();
  FailureOr<int64_t> bytes = computeWorkspaceBytes(function, argumentShapes);
  if (failed(bytes))
    return failure();
  return std::optional<int64_t>(*bytes);
}

FailureOr<GPUEntry>
GPUEntry::compile(ModuleOp module, const Entry &entry,
                  ArrayRef<SmallVector<int64_t>> argumentShapes, Times &times) {
  Stopwatch watch;
  PassManager kernels(module.getContext()), host(module.getContext());
  // The entry is called as the module has it, with weights.
  CCAToTilesOptions options;
  options.outlinePacking = false;
  buildToPTXPipeline(kernels, module, options);
  buildHostToLLVMPipeline(host);
  if (failed(kernels.run(module)))
    return failure();
  auto workspaceBytes = findWorkspace(module, entry, argumentShapes);
  if (failed(workspaceBytes) || failed(host.run(module)))
    return failure();
  times.passes = watch.lap();
  FailureOr<JIT> jit = JIT::compile(module, entry.name, entry);
  if (failed(jit))
    return failure();
  times.llvm = watch.lap();
  return GPUEntry(std::move(*jit), entry, *workspaceBytes);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

namespace {
/// An array in device memory, with the descriptor that compiled code takes.
class DeviceArray {
public:
  /// Its memory holds whatever it held before. Null if there is not enough.
  static FailureOr<DeviceArray> allocate(const Entry &entry, NpyType type,
                                         ArrayRef<int64_t> shape) {
    DeviceArray array;
    array.type = type;
    array.shape = llvm::to_vector(shape);
    std::optional<int64_t> count = getNumElements(shape);
    int64_t bytes;
    if (!count || llvm::MulOverflow<int64_t>(*count, type.size, bytes))
      return emitError(entry.loc) << "cannot run @" << entry.name
                                  << ": expects an array that fits into "
                                     "memory, but got one of shape "
                                  << formatShape(shape);
    array.bytes = bytes;
    if (failed(check(entry, cca_device_allocate(bytes, &array.memory))))
      return failure();
    array.words.resize(MemRef::getNumWords(shape.size()));
    MemRef::describe(array.words, array.memory, shape);
    return array;
  }

  FailureOr<NpyArray> read(const Entry &entry) const {
    auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytes);
    if (!buffer)
      exitWithError("out of memory");
    if (failed(check(entry,
                     cca_device_read(buffer->getBufferStart(), memory, bytes))))
      return failure();
    NpyArray array;
    array.type = type;
    array.shape = shape;
    array.data = StringRef(buffer->getBufferStart(), bytes);
    array.storage = std::move(buffer);
    return array;
  }

  DeviceArray(DeviceArray &&other)
      : type(other.type), shape(std::move(other.shape)), bytes(other.bytes),
        memory(std::exchange(other.memory, nullptr)),
        words(std::move(other.words)) {}
  ~DeviceArray() {
    if (memory)
      cca_device_free(memory);
  }

  NpyType type;
  SmallVector<int64_t> shape;
  size_t bytes = 0;
  void *memory = nullptr;
  SmallVector<int64_t> words;

private:
  DeviceArray() = default;
};

/// A stream and the events that measure it.
struct Stream {
  void *stream = nullptr, *begin = nullptr, *end = nullptr;

  LogicalResult open(const Entry &entry) {
    return success(succeeded(check(entry, cca_stream_create(&stream))) &&
                   succeeded(check(entry, cca_event_create(&begin))) &&
                   succeeded(check(entry, cca_event_create(&end))));
  }
  ~Stream() {
    if (end)
      cca_event_destroy(end);
    if (begin)
      cca_event_destroy(begin);
    if (stream)
      cca_stream_destroy(stream);
  }
};
} // namespace

/// Allocates and fills the arrays of all operands, then those of results.
static LogicalResult prepareArrays(const Entry &entry,
                                   ArrayRef<NpyArray> inputs,
                                   ArrayRef<SmallVector<int64_t>> resultShapes,
                                   std::vector<DeviceArray> &arrays) {
  for (const NpyArray &input : inputs) {
    auto array = DeviceArray::allocate(entry, input.type, input.shape);
    if (failed(array) ||
        failed(check(entry, cca_device_write(array->memory, input.data.data(),
                                             array->bytes))))
      return failure();
    arrays.push_back(std::move(*array));
  }
  if (entry.onBuffers)
    return success();
  for (auto [type, shape] : llvm::zip_equal(entry.results, resultShapes)) {
    auto array =
        DeviceArray::allocate(entry, *getNpyType(type.getElementType()), shape);
    // NaN, or -1: an element that no kernel writes is seen.
    constexpr unsigned char poison = 0xff;
    if (failed(array) ||
        failed(
            check(entry, cca_device_fill(array->memory, poison, array->bytes))))
      return failure();
    arrays.push_back(std::move(*array));
  }
  return success();
}

FailureOr<SmallVector<NpyArray>> GPUEntry::run(
    ArrayRef<NpyArray> inputs, ArrayRef<SmallVector<int64_t>> resultShapes,
    llvm::function_ref<LogicalResult(llvm::function_ref<FailureOr<double>()>)>
        measure) const {
  std::vector<DeviceArray> arrays, workspace;
  Stream stream;
  if (failed(prepareArrays(entry, inputs, resultShapes, arrays)) ||
      failed(stream.open(entry)))
    return failure();
  if (workspaceBytes) {
    auto array = DeviceArray::allocate(entry, {'u', 1}, *workspaceBytes);
    if (failed(array))
      return failure();
    workspace.push_back(std::move(*array));
  }
  SmallVector<void *> args;
  for (DeviceArray &array : arrays)
    args.push_back(array.words.data());
  for (DeviceArray &array : workspace)
    args.push_back(array.words.data());
  args.push_back(stream.stream);

  auto launch = [&]() -> LogicalResult {
    CompiledCodeGuard guard;
    return check(entry, jit.call(args.data()));
  };
  if (failed(launch()) ||
      failed(check(entry, cca_stream_synchronize(stream.stream))))
    return failure();
  SmallVector<NpyArray> results;
  for (const DeviceArray &array :
       ArrayRef(arrays).drop_front(entry.onBuffers ? 0 : inputs.size())) {
    FailureOr<NpyArray> result = array.read(entry);
    if (failed(result))
      return failure();
    results.push_back(std::move(*result));
  }
  if (!measure)
    return results;

  auto runOnce = [&]() -> FailureOr<double> {
    float milliseconds = 0;
    if (failed(check(entry, cca_event_record(stream.begin, stream.stream))) ||
        failed(launch()) ||
        failed(check(entry, cca_event_record(stream.end, stream.stream))) ||
        failed(check(
            entry, cca_event_elapsed(stream.begin, stream.end, &milliseconds))))
      return failure();
    return 1e-3 * milliseconds;
  };
  if (failed(measure(runOnce)))
    return failure();
  return results;
}
