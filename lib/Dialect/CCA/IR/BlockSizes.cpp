//===- BlockSizes.cpp - Sizes of an attention block -----------------------===//

#include "cca/Dialect/CCA/IR/BlockSizes.h"
#include "cca/Dialect/CCA/IR/CCA.h"

using namespace mlir;
using namespace mlir::cca;

template <typename OpT>
static BlockSizes sizesOf(OpT op) {
  auto hidden = op.getHidden().getType();
  int64_t headDim = op.getGroupedWeight().getType().getDimSize(1);
  return {/*batch=*/hidden.getDimSize(0),
          /*tokens=*/hidden.getDimSize(1),
          /*hidden=*/hidden.getDimSize(2),
          /*queryHeads=*/op.getWQ().getType().getDimSize(0) / headDim,
          /*keyHeads=*/op.getWK().getType().getDimSize(0) / headDim,
          headDim,
          /*taps0=*/op.getDepthwiseWeight().getType().getDimSize(1),
          /*taps1=*/op.getGroupedWeight().getType().getDimSize(2),
          /*rotary=*/op.getCos().getType().getShape().back()};
}

BlockSizes BlockSizes::of(AttentionOp op) { return sizesOf(op); }
BlockSizes BlockSizes::of(PrologueOp op) { return sizesOf(op); }
