//===- FuseMatchers.cpp - Seeing through casts and reshapes ---------------===//

#include "FuseMatchers.h"
#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

Type fuse::elementTypeOf(Value value) {
  return getElementTypeOrSelf(value.getType());
}

/// Whether `op` extends or, with `Casts::Rounding`, rounds floats.
static bool isFloatCast(Operation *op, Casts casts) {
  return isa<arith::ExtFOp>(op) ||
         (casts == Casts::Rounding && isa<arith::TruncFOp>(op));
}

Value fuse::castSource(Value value, Casts casts) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return isa<RankedTensorType>(cast.getSource().getType()) ? cast.getSource()
                                                             : Value();
  if (isFloatCast(op, casts))
    return op->getOperand(0);
  // A cast that went through convert-elementwise-to-linalg.
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    if (linalg::isaElemwiseSingleUnaryOpInterface(generic) &&
        isFloatCast(&generic.getBody()->front(), casts))
      return generic.getDpsInputs().front();
  return {};
}

static bool sameValueTo(Value a, Value b, unsigned depth) {
  if (a == b)
    return true;
  auto resultA = dyn_cast_if_present<OpResult>(a);
  auto resultB = dyn_cast_if_present<OpResult>(b);
  if (!depth || !resultA || !resultB ||
      resultA.getResultNumber() != resultB.getResultNumber())
    return false;
  Operation *opA = resultA.getOwner(), *opB = resultB.getOwner();
  // Two empty tensors may have different contents.
  if (opA->getNumRegions() || !isMemoryEffectFree(opA) ||
      isa<tensor::EmptyOp>(opA))
    return false;
  return OperationEquivalence::isEquivalentTo(
      opA, opB,
      [&](Value x, Value y) { return success(sameValueTo(x, y, depth - 1)); },
      /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
}

bool fuse::sameValue(Value a, Value b) {
  // Deep enough for a table that is sliced and cast; bounds the search.
  return sameValueTo(a, b, /*depth=*/6);
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

/// The tensor furthest back that has the B and S of `value`.
static Value tokenSource(Value value) {
  while (true) {
    std::optional<TokenView> source = TokenView{value}.source(Casts::Rounding);
    if (source && !source->isFlat())
      value = source->value;
    else if (auto attention = value.getDefiningOp<AttentionOp>())
      value = attention.getHidden();
    else if (auto prologue = value.getDefiningOp<PrologueOp>())
      value = prologue.getHidden();
    else
      return value;
  }
}

/// Whether `size` is size `dim`, B or S, of `tensor`.
static bool isTokenDim(OpFoldResult size, Value tensor, int64_t dim) {
  int64_t expected = cast<RankedTensorType>(tensor.getType()).getDimSize(dim);
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return *constant == expected;
  tensor = tokenSource(tensor);
  if (auto dimOp = cast<Value>(size).getDefiningOp<tensor::DimOp>())
    if (dimOp.getConstantIndex() == dim &&
        tokenSource(dimOp.getSource()) == tensor)
      return true;
  auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>();
  return expand && expand.getMixedOutputShape()[dim] == size;
}

/// Whether the first two sizes of `tensor`, whose product is that of `sizes`,
/// are `sizes`.
static bool hasTokens(Value tensor, ArrayRef<OpFoldResult> sizes) {
  bool sameBatch = isTokenDim(sizes[0], tensor, 0);
  bool sameTokens = isTokenDim(sizes[1], tensor, 1);
  // The other one follows from the product, unless that is 0.
  auto isPositive = [](OpFoldResult size) {
    std::optional<int64_t> constant = getConstantIntValue(size);
    return constant && *constant > 0;
  };
  return (sameBatch && sameTokens) || (sameBatch && isPositive(sizes[0])) ||
         (sameTokens && isPositive(sizes[1]));
}

/// Whether group `i` of a reassociation is just `dims`.
static bool groupIs(ArrayRef<ReassociationIndices> groups, unsigned i,
                    ArrayRef<int64_t> dims) {
  return i < groups.size() && ArrayRef<int64_t>(groups[i]) == dims;
}

std::optional<TokenView> TokenView::source(Casts casts) const {
  if (Value from = castSource(value, casts))
    return TokenView{from, flattened};

  if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>()) {
    SmallVector<ReassociationIndices> groups(expand.getReassociationIndices());
    if (groupIs(groups, 0, {0}) && (isFlat() || groupIs(groups, 1, {1})))
      return TokenView{expand.getSrc(), flattened};
    if (!isFlat() && groupIs(groups, 0, {0, 1})) {
      SmallVector<OpFoldResult> shape = expand.getMixedOutputShape();
      return TokenView{expand.getSrc(), {shape[0], shape[1]}};
    }
    return std::nullopt;
  }

  if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>()) {
    SmallVector<ReassociationIndices> groups(
        collapse.getReassociationIndices());
    if (groupIs(groups, 0, {0}) && (isFlat() || groupIs(groups, 1, {1})))
      return TokenView{collapse.getSrc(), flattened};
    // A batch that was flattened must be the batch that comes out.
    if (isFlat() && groupIs(groups, 0, {0, 1}) &&
        hasTokens(collapse.getSrc(), flattened))
      return TokenView{collapse.getSrc()};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Building ops that may turn out invalid
//===----------------------------------------------------------------------===//

LogicalResult Staging::verify(Refuse refuse) {
  std::string message;
  auto verifyOps = [&] {
    // Other threads run passes on other functions: their errors are not ours.
    ScopedDiagnosticHandler handler(
        b.getContext(),
        [&, thread = llvm::get_threadid()](Diagnostic &diagnostic) {
          if (llvm::get_threadid() != thread)
            return failure();
          message = diagnostic.str();
          return success();
        });
    return llvm::all_of(block, [](Operation &op) {
      return succeeded(op.getName().verifyInvariants(&op));
    });
  };
  if (verifyOps())
    return success();
  return refuse("the result would be invalid: " + message);
}

bool Staging::isAvailableAt(Operation *point) {
  for (Operation &op : block)
    for (Value operand : op.getOperands()) {
      // Producers in other blocks are in front of all of the block of `point`:
      // a step in that block reads what they produce.
      Operation *producer = operand.getDefiningOp();
      if (producer && producer->getBlock() == point->getBlock() &&
          !producer->isBeforeInBlock(point))
        return false;
    }
  return true;
}

void Staging::insert(RewriterBase &rewriter) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    op.remove();
    rewriter.insert(&op);
  }
}
