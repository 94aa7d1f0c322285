//===- FuseWeights.cpp - Weights and biases in the layout of cca ops ------===//

#include "FuseMatchers.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::fuse;

using Loops = SmallVector<SmallVector<int64_t>>;

static RankedTensorType tensorTypeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

static bool isSubset(ArrayRef<int64_t> loops, ArrayRef<int64_t> of) {
  return llvm::all_of(
      loops, [&](int64_t loop) { return llvm::is_contained(of, loop); });
}

/// result dimension i = source dimension permutation[i]
static WeightView beforeTranspose(Value source, const Loops &loops,
                                  ArrayRef<int64_t> permutation) {
  WeightView view{source, Loops(loops.size())};
  for (auto [i, dim] : llvm::enumerate(permutation))
    view.loops[dim] = loops[i];
  return view;
}

/// A weight may be broadcast over tokens, which all have the same one then.
static std::optional<WeightView> beforeBroadcast(Value source,
                                                 const Loops &loops,
                                                 ArrayRef<int64_t> added,
                                                 ArrayRef<int64_t> tokenLoops) {
  WeightView view{source, {}};
  for (auto [dim, dimLoops] : llvm::enumerate(loops)) {
    if (!llvm::is_contained(added, static_cast<int64_t>(dim)))
      view.loops.push_back(dimLoops);
    else if (!isSubset(dimLoops, tokenLoops))
      return std::nullopt;
  }
  return view;
}

/// The dimension before a split runs over the loops of its parts. A part that
/// runs over tokens must have size 1.
static std::optional<WeightView> beforeExpand(tensor::ExpandShapeOp op,
                                              const Loops &loops,
                                              ArrayRef<int64_t> tokenLoops) {
  WeightView view{op.getSrc(), {}};
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    SmallVector<int64_t> &merged = view.loops.emplace_back();
    for (int64_t dim : group) {
      if (!isSubset(loops[dim], tokenLoops))
        llvm::append_range(merged, loops[dim]);
      else if (op.getResultType().getDimSize(dim) != 1)
        return std::nullopt;
    }
  }
  return view;
}

std::optional<WeightView>
WeightView::source(ArrayRef<int64_t> tokenLoops) const {
  if (Value from = castSource(value, Casts::Exact))
    return WeightView{from, loops};
  Operation *op = value.getDefiningOp();
  if (auto transpose = dyn_cast_if_present<linalg::TransposeOp>(op))
    return beforeTranspose(transpose.getInput(), loops,
                           transpose.getPermutation());
  if (auto broadcast = dyn_cast_if_present<linalg::BroadcastOp>(op))
    return beforeBroadcast(broadcast.getInput(), loops,
                           broadcast.getDimensions(), tokenLoops);
  if (auto expand = dyn_cast_if_present<tensor::ExpandShapeOp>(op))
    return beforeExpand(expand, loops, tokenLoops);
  if (auto generic = dyn_cast_if_present<linalg::GenericOp>(op)) {
    if (auto permutation = linalg::isaTransposeOpInterface(generic))
      return beforeTranspose(generic.getDpsInputs().front(), loops,
                             *permutation);
    if (auto dims = linalg::isaBroadcastOpInterface(generic))
      return beforeBroadcast(generic.getDpsInputs().front(), loops, *dims,
                             tokenLoops);
  }
  return std::nullopt;
}

/// Whether `view` is out x in.
static bool hasLinearLayout(const WeightView &view, const Projection &p) {
  return view.loops.size() == 2 && view.loops[0] == p.outLoops &&
         view.loops[1] == p.inLoops;
}

/// The dimensions of `view` in two groups, of which the first runs over the
/// loops `first`, the second over `second`; dimensions over tokens go along.
/// Empty if that is not their order.
static SmallVector<ReassociationIndices> groupDims(const WeightView &view,
                                                   ArrayRef<int64_t> tokenLoops,
                                                   ArrayRef<int64_t> first,
                                                   ArrayRef<int64_t> second) {
  SmallVector<int64_t> order, expected(first);
  llvm::append_range(expected, second);
  SmallVector<ReassociationIndices> groups(1);
  for (auto [dim, loops] : llvm::enumerate(view.loops)) {
    if (!isSubset(loops, tokenLoops)) {
      if (order.size() == first.size())
        groups.emplace_back();
      llvm::append_range(order, loops);
    }
    groups.back().push_back(dim);
  }
  if (order != expected || groups.size() != 2)
    return {};
  return groups;
}

/// `view` as out x in, reshaped and transposed as needed.
static FailureOr<Value> relayout(OpBuilder &b, Location loc,
                                 const WeightView &view, const Projection &p,
                                 Refuse refuse) {
  RankedTensorType type = tensorTypeOf(view.value);
  for (auto [dim, loops] : llvm::enumerate(view.loops))
    if (isSubset(loops, p.tokenLoops) && type.getDimSize(dim) != 1)
      return refuse("a projection weight differs between tokens");

  auto groups = groupDims(view, p.tokenLoops, p.outLoops, p.inLoops);
  bool outFirst = !groups.empty();
  if (!outFirst)
    groups = groupDims(view, p.tokenLoops, p.inLoops, p.outLoops);
  if (groups.empty())
    return refuse("a projection weight is neither out x in nor in x out");

  Value weight = view.value;
  if (type.getRank() != 2)
    weight = tensor::CollapseShapeOp::create(b, loc, weight, groups);
  if (outFirst)
    return weight;
  RankedTensorType merged = tensorTypeOf(weight);
  Value empty = tensor::EmptyOp::create(
      b, loc, ArrayRef<int64_t>{merged.getDimSize(1), merged.getDimSize(0)},
      merged.getElementType());
  return linalg::TransposeOp::create(b, loc, weight, empty,
                                     ArrayRef<int64_t>{1, 0})
      ->getResult(0);
}

FailureOr<Value> fuse::buildWeight(OpBuilder &b, Location loc,
                                   const Projection &p, Type elementType,
                                   Refuse refuse) {
  std::optional<WeightView> best;
  for (std::optional<WeightView> view = p.weight; view;
       view = view->source(p.tokenLoops)) {
    if (elementTypeOf(view->value) != elementType)
      continue;
    best = view;
    if (hasLinearLayout(*view, p))
      break;
  }
  if (!best)
    return refuse("a projection weight does not have the element type of the "
                  "hidden states");
  if (!tensorTypeOf(best->value).hasStaticShape())
    return refuse("a projection weight has dynamic sizes");
  if (hasLinearLayout(*best, p))
    return best->value;
  return relayout(b, loc, *best, p, refuse);
}

//===----------------------------------------------------------------------===//
// Biases
//===----------------------------------------------------------------------===//

FailureOr<Value> fuse::buildBias(OpBuilder &b, Location loc, Value bias,
                                 Type elementType, Refuse refuse) {
  if (!bias)
    return Value();
  Value best;
  while (bias) {
    if (elementTypeOf(bias) == elementType)
      best = bias;
    if (best && tensorTypeOf(best).getRank() == 1)
      break;
    if (auto expand = bias.getDefiningOp<tensor::ExpandShapeOp>())
      bias = expand.getSrc();
    else
      bias = castSource(bias, Casts::Exact);
  }
  if (!best || !tensorTypeOf(best).hasStaticShape())
    return refuse("a projection bias does not have the element type of the "
                  "hidden states");
  RankedTensorType type = tensorTypeOf(best);
  if (type.getRank() == 1)
    return best;
  auto dims = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  SmallVector<ReassociationIndices> groups{
      ReassociationIndices(dims.begin(), dims.end())};
  return tensor::CollapseShapeOp::create(b, loc, best, groups).getResult();
}
