//===- GPU.cpp - An entry on a GPU ----------------------------------------===//

#include "GPU.h"

#include "Arrays/MemRef.h"
#include "Support/Failure.h"
#include "Support/Stopwatch.h"

#include "cca-c/Device.h"

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

FailureOr<GPUEntry> GPUEntry::compile(ModuleOp module, const Entry &entry,
                                      llvm::SourceMgr &sources, Times &times) {
  Stopwatch watch;
  // The entry is called as the module has it, with weights.
  ProgramOptions options;
  options.outlinePacking = false;
  FailureOr<ProgramImage> image = compileProgram(module, sources, options);
  if (failed(image))
    return failure();
  times.passes = watch.lap();
  auto program = Program::load(std::move(*image));
  if (!program)
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << llvm::toString(program.takeError());
  times.llvm = watch.lap();
  return GPUEntry(std::move(*program), entry);
}

/// Its place among the functions of the program.
static size_t findIndex(const Program &program, StringRef name) {
  const std::vector<ProgramFunction> &functions = program.getImage().functions;
  return llvm::find_if(functions,
                       [name](const ProgramFunction &function) {
                         return function.name == name;
                       }) -
         functions.begin();
}

GPUEntry::GPUEntry(Program program, const Entry &entry)
    : program(std::move(program)), entry(entry),
      index(findIndex(this->program, entry.name)) {}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// An array in device memory, with the descriptor that compiled code takes.
class cca::DeviceArray {
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

namespace {
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

LogicalResult
GPUEntry::prepareWorkspace(ArrayRef<void *> args,
                           std::vector<DeviceArray> &workspace) const {
  std::optional<int64_t> bytes = program.getWorkspaceBytes(index, args);
  if (!bytes)
    return success();
  auto array = DeviceArray::allocate(entry, {'u', 1}, *bytes);
  if (failed(array))
    return failure();
  workspace.push_back(std::move(*array));
  return success();
}

FailureOr<SmallVector<NpyArray>> GPUEntry::run(
    ArrayRef<NpyArray> inputs, ArrayRef<SmallVector<int64_t>> resultShapes,
    llvm::function_ref<LogicalResult(llvm::function_ref<FailureOr<double>()>)>
        measure) const {
  std::vector<DeviceArray> arrays;
  Stream stream;
  if (failed(prepareArrays(entry, inputs, resultShapes, arrays)) ||
      failed(stream.open(entry)))
    return failure();
  SmallVector<void *> args;
  for (DeviceArray &array : arrays)
    args.push_back(array.words.data());
  std::vector<DeviceArray> workspace;
  if (failed(prepareWorkspace(args, workspace)))
    return failure();
  for (DeviceArray &array : workspace)
    args.push_back(array.words.data());
  args.push_back(stream.stream);

  auto launch = [&]() -> LogicalResult {
    CompiledCodeGuard guard;
    return check(entry, program.getFunction(index)(args.data()));
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
