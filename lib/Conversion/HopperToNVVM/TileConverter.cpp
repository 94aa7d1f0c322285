//===- TileConverter.cpp - What a tile is in one thread -------------------===//

#include "Patterns.h"

#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/LLVMIR/LLVMTypes.h"

using namespace mlir;
using namespace mlir::cca;

/// The registers of one thread that hold `tile`, or none if it has no layout.
static std::optional<SmallVector<Type>> registersOf(RankedTensorType tile) {
  Type element = tile.getElementType();
  if (hopper::isRows(tile)) {
    int64_t count =
        tile.getNumElements() / Fragment::rows * Fragment::rowsPerThread;
    return SmallVector<Type>(count, element);
  }
  if (!hopper::isFragment(tile))
    return std::nullopt;
  int64_t count = tile.getNumElements() / HopperTarget::threadsPerWarpgroup;
  if (element.isBF16() || element.isF16())
    return SmallVector<Type>(count / 2, VectorType::get(2, element));
  return SmallVector<Type>(count, element);
}

TileConverter::TileConverter(MLIRContext *context) {
  Type i32 = IntegerType::get(context, 32);
  addConversion([](Type type) { return type; });
  addConversion(
      [](RankedTensorType type,
         SmallVectorImpl<Type> &types) -> std::optional<LogicalResult> {
        auto registers = registersOf(type);
        if (!registers)
          return failure();
        types.append(*registers);
        return success();
      });
  addConversion(
      [](hopper::PendingType type,
         SmallVectorImpl<Type> &types) -> std::optional<LogicalResult> {
        auto registers = registersOf(type.getTile());
        if (!registers)
          return failure();
        types.append(*registers);
        return success();
      });
  addConversion([i32](hopper::SmemType, SmallVectorImpl<Type> &types) {
    types.append({i32, i32});
    return success();
  });
  addConversion([i32](hopper::RingType, SmallVectorImpl<Type> &types) {
    types.append({i32, i32});
    return success();
  });
  addConversion([](hopper::TensorMapType type) -> Type {
    return LLVM::LLVMPointerType::get(type.getContext());
  });
}
