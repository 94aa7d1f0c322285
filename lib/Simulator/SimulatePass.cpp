//===- SimulatePass.cpp - hopper-simulate ---------------------------------===//

#include "cca/Simulator/Passes.h"

#include "Values.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <random>

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERSIMULATE
#include "cca/Simulator/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

namespace {

/// An array of numbers between -1 and 1, or of zeros if they are integers.
SimulatorArray makeInput(ShapedType type, int64_t dynamicSize,
                         std::mt19937 &random) {
  SimulatorArray array;
  int64_t elements = 1;
  for (int64_t size : type.getShape()) {
    array.shape.push_back(ShapedType::isDynamic(size) ? dynamicSize : size);
    elements *= array.shape.back();
  }
  Type elementType = type.getElementType();
  array.bytes.resize(elements * sim::elementBytes(elementType));
  if (!isa<FloatType>(elementType))
    return array;
  std::vector<float> values(elements);
  for (float &value : values)
    value = float(random()) / float(std::mt19937::max()) * 2 - 1;
  sim::encode(elementType, ArrayRef<float>(values), array.bytes.data());
  return array;
}

struct HopperSimulatePass
    : public cca::impl::HopperSimulateBase<HopperSimulatePass> {
  using HopperSimulateBase::HopperSimulateBase;

  void runOnOperation() override {
    SimulatorOptions options{policy, seed, multiprocessors, nullptr};
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (!func.isPublic() || func.isExternal() ||
          func->hasAttr(hopper::workspaceSizeAttrName))
        continue;
      std::mt19937 random(1);
      SmallVector<SimulatorArray> inputs;
      for (BlockArgument argument : func.getArguments()) {
        if (func.getArgAttr(argument.getArgNumber(), hopper::workspaceAttrName))
          continue;
        auto type = dyn_cast<ShapedType>(argument.getType());
        if (!type || !type.hasRank() ||
            !sim::isStorable(type.getElementType())) {
          emitError(argument.getLoc())
              << "expects arguments that are tensors or memrefs of numbers, "
                 "but got "
              << argument.getType();
          return signalPassFailure();
        }
        inputs.push_back(makeInput(type, dynamicSize, random));
      }
      if (failed(simulate(func, inputs, options)))
        return signalPassFailure();
    }
    markAllAnalysesPreserved();
  }
};

} // namespace
