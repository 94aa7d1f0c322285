//===- FuseProjections.cpp - Projections as front ends write them ---------===//
//
// A projection is a linalg contraction over the last dimension of its input,
// with a bias as its accumulator or added afterwards.
//
//===----------------------------------------------------------------------===//

#include "FuseMatchers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

//===----------------------------------------------------------------------===//
// Bodies of linalg ops
//===----------------------------------------------------------------------===//

/// `value` before scalar casts inside of a body.
static Value uncast(Value value, Casts casts) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp>(op) &&
        (casts == Casts::Exact || !isa<arith::TruncFOp>(op)))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The operands of the OpT that `value` is, maybe rounded afterwards.
template <typename OpT>
static std::optional<std::pair<Value, Value>> matchBinary(Value value) {
  auto op = uncast(value, Casts::Rounding).getDefiningOp<OpT>();
  if (!op)
    return std::nullopt;
  return std::pair(op.getLhs(), op.getRhs());
}

/// Whether the body is accumulator + lhs * rhs. The upstream matcher also
/// accepts any unary ops in between, a negation for one.
static bool isMultiplyAccumulate(Block &body) {
  auto sum = matchBinary<arith::AddFOp>(body.getTerminator()->getOperand(0));
  if (!sum)
    return false;
  Value accumulator = body.getArgument(2);
  if (uncast(sum->first, Casts::Rounding) != accumulator)
    std::swap(sum->first, sum->second);
  if (uncast(sum->first, Casts::Rounding) != accumulator)
    return false;
  auto product = matchBinary<arith::MulFOp>(sum->second);
  if (!product)
    return false;
  Value lhs = uncast(product->first, Casts::Exact);
  Value rhs = uncast(product->second, Casts::Exact);
  if (lhs != body.getArgument(0))
    std::swap(lhs, rhs);
  return lhs == body.getArgument(0) && rhs == body.getArgument(1);
}

static SmallVector<int64_t> loopsOf(AffineMap map) {
  return llvm::map_to_vector(map.getResults(), [](AffineExpr expr) -> int64_t {
    return cast<AffineDimExpr>(expr).getPosition();
  });
}

//===----------------------------------------------------------------------===//
// Biases
//===----------------------------------------------------------------------===//

/// Whether `map` reads the channels, all dimensions behind the first
/// `tokenDims` ones, and nothing else. Unit dimensions in between are read at
/// 0.
static bool readsChannels(AffineMap map, unsigned tokenDims) {
  unsigned next = tokenDims;
  for (AffineExpr expr : map.getResults()) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr);
        constant && constant.getValue() == 0)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || dim.getPosition() != next++)
      return false;
  }
  return next == map.getNumDims();
}

/// The channels that `value` repeats for each token, or null.
static Value broadcastSource(Value value, unsigned tokenDims) {
  while (Value source = castSource(value, Casts::Exact))
    value = source;
  auto op = value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      !op.isAllParallelLoops())
    return {};
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (uncast(yielded, Casts::Exact) != op.getBlock()->getArgument(0) ||
      !maps[1].isIdentity() || !readsChannels(maps[0], tokenDims))
    return {};
  return op.getDpsInputs().front();
}

/// x + bias, where `bias` does not depend on the token.
struct BiasAdd {
  Value x, bias;
};

/// The two operands of a sum as x and bias, in either order.
static std::optional<BiasAdd> asBiasAdd(std::pair<Value, AffineMap> a,
                                        std::pair<Value, AffineMap> b,
                                        unsigned tokenDims) {
  for (int i = 0; i < 2; ++i, std::swap(a, b)) {
    auto [x, xMap] = a;
    auto [bias, biasMap] = b;
    if (!xMap.isIdentity())
      continue;
    if (readsChannels(biasMap, tokenDims))
      return BiasAdd{x, bias};
    if (Value channels = broadcastSource(bias, tokenDims);
        channels && biasMap.isIdentity())
      return BiasAdd{x, channels};
  }
  return std::nullopt;
}

/// Matches arith.addf, linalg.add, and a linalg.generic that adds two of its
/// operands, its output among them.
static std::optional<BiasAdd> matchBiasAdd(const TokenView &view) {
  if (auto add = view.value.getDefiningOp<arith::AddFOp>()) {
    auto identity = AffineMap::getMultiDimIdentityMap(
        cast<RankedTensorType>(add.getType()).getRank(), add.getContext());
    return asBiasAdd({add.getLhs(), identity}, {add.getRhs(), identity},
                     view.tokenDims());
  }
  auto op = view.value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumDpsInits() != 1 || !op.isAllParallelLoops() ||
      !op.getIndexingMapsArray().back().isIdentity())
    return std::nullopt;
  Block *body = op.getBlock();
  auto sum = matchBinary<arith::AddFOp>(body->getTerminator()->getOperand(0));
  if (!sum)
    return std::nullopt;
  Value values[] = {sum->first, sum->second};
  std::pair<Value, AffineMap> terms[2];
  for (auto [term, value] : llvm::zip_equal(terms, values)) {
    auto arg = dyn_cast<BlockArgument>(uncast(value, Casts::Rounding));
    if (!arg || arg.getOwner() != body)
      return std::nullopt;
    OpOperand &operand = op->getOpOperand(arg.getArgNumber());
    term = {operand.get(), op.getMatchingIndexingMap(&operand)};
  }
  return asBiasAdd(terms[0], terms[1], view.tokenDims());
}

/// Whether `value` is a tensor of zeros.
static bool isZero(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (Value source = castSource(value, Casts::Rounding))
      value = source;
    else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      value = op->getOperand(0);
    else if (auto fill = dyn_cast<linalg::FillOp>(op))
      value = fill.value();
    else if (auto generic = dyn_cast<linalg::GenericOp>(op);
             generic && linalg::isaFillOpInterface(generic))
      value = *linalg::isaFillOpInterface(generic);
    else
      return matchPattern(value, m_AnyZeroFloat());
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Projections
//===----------------------------------------------------------------------===//

/// Reads `op` as a contraction of tokens with a weight that all tokens share:
/// operand `input` runs over tokens and inner channels, the result over tokens
/// and outer channels.
static std::optional<Projection>
asProjection(linalg::LinalgOp op, unsigned input, const TokenView &out) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> result = loopsOf(maps[2]), in = loopsOf(maps[input]);
  ArrayRef<int64_t> tokens = ArrayRef(result).take_front(out.tokenDims());
  if (ArrayRef(in).take_front(tokens.size()) != tokens)
    return std::nullopt;

  Projection p;
  p.contraction = op;
  p.tokenLoops.assign(tokens.begin(), tokens.end());
  p.outLoops.assign(result.begin() + tokens.size(), result.end());
  p.inLoops.assign(in.begin() + tokens.size(), in.end());
  p.input = {op.getDpsInputs()[input], out.flattened};
  p.weight.value = op.getDpsInputs()[1 - input];
  for (int64_t loop : loopsOf(maps[1 - input]))
    p.weight.loops.push_back({loop});

  // All loops that are neither tokens nor outer channels are summed over.
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  if (p.outLoops.empty() || p.inLoops.size() != reductions.size() ||
      llvm::any_of(p.inLoops, [&](int64_t loop) {
        return !llvm::is_contained(reductions, loop);
      }))
    return std::nullopt;
  return p;
}

FailureOr<Projection> fuse::matchProjection(TokenView view, Refuse refuse) {
  Value bias;
  while (true) {
    if (auto source = view.source(Casts::Rounding)) {
      view = *source;
    } else if (auto add = matchBiasAdd(view)) {
      if (bias)
        return refuse("a projection has two biases");
      bias = add->bias;
      view.value = add->x;
    } else {
      break;
    }
  }

  auto op = view.value.getDefiningOp<linalg::LinalgOp>();
  if (!op || !linalg::isaContractionOpInterface(op))
    return refuse("no linalg contraction where a projection is expected");
  if (!isMultiplyAccumulate(*op.getBlock()))
    return refuse("a projection does more than multiply and add");
  std::optional<Projection> p = asProjection(op, 0, view);
  if (!p)
    p = asProjection(op, 1, view);
  if (!p)
    return refuse("a contraction is not a projection of tokens");

  Value init = op.getDpsInits().front();
  if (Value channels = broadcastSource(init, view.tokenDims())) {
    if (bias)
      return refuse("a projection has two biases");
    bias = channels;
  } else if (!isZero(init)) {
    return refuse(
        "the accumulator of a projection starts from neither zero nor "
        "a bias");
  }
  p->bias = bias;
  return *p;
}

SmallVector<TokenView> Projection::inputs() const {
  SmallVector<TokenView> views;
  for (std::optional<TokenView> view = input; view;
       view = view->source(Casts::Exact))
    views.push_back(*view);
  return views;
}
