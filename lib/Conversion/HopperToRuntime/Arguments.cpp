//===- Arguments.cpp - Checks of what callers pass ------------------------===//

#include "Lowerings.h"

#include "cca-c/Runtime.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::cca;

/// The type of any buffer of the same rank.
static MemRefType makeDynamic(MemRefType type) {
  MLIRContext *context = type.getContext();
  SmallVector<int64_t> any(type.getRank(), ShapedType::kDynamic);
  return MemRefType::get(
      any, type.getElementType(),
      StridedLayoutAttr::get(context, ShapedType::kDynamic, any),
      type.getMemorySpace());
}

/// What the type says about the offset, sizes and strides of a descriptor.
static SmallVector<int64_t> getExpectedFields(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<int64_t> fields = {offset};
  llvm::append_range(fields, type.getShape());
  llvm::append_range(fields, strides);
  for (int64_t &field : fields)
    if (ShapedType::isDynamic(field))
      field = CCA_ANY;
  return fields;
}

/// Calls the runtime with the fields of `buffer`, which has any layout, and
/// those that are expected.
static void checkArgument(OpBuilder &b, BlockArgument buffer, MemRefType type,
                          HostFunction &function, RuntimeInterface &runtime) {
  Location loc = buffer.getLoc();
  int64_t rank = type.getRank();
  auto fieldsType = LLVM::LLVMArrayType::get(b.getI64Type(), 1 + 2 * rank);
  Value fields = function.allocate(loc, fieldsType);
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, buffer);
  int32_t index = 0;
  auto store = [&](Value value) {
    Value address =
        LLVM::GEPOp::create(b, loc, runtime.pointer, fieldsType, fields,
                            ArrayRef<LLVM::GEPArg>{0, index++});
    LLVM::StoreOp::create(b, loc, createI64(b, loc, OpFoldResult(value)),
                          address);
  };
  store(metadata.getOffset());
  llvm::for_each(metadata.getSizes(), store);
  llvm::for_each(metadata.getStrides(), store);

  auto tensorType = RankedTensorType::get(1 + 2 * rank, b.getI64Type());
  LLVM::GlobalOp expected = runtime.addGlobal(
      loc, "expected_fields", fieldsType, /*isConstant=*/true,
      DenseElementsAttr::get(tensorType, ArrayRef(getExpectedFields(type))));
  Value name = runtime.addString(b, loc, "argument_name",
                                 describe(buffer, function.getFunction()));
  auto call = LLVM::CallOp::create(
      b, loc, runtime.getCheckArgument(),
      ValueRange{name, createI64(b, loc, rank), fields,
                 LLVM::AddressOfOp::create(b, loc, expected)});
  function.check(b, loc, call.getResult());
}

std::string cca::describe(BlockArgument argument, func::FuncOp function) {
  return "argument #" + std::to_string(argument.getArgNumber() + 1) + " of @" +
         function.getName().str();
}

void cca::checkArguments(HostFunction &function, RuntimeInterface &runtime) {
  func::FuncOp func = function.getFunction();
  auto b = OpBuilder::atBlockBegin(&func.front());
  SmallVector<Type> types = llvm::to_vector(func.getArgumentTypes());
  for (BlockArgument argument : func.getArguments()) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type || !type.isStrided())
      continue;
    MemRefType any = makeDynamic(type);
    types[argument.getArgNumber()] = any;
    argument.setType(any);
    checkArgument(b, argument, type, function, runtime);
    auto cast = memref::CastOp::create(b, argument.getLoc(), type, argument);
    argument.replaceUsesWithIf(cast, [&](OpOperand &use) {
      return !isa<memref::ExtractStridedMetadataOp>(use.getOwner()) &&
             use.getOwner() != cast;
    });
  }
  func.setFunctionType(b.getFunctionType(types, func.getResultTypes()));
}

void cca::lowerCheckWorkspace(hopper::CheckWorkspaceOp op,
                              HostFunction &function,
                              RuntimeInterface &runtime) {
  Location loc = op.getLoc();
  OpBuilder b(op);
  Value workspace = op.getWorkspace();
  Value aligned =
      memref::ExtractAlignedPointerAsIndexOp::create(b, loc, workspace);
  Value address = LLVM::IntToPtrOp::create(
      b, loc, runtime.pointer, createI64(b, loc, OpFoldResult(aligned)));
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value bytes = memref::DimOp::create(b, loc, workspace, zero);
  Value name = runtime.addString(b, loc, "workspace_name",
                                 "workspace of @" +
                                     function.getFunction().getName().str());
  auto call = LLVM::CallOp::create(
      b, loc, runtime.getCheckWorkspace(),
      ValueRange{name, address, createI64(b, loc, OpFoldResult(bytes)),
                 createI64(b, loc, OpFoldResult(op.getBytes()))});
  function.check(b, loc, call.getResult());
}

void cca::lowerAssert(cf::AssertOp op, HostFunction &function,
                      RuntimeInterface &runtime) {
  Location loc = op.getLoc();
  OpBuilder b(op);
  function.require(b, loc, op.getArg(), [&](OpBuilder &b) {
    Value message = runtime.addString(b, loc, "message", op.getMsg());
    return LLVM::CallOp::create(b, loc, runtime.getFail(), message).getResult();
  });
}
