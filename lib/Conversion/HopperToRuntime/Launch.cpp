//===- Launch.cpp - gpu.launch_func to the runtime ------------------------===//

#include "Lowerings.h"

#include "cca-c/Runtime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

namespace {
struct Argument {
  Value value;
  /// Of tensor maps: `value` is the address of what the kernel gets.
  bool isAddress = false;
};
} // namespace

/// Appends the fields of a memref's descriptor. Kernels free nothing: the
/// aligned pointer stands for the allocated one, too.
static void appendFields(OpBuilder &b, Location loc, Value memref, Type pointer,
                         SmallVectorImpl<Argument> &arguments) {
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, memref);
  Value aligned =
      memref::ExtractAlignedPointerAsIndexOp::create(b, loc, memref);
  Value address = LLVM::IntToPtrOp::create(
      b, loc, pointer, createI64(b, loc, OpFoldResult(aligned)));
  arguments.append({{address}, {address}});
  auto append = [&](OpFoldResult value) {
    arguments.push_back({createI64(b, loc, value)});
  };
  append(metadata.getConstifiedMixedOffset());
  llvm::for_each(metadata.getConstifiedMixedSizes(), append);
  llvm::for_each(metadata.getConstifiedMixedStrides(), append);
}

/// The arguments of the kernel, as its lowered form takes them.
static LogicalResult getArguments(gpu::LaunchFuncOp op, OpBuilder &b,
                                  const DenseMap<Value, Value> &maps,
                                  RuntimeInterface &runtime,
                                  SmallVectorImpl<Argument> &arguments) {
  Location loc = op.getLoc();
  for (auto [index, operand] : llvm::enumerate(op.getKernelOperands())) {
    Type type = operand.getType();
    if (isa<hopper::TensorMapType>(type)) {
      Value map = maps.lookup(operand);
      if (!map)
        return op.emitOpError("expects argument #")
               << index + 1
               << " to be made by hopper.make_tensor_map in this function";
      arguments.push_back({map, /*isAddress=*/true});
    } else if (isa<MemRefType>(type)) {
      appendFields(b, loc, operand, runtime.pointer, arguments);
    } else if (type.isIndex()) {
      arguments.push_back({createI64(b, loc, OpFoldResult(operand))});
    } else if (type.isIntOrFloat()) {
      arguments.push_back({operand});
    } else {
      return op.emitOpError("expects argument #")
             << index + 1
             << " to be an integer, a float, a ranked memref or a tensor map, "
                "but got "
             << type;
    }
  }
  return success();
}

/// Puts the arguments on the stack, and an array of pointers to them.
static Value storeArguments(gpu::LaunchFuncOp op, OpBuilder &b,
                            ArrayRef<Argument> arguments,
                            HostFunction &function, RuntimeInterface &runtime) {
  Location loc = op.getLoc();
  SmallVector<Type> types;
  for (const Argument &argument : arguments)
    if (!argument.isAddress)
      types.push_back(argument.value.getType());
  auto valuesType = LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  auto arrayType = LLVM::LLVMArrayType::get(runtime.pointer, arguments.size());
  Value values = function.allocate(loc, valuesType);
  Value array = function.allocate(loc, arrayType);

  auto getElement = [&](Type type, Value address, int32_t index) {
    return LLVM::GEPOp::create(b, loc, runtime.pointer, type, address,
                               ArrayRef<LLVM::GEPArg>{0, index})
        .getResult();
  };
  int32_t field = 0;
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    Value address = argument.value;
    if (!argument.isAddress) {
      address = getElement(valuesType, values, field++);
      LLVM::StoreOp::create(b, loc, argument.value, address);
    }
    LLVM::StoreOp::create(b, loc, address,
                          getElement(arrayType, array, int32_t(index)));
  }
  return array;
}

//===----------------------------------------------------------------------===//
// The launch
//===----------------------------------------------------------------------===//

LogicalResult cca::lowerLaunch(gpu::LaunchFuncOp op, HostFunction &function,
                               const KernelGlobals &globals,
                               const DenseMap<Value, Value> &maps,
                               RuntimeInterface &runtime) {
  if (op.getAsyncToken() || !op.getAsyncDependencies().empty() ||
      op.getAsyncObject())
    return op.emitOpError("expects the order of launches to be that of the "
                          "stream, but got async dependencies");
  Location loc = op.getLoc();
  OpBuilder b(op);
  SmallVector<Argument> arguments;
  if (failed(getArguments(op, b, maps, runtime, arguments)))
    return failure();

  Value launch = function.allocate(loc, runtime.launchType);
  auto store = [&](int32_t field, Value value,
                   std::optional<int32_t> index = std::nullopt) {
    storeField(b, loc, runtime.launchType, launch, field, value, index);
  };
  auto storeDims = [&](int32_t field, gpu::KernelDim3 dims) {
    Value sizes[] = {dims.x, dims.y, dims.z};
    for (auto [index, size] : llvm::enumerate(sizes))
      store(field, createI64(b, loc, OpFoldResult(size)), index);
  };
  storeDims(RuntimeInterface::Grid, op.getGridSizeOperandValues());
  storeDims(RuntimeInterface::BlockSize, op.getBlockSizeOperandValues());
  Value none = createI64(b, loc, 0);
  storeDims(RuntimeInterface::Cluster, op.hasClusterSize()
                                           ? op.getClusterSizeOperandValues()
                                           : gpu::KernelDim3{none, none, none});
  Value sharedMemory = op.getDynamicSharedMemorySize();
  store(RuntimeInterface::SharedMemory,
        sharedMemory ? createI64(b, loc, OpFoldResult(sharedMemory)) : none);
  store(RuntimeInterface::Flags,
        createI64(b, loc,
                  op->hasAttr(hopper::programmaticLaunchAttrName)
                      ? CCA_LAUNCH_PROGRAMMATIC
                      : INT64_C(0)));
  store(RuntimeInterface::Arguments,
        storeArguments(op, b, arguments, function, runtime));
  store(RuntimeInterface::Stream, function.getStream());

  Value kernel =
      LLVM::AddressOfOp::create(b, loc, globals.at(op.getKernelAttr()));
  auto call = LLVM::CallOp::create(b, loc, runtime.getLaunchKernel(),
                                   ValueRange{kernel, launch});
  function.check(b, loc, call.getResult());
  return success();
}

void cca::lowerMultiprocessorCount(hopper::MultiprocessorCountOp op,
                                   HostFunction &function,
                                   RuntimeInterface &runtime) {
  Location loc = op.getLoc();
  OpBuilder b(op);
  Value address = function.allocate(loc, b.getI64Type());
  auto call =
      LLVM::CallOp::create(b, loc, runtime.getMultiprocessorCount(), address);
  function.check(b, loc, call.getResult());
  Value count = LLVM::LoadOp::create(b, loc, b.getI64Type(), address);
  op.getCount().replaceAllUsesWith(
      arith::IndexCastOp::create(b, loc, b.getIndexType(), count).getResult());
}
