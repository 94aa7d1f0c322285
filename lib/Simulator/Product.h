//===- Product.h - Matrix products on their way -----------------*- C++ -*-===//

#ifndef CCA_LIB_SIMULATOR_PRODUCT_H
#define CCA_LIB_SIMULATOR_PRODUCT_H

#include "Agent.h"

#include <array>

namespace mlir::cca::sim {

/// out[M x N] += a[M x K] b[K x N], or b[N x K] if `transposeB`. Sums in
/// double, so that the order of the device's additions, which nobody specifies,
/// is nearer than any other.
void multiply(const float *a, const float *b, float *out, int64_t m, int64_t n,
              int64_t k, bool transposeB);

/// A tile in shared memory that the tensor cores read, and what was in it when
/// they were told to.
struct SharedOperand {
  SmemTile tile;
  std::vector<uint8_t> atIssue;
};

/// A `hopper.wgmma` that has been issued.
struct Product {
  hopper::WgmmaOp op;
  /// In registers, or else in shared memory.
  std::shared_ptr<const Tile> a;
  std::optional<SharedOperand> sharedA;
  SharedOperand b;
  std::shared_ptr<const Tile> accumulator;
  /// The product in flight that it is added to, until it has been computed.
  std::shared_ptr<Product> onto;
  /// Another product has taken over its registers.
  bool isTaken = false;
  /// The group that it was committed to, counted from 1; 0 before.
  uint32_t group = 0;
  /// Once it has been computed.
  std::shared_ptr<Tile> result;
  /// Of the policy `Timed`.
  double end = 0;

  bool reads(int64_t ring, int64_t turn) const {
    return llvm::any_of(std::array{sharedA ? &sharedA->tile : &b.tile, &b.tile},
                        [&](const SmemTile *tile) {
                          return tile->ring == ring && tile->turn == turn;
                        });
  }
};

/// Reports a product whose result nobody has waited for.
LogicalResult reportUnwaited(const Agent &agent, Product &product);

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_PRODUCT_H
