//===- FlashAttention.cpp - cca.flash_attention to linalg -----------------===//
//
// One query row at a time. The tokens that token t attends to are one interval:
// its sequence, cut by the causal bound and by the window. So nothing is
// masked, and a row needs memory for its own scores only.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Patterns.h"
#include "SequenceBounds.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Utils/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::cca;

namespace {

/// Lowers one cca.flash_attention.
class FlashAttentionLowering {
public:
  FlashAttentionLowering(FlashAttentionOp op, OpBuilder &b)
      : op(op), b(b), loc(op.getLoc()),
        bounds(b, loc, op.getQuery(), op.getCuSeqlens()) {
    headDim = op.getQuery().getType().getDimSize(3);
    group = op.getQuery().getType().getDimSize(2) /
            op.getKey().getType().getDimSize(2);
  }

  SmallVector<Value> lower() {
    Value query = op.getQuery();
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, query);
    SmallVector<Value> results{tensor::EmptyOp::create(
        b, loc, sizes, op.getOut().getType().getElementType())};
    if (op.getLse())
      results.push_back(tensor::EmptyOp::create(
          b, loc, {sizes[0], sizes[2], sizes[1]}, b.getF32Type()));

    // For each batch row, query head and token.
    auto rows = scf::ForallOp::create(b, loc, {sizes[0], sizes[2], sizes[1]},
                                      results, /*mapping=*/std::nullopt);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(rows.getBody());
    lowerRow(rows.getInductionVars(), rows.getRegionIterArgs(),
             rows.getTerminator());
    return rows.getResults();
  }

private:
  using Range = std::pair<Value, Value>; // begin, count

  /// The tokens that `token` attends to.
  Range attended(Value token) {
    Value begin = bounds.begin(b, loc, token);
    Value end = bounds.end(b, loc, token);
    Value next = arith::AddIOp::create(b, loc, token, constantIndex(b, loc, 1));
    if (op.getCausal())
      end = next;
    if (std::optional<uint64_t> window = op.getWindow()) {
      Value width = constantIndex(b, loc, *window);
      begin = arith::MaxSIOp::create(
          b, loc, begin, arith::SubIOp::create(b, loc, next, width));
      // Not token + window, which the largest window would overflow.
      if (!op.getCausal()) {
        Value rest = arith::SubIOp::create(b, loc, end, token);
        Value ahead = arith::MinSIOp::create(b, loc, rest, width);
        end = arith::AddIOp::create(b, loc, token, ahead);
      }
    }
    return {begin, arith::SubIOp::create(b, loc, end, begin)};
  }

  /// The rows `range` of `head` in `keysOrValues`: count x D.
  Value rowsOf(Value keysOrValues, Value batch, Range range, Value head) {
    SmallVector<OpFoldResult> offsets{batch, range.first, head,
                                      b.getIndexAttr(0)};
    SmallVector<OpFoldResult> sizes{b.getIndexAttr(1), range.second,
                                    b.getIndexAttr(1), b.getIndexAttr(headDim)};
    SmallVector<OpFoldResult> strides(4, b.getIndexAttr(1));
    auto type =
        RankedTensorType::get({ShapedType::kDynamic, headDim},
                              getElementTypeOrSelf(keysOrValues.getType()));
    return tensor::ExtractSliceOp::create(b, loc, type, keysOrValues, offsets,
                                          sizes, strides);
  }

  /// A reduction of all scores of a row to a scalar.
  Value reduceRow(Value scores, double identity, ElementFn fn) {
    Value scalar = reduce(b, loc, scores, /*dim=*/0, identity, fn);
    return tensor::ExtractOp::create(b, loc, scalar, ValueRange{});
  }

  void lowerRow(ValueRange row, ValueRange outs, scf::InParallelOp terminator) {
    Value batch = row[0], head = row[1], token = row[2];
    Value keyHead =
        arith::DivUIOp::create(b, loc, head, constantIndex(b, loc, group));
    Range range = attended(token);
    Value keys = rowsOf(op.getKey(), batch, range, keyHead);
    Value values = rowsOf(op.getValue(), batch, range, keyHead);

    SmallVector<OpFoldResult> at{batch, token, head, b.getIndexAttr(0)};
    SmallVector<OpFoldResult> one(4, b.getIndexAttr(1));
    SmallVector<OpFoldResult> rowSizes = one;
    rowSizes[3] = b.getIndexAttr(headDim);
    Value query = tensor::ExtractSliceOp::create(
        b, loc,
        RankedTensorType::get({headDim},
                              op.getQuery().getType().getElementType()),
        op.getQuery(), at, rowSizes, one);

    // s = scale q kᵀ, p = exp(s - max s), o = p v / sum p.
    AffineExpr j, d;
    bindDims(b.getContext(), j, d);
    OpFoldResult count = range.second, D = b.getIndexAttr(headDim);
    Value scale = constantF32(b, loc, op.getEffectiveSoftmaxScale());
    Value scores =
        contract(b, loc, query, keys, zeros(b, loc, count, b.getF32Type()),
                 {{d}, {j, d}, {j}});
    scores = generate(b, loc, count, b.getF32Type(), scores,
                      [&](OpBuilder &b, Location loc, ValueRange s) -> Value {
                        return arith::MulFOp::create(b, loc, s[0], scale);
                      });
    Value max =
        reduceRow(scores, -std::numeric_limits<double>::infinity(),
                  [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                    return arith::MaximumFOp::create(b, loc, args[0], args[1]);
                  });
    Value weights =
        generate(b, loc, count, b.getF32Type(), scores,
                 [&](OpBuilder &b, Location loc, ValueRange s) -> Value {
                   return math::ExpOp::create(
                       b, loc, arith::SubFOp::create(b, loc, s[0], max));
                 });
    Value sum = reduceRow(
        weights, 0.0, [](OpBuilder &b, Location loc, ValueRange args) -> Value {
          return arith::AddFOp::create(b, loc, args[0], args[1]);
        });
    Value out = contract(b, loc, weights, values,
                         zeros(b, loc, D, b.getF32Type()), {{j}, {j, d}, {d}});
    out = generate(b, loc, D, op.getOut().getType().getElementType(), out,
                   [&](OpBuilder &b, Location loc, ValueRange o) -> Value {
                     return arith::DivFOp::create(b, loc, o[0], sum);
                   });

    Value lse;
    if (op.getLse()) {
      Value scalar =
          arith::AddFOp::create(b, loc, max, math::LogOp::create(b, loc, sum));
      lse = tensor::FromElementsOp::create(
          b, loc, RankedTensorType::get({1}, b.getF32Type()), scalar);
    }
    b.setInsertionPointToEnd(terminator.getBody());
    tensor::ParallelInsertSliceOp::create(b, loc, out, outs[0], at, rowSizes,
                                          one);
    if (lse)
      tensor::ParallelInsertSliceOp::create(
          b, loc, lse, outs[1], SmallVector<OpFoldResult>{batch, head, token},
          ArrayRef(one).take_front(3), ArrayRef(one).take_front(3));
  }

  FlashAttentionOp op;
  OpBuilder &b;
  Location loc;
  SequenceBounds bounds;
  int64_t headDim, group;
};

struct LowerFlashAttention : OpRewritePattern<FlashAttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(FlashAttentionOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, FlashAttentionLowering(op, rewriter).lower());
    return success();
  }
};

} // namespace

void cca::populateFlashAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerFlashAttention>(patterns.getContext());
}
