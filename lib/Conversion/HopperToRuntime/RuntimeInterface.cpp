//===- RuntimeInterface.cpp - The runtime in the LLVM dialect -------------===//

#include "RuntimeInterface.h"

#include "cca-c/Runtime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::cca;

static constexpr StringRef failName = "cca_fail";
static constexpr StringRef checkArgumentName = "cca_check_argument";
static constexpr StringRef checkWorkspaceName = "cca_check_workspace";
static constexpr StringRef launchKernelName = "cca_launch_kernel";
static constexpr StringRef getConstantName = "cca_get_constant";
static constexpr StringRef encodeTensorMapName = "cca_encode_tensor_map";
static constexpr StringRef multiprocessorCountName =
    "cca_get_multiprocessor_count";

RuntimeInterface::RuntimeInterface(ModuleOp module)
    : module(module), symbols(module) {
  MLIRContext *context = module.getContext();
  auto i64 = IntegerType::get(context, 64);
  auto three = LLVM::LLVMArrayType::get(i64, 3);
  auto dims = LLVM::LLVMArrayType::get(i64, CCA_MAX_DIMENSIONS);
  pointer = LLVM::LLVMPointerType::get(context);
  auto getStruct = [&](ArrayRef<Type> fields) {
    return LLVM::LLVMStructType::getLiteral(context, fields);
  };
  moduleType = getStruct({pointer, pointer, pointer});
  kernelType = getStruct({pointer, pointer, pointer});
  constantType = getStruct({pointer, i64, pointer, pointer});
  launchType = getStruct({three, three, three, i64, i64, pointer, pointer});
  tensorType =
      getStruct({pointer, pointer, i64, i64, i64, dims, dims, dims, dims});
}

LogicalResult RuntimeInterface::checkNames() {
  for (StringRef name :
       {failName, checkArgumentName, checkWorkspaceName, launchKernelName,
        getConstantName, encodeTensorMapName, multiprocessorCountName})
    if (Operation *symbol = symbols.lookup(name))
      return symbol->emitError("expects a name that the runtime does not "
                               "have, but got @")
             << name;
  return success();
}

LLVM::LLVMFuncOp RuntimeInterface::declare(StringRef name,
                                           ArrayRef<Type> parameters) {
  if (auto function = symbols.lookup<LLVM::LLVMFuncOp>(name))
    return function;
  auto type = LLVM::LLVMFunctionType::get(
      IntegerType::get(module.getContext(), 32), parameters);
  OpBuilder b(module.getContext());
  auto function = LLVM::LLVMFuncOp::create(b, module.getLoc(), name, type);
  symbols.insert(function, module.getBody()->begin());
  return function;
}

LLVM::GlobalOp RuntimeInterface::addGlobal(Location loc, StringRef name,
                                           Type type, bool isConstant,
                                           Attribute value) {
  OpBuilder b(module.getContext());
  // The driver reads images a word at a time.
  constexpr uint64_t alignment = 16;
  auto global =
      LLVM::GlobalOp::create(b, loc, type, isConstant, LLVM::Linkage::Internal,
                             name, value, alignment);
  symbols.insert(global, module.getBody()->begin());
  return global;
}

Value RuntimeInterface::addString(OpBuilder &b, Location loc, StringRef name,
                                  StringRef text) {
  std::string terminated = text.str() + '\0';
  auto type = LLVM::LLVMArrayType::get(b.getI8Type(), terminated.size());
  LLVM::GlobalOp global = addGlobal(loc, name, type, /*isConstant=*/true,
                                    b.getStringAttr(terminated));
  return LLVM::AddressOfOp::create(b, loc, global);
}

LLVM::LLVMFuncOp RuntimeInterface::getFail() {
  return declare(failName, pointer);
}
LLVM::LLVMFuncOp RuntimeInterface::getCheckArgument() {
  auto i64 = IntegerType::get(module.getContext(), 64);
  return declare(checkArgumentName, {pointer, i64, pointer, pointer});
}
LLVM::LLVMFuncOp RuntimeInterface::getCheckWorkspace() {
  auto i64 = IntegerType::get(module.getContext(), 64);
  return declare(checkWorkspaceName, {pointer, pointer, i64, i64});
}
LLVM::LLVMFuncOp RuntimeInterface::getLaunchKernel() {
  return declare(launchKernelName, {pointer, pointer});
}
LLVM::LLVMFuncOp RuntimeInterface::getGetConstant() {
  return declare(getConstantName, {pointer, pointer});
}
LLVM::LLVMFuncOp RuntimeInterface::getEncodeTensorMap() {
  return declare(encodeTensorMapName, {pointer, pointer});
}
LLVM::LLVMFuncOp RuntimeInterface::getMultiprocessorCount() {
  return declare(multiprocessorCountName, pointer);
}

void cca::storeField(OpBuilder &b, Location loc, LLVM::LLVMStructType type,
                     Value address, int32_t field, Value value,
                     std::optional<int32_t> index) {
  SmallVector<LLVM::GEPArg> path = {0, field};
  if (index)
    path.push_back(*index);
  Value target =
      LLVM::GEPOp::create(b, loc, address.getType(), type, address, path);
  LLVM::StoreOp::create(b, loc, value, target);
}

Value cca::createI64(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
}

Value cca::createI64(OpBuilder &b, Location loc, OpFoldResult value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return createI64(b, loc, *constant);
  auto dynamic = cast<Value>(value);
  if (dynamic.getType().isInteger(64))
    return dynamic;
  if (dynamic.getType().isIndex())
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), dynamic);
  return arith::ExtSIOp::create(b, loc, b.getI64Type(), dynamic);
}
