//===- FoldPacking.cpp - The pass cca-fold-packing ------------------------===//

#include "EvaluateTensors.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCAFOLDPACKING
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {
struct CCAFoldPacking : cca::impl::CCAFoldPackingBase<CCAFoldPacking> {
  void runOnOperation() override {
    TensorEvaluator evaluator;
    SmallVector<std::pair<Value, ElementsAttr>> folded;
    getOperation().walk([&](Operation *op) {
      if (op->hasAttr(packingAttrName))
        for (Value result : op->getResults())
          if (ElementsAttr elements = evaluator.evaluate(result))
            folded.emplace_back(result, elements);
    });
    for (auto [result, elements] : folded) {
      OpBuilder b(result.getDefiningOp());
      result.replaceAllUsesWith(
          arith::ConstantOp::create(b, result.getLoc(), elements));
    }
    if (!folded.empty())
      eraseUnused();
  }

private:
  /// What folding was the only one to need: weights as they were.
  void eraseUnused() {
    for (Block &block : getOperation().getBody())
      for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
        if (isOpTriviallyDead(&op))
          op.erase();
  }
};
} // namespace
