//===- FuseMatchers.h - Tracing values to projections -----------*- C++ -*-===//
//
// What cca-fuse needs to see that two graphs compute the same thing: through
// casts and reshapes, down to linalg contractions with their biases.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSEMATCHERS_H
#define CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSEMATCHERS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace mlir::cca::fuse {

/// Takes the reason why a graph stays as it is, and returns failure.
using Refuse = function_ref<LogicalResult(const Twine &reason)>;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Which casts a value may be traced through.
enum class Casts {
  Exact,    ///< those that keep every element: extensions, casts of sizes
  Rounding, ///< those that round, too
};

Type elementTypeOf(Value value);

/// The operand of the cast that defines `value`, or null.
Value castSource(Value value, Casts casts);

/// Whether `a` and `b` are one value, or computed alike from the same values:
/// graphs come here before CSE, too. Two null values are the same.
bool sameValue(Value a, Value b);

/// A tensor seen as tokens x channels in memory order. Its leading dimensions
/// are the tokens: B and S, or their product. Casts and reshapes that keep
/// tokens and channels apart change the view, not the elements.
struct TokenView {
  Value value;
  /// B and S, where `value` has their product as its first size; else empty.
  SmallVector<OpFoldResult, 2> flattened = {};

  bool isFlat() const { return !flattened.empty(); }
  unsigned tokenDims() const { return isFlat() ? 1 : 2; }

  /// The view of the operand of the cast or reshape that `value` comes from.
  std::optional<TokenView> source(Casts casts) const;
};

//===----------------------------------------------------------------------===//
// Projections
//===----------------------------------------------------------------------===//

/// The weight operand of a contraction, or what it was before casts,
/// transposes, broadcasts and reshapes. `loops` has the loops of the
/// contraction that each dimension runs over.
struct WeightView {
  Value value;
  SmallVector<SmallVector<int64_t>> loops;

  std::optional<WeightView> source(ArrayRef<int64_t> tokenLoops) const;
};

/// channels = weight x input (+ bias), for each token.
struct Projection {
  linalg::LinalgOp contraction;
  TokenView input;
  WeightView weight;
  SmallVector<int64_t> tokenLoops, outLoops, inLoops;
  Value bias; // null: none. All dimensions are channels.

  /// `input` and the views before it, the nearest first.
  SmallVector<TokenView> inputs() const;
};

/// Matches a projection that ends in `view`, behind casts, reshapes and the
/// addition of a bias.
FailureOr<Projection> matchProjection(TokenView view, Refuse refuse);

/// The weight as out x in with the given element type. Takes a value that is
/// there if it can, else builds a transpose or reshape of one.
FailureOr<Value> buildWeight(OpBuilder &b, Location loc, const Projection &p,
                             Type elementType, Refuse refuse);

/// `bias` as a vector with the given element type; null if there is none.
FailureOr<Value> buildBias(OpBuilder &b, Location loc, Value bias,
                           Type elementType, Refuse refuse);

//===----------------------------------------------------------------------===//
// Building ops that may turn out invalid
//===----------------------------------------------------------------------===//

/// A place to build ops outside of the function, so that a pattern can give up
/// on them without a trace. What is left here goes with it.
class Staging {
public:
  explicit Staging(MLIRContext *context) : b(context) {
    b.setInsertionPointToEnd(&block);
  }

  OpBuilder &builder() { return b; }

  /// Verifies the ops; refuses with what the verifier says.
  LogicalResult verify(Refuse refuse);

  /// Whether all values that the ops read from outside are there at `point`.
  bool isAvailableAt(Operation *point);

  /// Moves the ops to the insertion point of `rewriter`.
  void insert(RewriterBase &rewriter);

private:
  Block block;
  OpBuilder b;
};

} // namespace mlir::cca::fuse

namespace mlir::cca {

/// Steps around projections to cca.prologue.
void populateFuseProloguePatterns(RewritePatternSet &patterns);

/// cca.prologue, cca.flash_attention and a projection to cca.attention.
void populateFuseAttentionPatterns(RewritePatternSet &patterns);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_TRANSFORMS_FUSEMATCHERS_H
