//===- Workspace.cpp - Where temporaries lie in a workspace ---------------===//

#include "Workspace.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::cca;

/// What rows of any element type, cache lines and TMA are content with.
static constexpr int64_t alignment = 256;

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

/// The first and last op of the function's body that use the memory of a
/// temporary. Views and tensor maps are not yet uses.
static std::pair<Operation *, Operation *> getLifetime(memref::AllocOp alloc) {
  Block *body = alloc->getBlock();
  Operation *first = nullptr, *last = alloc;
  SmallVector<Value> aliases{alloc};
  llvm::DenseSet<Value> seen;
  while (!aliases.empty()) {
    Value value = aliases.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    for (Operation *user : value.getUsers()) {
      // That of the function, which frees nothing from now on.
      if (isa<memref::DeallocOp>(user))
        continue;
      Operation *op = body->findAncestorOpInBlock(*user);
      if (last->isBeforeInBlock(op))
        last = op;
      if (!isMemoryEffectFree(user) && (!first || op->isBeforeInBlock(first)))
        first = op;
      ResultRange results = user->hasTrait<OpTrait::IsTerminator>()
                                ? user->getParentOp()->getResults()
                                : user->getResults();
      for (Value result : results)
        if (isa<BaseMemRefType, hopper::TensorMapType>(result.getType()))
          aliases.push_back(result);
    }
  }
  return {first ? first : alloc, last};
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

std::optional<std::pair<unsigned, int64_t>>
cca::getSizeOfArgument(Operation *op) {
  auto dim = dyn_cast<memref::DimOp>(op);
  if (!dim || !dim.getConstantIndex())
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(dim.getSource());
  if (!argument || !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
    return std::nullopt;
  return std::pair(argument.getArgNumber(), *dim.getConstantIndex());
}

static LogicalResult checkType(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (type.getLayout().isIdentity() && type.getElementType().isIntOrFloat() &&
      type.getElementTypeBitWidth() % 8 == 0)
    return success();
  return alloc.emitOpError("expects a contiguous temporary with elements of "
                           "whole bytes, but got ")
         << type;
}

LogicalResult WorkspaceLayout::findSizes() {
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.filter = [](Operation *op) { return !getSizeOfArgument(op); };
  llvm::SetVector<Value> operands;
  for (memref::AllocOp alloc : allocs) {
    if (failed(checkType(alloc)))
      return failure();
    operands.insert_range(alloc.getDynamicSizes());
    for (Value size : alloc.getDynamicSizes())
      if (size.getDefiningOp() &&
          failed(getBackwardSlice(size, &arithmetic, options)))
        return failure();
  }
  for (Operation *op : arithmetic) {
    if (!isPure(op) || op->getNumRegions() ||
        isa_and_present<hopper::HopperDialect>(op->getDialect()))
      return op->emitOpError("expects the size of a temporary to follow from "
                             "sizes of arguments");
    operands.insert_range(op->getOperands());
  }
  for (Value operand : operands) {
    Operation *op = operand.getDefiningOp();
    if (!op)
      return emitError(operand.getLoc(),
                       "expects the size of a temporary to follow from sizes "
                       "of arguments, but got an argument");
    if (getSizeOfArgument(op))
      dims.push_back(cast<memref::DimOp>(op));
  }
  llvm::sort(dims, [](memref::DimOp a, memref::DimOp b) {
    return *getSizeOfArgument(a) < *getSizeOfArgument(b);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

void WorkspaceLayout::assignSlots() {
  // Launches of one stream are in the order of the program, so that its order
  // tells when memory is free; not so where it branches.
  Block *body = allocs.front()->getBlock();
  bool isStraight = llvm::hasSingleElement(*body->getParent());
  DenseMap<Operation *, int64_t> time;
  for (auto [index, op] : llvm::enumerate(*body))
    time[&op] = int64_t(index);
  for (memref::AllocOp alloc : allocs) {
    MemRefType type = alloc.getType();
    int64_t bytes = type.getElementTypeBitWidth() / 8;
    for (int64_t size : type.getShape())
      bytes *= ShapedType::isDynamic(size) ? 1 : size;
    SmallVector<Value> sizes = llvm::to_vector(alloc.getDynamicSizes());
    int64_t begin = 0, end = 0;
    if (isStraight) {
      auto [first, last] = getLifetime(alloc);
      begin = time[first];
      end = time[last];
    }
    auto *slot = llvm::find_if(slots, [&](const Slot &slot) {
      return slot.sizes == sizes && slot.end < begin;
    });
    if (slot == slots.end()) {
      slots.push_back({sizes, 0, 0});
      slot = &slots.back();
    }
    slot->bytes = std::max(slot->bytes, bytes);
    slot->end = end;
    slotOf.push_back(slot - slots.begin());
  }
}

FailureOr<WorkspaceLayout> WorkspaceLayout::get(func::FuncOp function) {
  WorkspaceLayout layout;
  WalkResult result = function.walk([&](memref::AllocOp alloc) {
    if (alloc->getParentOp() != function) {
      alloc.emitOpError(
          "expects temporaries in the body of a function, but got "
          "one in ")
          << alloc->getParentOp()->getName();
      return WalkResult::interrupt();
    }
    layout.allocs.push_back(alloc);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (layout.allocs.empty())
    return layout;
  if (failed(layout.findSizes()))
    return failure();
  layout.assignSlots();
  return layout;
}

SmallVector<Value> WorkspaceLayout::emitOffsets(OpBuilder &b, Location loc,
                                                IRMapping mapping) const {
  for (memref::DimOp dim : dims)
    if (!mapping.contains(dim))
      mapping.map(dim.getResult(),
                  memref::DimOp::create(b, loc, dim.getSource(),
                                        *dim.getConstantIndex())
                      .getResult());
  for (Operation *op : arithmetic)
    b.clone(*op, mapping);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  Value end = constant(0);
  SmallVector<Value> begins;
  for (const Slot &slot : slots) {
    begins.push_back(end);
    bool isAligned = slot.bytes % alignment == 0;
    Value bytes = constant(slot.bytes);
    for (Value size : slot.sizes)
      bytes =
          arith::MulIOp::create(b, loc, bytes, mapping.lookupOrDefault(size));
    if (!isAligned) {
      Value whole =
          arith::CeilDivUIOp::create(b, loc, bytes, constant(alignment));
      bytes = arith::MulIOp::create(b, loc, whole, constant(alignment));
    }
    end = arith::AddIOp::create(b, loc, end, bytes);
  }
  SmallVector<Value> offsets;
  for (size_t slot : slotOf)
    offsets.push_back(begins[slot]);
  offsets.push_back(end);
  return offsets;
}
