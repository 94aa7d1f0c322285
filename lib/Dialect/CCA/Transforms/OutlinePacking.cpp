//===- OutlinePacking.cpp - The pass cca-outline-packing ------------------===//

#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCAOUTLINEPACKING
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {
/// What is computed from weights only, and what of it kernels read.
struct Packing {
  SmallVector<Value> results;
  /// In their order.
  llvm::SetVector<Operation *> ops;
  SmallVector<BlockArgument> weights;
};
} // namespace

static FailureOr<Packing> findPacking(func::FuncOp function) {
  Packing packing;
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitUsesFromAbove = false;
  llvm::SetVector<Operation *> slice;
  for (Operation &op : function.front()) {
    if (!op.hasAttr(packingAttrName))
      continue;
    llvm::append_range(packing.results, op.getResults());
    if (failed(getBackwardSlice(&op, &slice, options)))
      return failure();
  }
  slice = topologicalSort(slice);
  llvm::SmallSetVector<Value, 8> used;
  for (Operation *op : slice) {
    // The op that is sliced for is not always of the body: a value that a
    // region captures brings what is around it.
    if (op->getParentOp() != function)
      continue;
    if (!isMemoryEffectFree(op) || isa<CCADialect>(op->getDialect()))
      return op->emitOpError("expects packed weights to be computed by ops on "
                             "tensors without side effects, but got ")
             << op->getName();
    packing.ops.insert(op);
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        used.insert(operand);
    });
  }
  for (BlockArgument argument : function.getArguments())
    if (used.contains(argument))
      packing.weights.push_back(argument);
  return packing;
}

/// Makes the function that computes packed weights, beside `function`.
static func::FuncOp createPackFunction(func::FuncOp function,
                                       const Packing &packing, StringRef name) {
  OpBuilder b(function.getContext());
  b.setInsertionPoint(function);
  Location loc = function.getLoc();
  SmallVector<Type> operands, results;
  SmallVector<Location> locations;
  for (BlockArgument weight : packing.weights) {
    operands.push_back(weight.getType());
    locations.push_back(weight.getLoc());
  }
  for (Value result : packing.results)
    results.push_back(result.getType());
  auto pack =
      func::FuncOp::create(b, loc, name, b.getFunctionType(operands, results));
  Block *body = b.createBlock(&pack.getBody(), {}, operands, locations);
  IRMapping mapping;
  for (auto [weight, argument] :
       llvm::zip(packing.weights, body->getArguments()))
    mapping.map(weight, argument);
  for (Operation *op : packing.ops)
    b.clone(*op, mapping)->removeAttr(packingAttrName);
  SmallVector<Value> values;
  for (Value result : packing.results)
    values.push_back(mapping.lookup(result));
  func::ReturnOp::create(b, loc, values);
  return pack;
}

/// Makes packed weights arguments, and removes what only packing has used.
static void takePackedWeights(func::FuncOp function, Packing &packing) {
  Builder b(function.getContext());
  for (auto [index, result] : llvm::enumerate(packing.results)) {
    unsigned position = function.getNumArguments();
    auto attributes = b.getDictionaryAttr(
        b.getNamedAttr(packedAttrName, b.getI64IntegerAttr(int64_t(index))));
    if (failed(function.insertArgument(position, result.getType(), attributes,
                                       result.getLoc())))
      llvm_unreachable("a func.func can have any argument");
    result.replaceAllUsesWith(function.getArgument(position));
  }
  for (Operation *op : llvm::reverse(packing.ops))
    if (op->use_empty())
      op->erase();
  llvm::BitVector unused(function.getNumArguments());
  for (BlockArgument weight : packing.weights)
    if (weight.use_empty())
      unused.set(weight.getArgNumber());
  if (failed(function.eraseArguments(unused)))
    llvm_unreachable("arguments without uses can be erased");
}

namespace {
struct CCAOutlinePacking : cca::impl::CCAOutlinePackingBase<CCAOutlinePacking> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isExternal() && failed(outline(function, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult outline(func::FuncOp function, SymbolTable &symbols) {
    FailureOr<Packing> packing = findPacking(function);
    if (failed(packing))
      return failure();
    // Constants have no caller who could pack them.
    if (packing->results.empty() || packing->weights.empty())
      return success();
    std::string name = (function.getName() + packSuffix).str();
    if (!function.isPublic() ||
        !SymbolTable::symbolKnownUseEmpty(function, getOperation()))
      return function.emitOpError("expects to be public and not called, as the "
                                  "arguments of a function with packed weights "
                                  "change");
    if (Operation *other = symbols.lookup(name))
      return other->emitError("expects no function of this name beside @")
             << function.getName() << ", which packs weights, but got @"
             << name;
    symbols.insert(createPackFunction(function, *packing, name));
    takePackedWeights(function, *packing);
    return success();
  }
};
} // namespace
