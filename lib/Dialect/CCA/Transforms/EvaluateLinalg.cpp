//===- EvaluateLinalg.cpp - Loops over constant tensors -------------------===//

#include "EvaluateLinalg.h"

#include "EvaluateScalars.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::cca;

using Elements = std::vector<float>;

//===----------------------------------------------------------------------===//
// Where elements are
//===----------------------------------------------------------------------===//

namespace {
/// An operand, and the position of its element as the loops advance.
struct Access {
  const Elements *elements = nullptr;
  /// Of the first iteration.
  int64_t offset = 0;
  /// By loop.
  SmallVector<int64_t> steps;
};
} // namespace

/// The value of a sum of multiples of dimensions; none if it is something else.
static std::optional<int64_t> evaluate(AffineExpr expr,
                                       ArrayRef<int64_t> dims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  std::optional<int64_t> lhs = evaluate(binary.getLHS(), dims),
                         rhs = evaluate(binary.getRHS(), dims);
  if (!lhs || !rhs)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return *lhs + *rhs;
  // One of the factors is a constant.
  if (expr.getKind() == AffineExprKind::Mul)
    return *lhs * *rhs;
  return std::nullopt;
}

/// The position in an array of that shape, row by row.
static std::optional<int64_t> evaluate(AffineMap map, ArrayRef<int64_t> dims,
                                       ArrayRef<int64_t> shape) {
  int64_t position = 0;
  for (auto [expr, size] : llvm::zip_equal(map.getResults(), shape)) {
    std::optional<int64_t> index = evaluate(expr, dims);
    if (!index)
      return std::nullopt;
    position = position * size + *index;
  }
  return position;
}

static std::optional<Access> getAccess(AffineMap map, ArrayRef<int64_t> shape,
                                       const Elements *elements) {
  SmallVector<int64_t> dims(map.getNumDims(), 0);
  std::optional<int64_t> origin = evaluate(map, dims, shape);
  if (!origin)
    return std::nullopt;
  Access access{elements, *origin, {}};
  for (int64_t &dim : dims) {
    dim = 1;
    access.steps.push_back(*evaluate(map, dims, shape) - *origin);
    dim = 0;
  }
  return access;
}

//===----------------------------------------------------------------------===//
// What is computed there
//===----------------------------------------------------------------------===//

namespace {
/// The body of an op: each step computes one more value.
class Body {
public:
  static std::optional<Body> get(linalg::LinalgOp op);

  /// What is yielded.
  float run() {
    for (const Step &step : steps)
      values[step.result] =
          roundTo(step.type, step.function(values[step.lhs], values[step.rhs]));
    return values[yielded];
  }

  /// The arguments of the block, then constants and results.
  SmallVector<float> values;

private:
  struct Step {
    ScalarFunction function;
    unsigned lhs, rhs, result;
    Type type;
  };

  std::optional<unsigned> find(Value value);

  llvm::DenseMap<Value, unsigned> places;
  SmallVector<Step> steps;
  unsigned yielded = 0;
};
} // namespace

static std::optional<float> getScalar(Value value) {
  FloatAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return toFloat(constant.getValue());
  return std::nullopt;
}

std::optional<unsigned> Body::find(Value value) {
  if (auto found = places.find(value); found != places.end())
    return found->second;
  std::optional<float> constant = getScalar(value);
  if (!constant)
    return std::nullopt;
  values.push_back(*constant);
  return places[value] = values.size() - 1;
}

std::optional<Body> Body::get(linalg::LinalgOp op) {
  Body body;
  for (BlockArgument argument : op.getBlock()->getArguments()) {
    body.places[argument] = body.values.size();
    body.values.push_back(0);
  }
  for (Operation &inner : op.getBlock()->without_terminator()) {
    ScalarFunction function = getScalarFunction(&inner);
    if (!function)
      return std::nullopt;
    std::optional<unsigned> lhs = body.find(inner.getOperand(0)),
                            rhs = body.find(inner.getOperands().back());
    if (!lhs || !rhs)
      return std::nullopt;
    unsigned result = body.values.size();
    body.values.push_back(0);
    body.places[inner.getResult(0)] = result;
    body.steps.push_back(
        {function, *lhs, *rhs, result, inner.getResult(0).getType()});
  }
  Operation *yield = op.getBlock()->getTerminator();
  std::optional<unsigned> yielded = body.find(yield->getOperand(0));
  if (!yielded)
    return std::nullopt;
  body.yielded = *yielded;
  return body;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Advances indices, the innermost fastest; false after the last.
static bool advance(MutableArrayRef<int64_t> indices, ArrayRef<int64_t> sizes,
                    MutableArrayRef<Access> accesses) {
  for (size_t loop = sizes.size(); loop-- > 0;) {
    bool isDone = ++indices[loop] == sizes[loop];
    int64_t by = isDone ? 1 - sizes[loop] : 1;
    for (Access &access : accesses)
      access.offset += by * access.steps[loop];
    if (!isDone)
      return true;
    indices[loop] = 0;
  }
  return false;
}

/// The operands as the loops meet them; none if one is not known.
static std::optional<SmallVector<Access>>
getAccesses(linalg::LinalgOp op, ArrayRef<const Elements *> operands,
            MutableArrayRef<Elements> scalars) {
  SmallVector<Access> accesses;
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    const Elements *elements = operands[index];
    if (!elements) {
      std::optional<float> scalar = getScalar(operand.get());
      if (!scalar)
        return std::nullopt;
      scalars[index] = {*scalar};
      elements = &scalars[index];
    }
    std::optional<Access> access = getAccess(
        op.getMatchingIndexingMap(&operand), op.getShape(&operand), elements);
    if (!access)
      return std::nullopt;
    accesses.push_back(std::move(*access));
  }
  return accesses;
}

std::optional<Elements>
cca::evaluateLinalg(linalg::LinalgOp op, ArrayRef<const Elements *> operands) {
  std::optional<Body> body = Body::get(op);
  std::vector<Elements> scalars(operands.size());
  auto accesses = getAccesses(op, operands, scalars);
  if (!body || !accesses || op.getNumDpsInits() != 1 || op.hasIndexSemantics())
    return std::nullopt;
  // The last operand, which is read and written.
  Elements result = *operands.back();
  accesses->back().elements = &result;
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<int64_t> indices(sizes.size(), 0);
  if (llvm::is_contained(sizes, 0))
    return result;
  do {
    for (auto [place, access] : llvm::enumerate(*accesses))
      body->values[place] = (*access.elements)[access.offset];
    result[accesses->back().offset] = body->run();
  } while (advance(indices, sizes, *accesses));
  return result;
}

std::optional<Elements>
cca::evaluateElementwise(Operation *op, ArrayRef<const Elements *> operands) {
  ScalarFunction function = getScalarFunction(op);
  if (!function || llvm::is_contained(operands, nullptr))
    return std::nullopt;
  Type type = getElementTypeOrSelf(op->getResult(0));
  Elements result;
  result.reserve(operands.front()->size());
  for (auto [lhs, rhs] : llvm::zip_equal(*operands.front(), *operands.back()))
    result.push_back(roundTo(type, function(lhs, rhs)));
  return result;
}
