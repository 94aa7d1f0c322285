//===- Constant.cpp - memref.get_global to the runtime --------------------===//

#include "Lowerings.h"

#include "cca/Support/ElementBytes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

using namespace mlir;
using namespace mlir::cca;

/// What a constant holds; none if it is no constant.
static std::optional<std::vector<char>> findBytes(memref::GlobalOp global) {
  if (!global.getConstant() || global.isUninitialized())
    return std::nullopt;
  auto elements = dyn_cast_if_present<ElementsAttr>(
      global.getInitialValue().value_or(Attribute()));
  return elements ? getElementBytes(elements) : std::nullopt;
}

/// Adds the variable that is the `cca_constant`.
static LLVM::GlobalOp addConstant(memref::GlobalOp op, StringRef bytes,
                                  RuntimeInterface &runtime) {
  Location loc = op.getLoc();
  OpBuilder b(op.getContext());
  std::string name = op.getSymName().str();
  LLVM::GlobalOp data =
      runtime.addGlobal(loc, name + "_data",
                        LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size()),
                        /*isConstant=*/true, b.getStringAttr(bytes));
  LLVM::GlobalOp global = runtime.addGlobal(
      loc, name + "_constant", runtime.constantType, /*isConstant=*/false);
  b.createBlock(&global.getInitializerRegion());
  Value fields[] = {
      LLVM::AddressOfOp::create(b, loc, data),
      LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(bytes.size())),
      runtime.addString(b, loc, name + "_name", "constant @" + name),
      LLVM::ZeroOp::create(b, loc, runtime.pointer)};
  Value value = LLVM::UndefOp::create(b, loc, runtime.constantType);
  for (auto [index, field] : llvm::enumerate(fields))
    value = LLVM::InsertValueOp::create(b, loc, value, field, index);
  LLVM::ReturnOp::create(b, loc, value);
  return global;
}

LogicalResult cca::lowerConstant(memref::GetGlobalOp op, HostFunction &function,
                                 ConstantGlobals &constants,
                                 RuntimeInterface &runtime) {
  LLVM::GlobalOp &constant = constants[op.getNameAttr()];
  if (!constant) {
    auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
        op, op.getNameAttr());
    std::optional<std::vector<char>> bytes = findBytes(global);
    if (!bytes)
      return op.emitOpError("expects a constant whose elements are known and "
                            "of whole bytes, but got @")
             << op.getName();
    constant =
        addConstant(global, StringRef(bytes->data(), bytes->size()), runtime);
  }

  Location loc = op.getLoc();
  OpBuilder b(op);
  Value result = function.allocate(loc, runtime.pointer);
  auto call = LLVM::CallOp::create(
      b, loc, runtime.getGetConstant(),
      ValueRange{LLVM::AddressOfOp::create(b, loc, constant), result});
  function.check(b, loc, call.getResult());
  Value address = LLVM::LoadOp::create(b, loc, runtime.pointer, result);
  LLVMTypeConverter converter(op.getContext());
  Value descriptor = MemRefDescriptor::fromStaticShape(b, loc, converter,
                                                       op.getType(), address);
  auto buffer =
      UnrealizedConversionCastOp::create(b, loc, op.getType(), descriptor);
  op.getResult().replaceAllUsesWith(buffer.getResult(0));
  return success();
}
