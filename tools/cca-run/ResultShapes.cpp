//===- ResultShapes.cpp - How large results are ---------------------------===//

#include "ResultShapes.h"

#include "CPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace mlir::cca;

/// Makes a function return, instead of its results, their sizes in all
/// dimensions, one after the other. Returns the new type.
static RankedTensorType returnSizes(func::FuncOp function) {
  RankedTensorType type;
  function.walk([&](func::ReturnOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    SmallVector<Value> sizes;
    for (Value result : op.getOperands())
      for (int64_t dim = 0,
                   rank = cast<RankedTensorType>(result.getType()).getRank();
           dim < rank; ++dim) {
        Value size = tensor::DimOp::create(b, loc, result, dim);
        sizes.push_back(
            arith::IndexCastOp::create(b, loc, b.getI64Type(), size));
      }
    type = RankedTensorType::get(int64_t(sizes.size()), b.getI64Type());
    op->setOperands(
        tensor::FromElementsOp::create(b, loc, type, sizes).getResult());
  });
  function.setFunctionType(FunctionType::get(
      function.getContext(), function.getArgumentTypes(), type));
  function.setResAttrsAttr(ArrayAttr());
  return type;
}

FailureOr<SmallVector<SmallVector<int64_t>>>
cca::computeResultShapes(ModuleOp module, const Entry &entry,
                         ArrayRef<NpyArray> inputs) {
  SmallVector<SmallVector<int64_t>> shapes;
  for (RankedTensorType type : entry.results)
    shapes.emplace_back(type.getShape());
  if (llvm::all_of(entry.results,
                   [](RankedTensorType type) { return type.hasStaticShape(); }))
    return shapes;

  OwningOpRef<ModuleOp> clone = module.clone();
  Entry sizes = entry;
  sizes.results = {returnSizes(clone->lookupSymbol<func::FuncOp>(entry.name))};
  PassManager pm(module.getContext());
  // Before what they check is gone.
  pm.addPass(createGenerateRuntimeVerificationPass());
  pm.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  pm.addPass(createCanonicalizerPass());
  CompiledEntry::Times times;
  if (failed(pm.run(*clone)))
    return failure();
  auto compiled = CompiledEntry::compile(*clone, sizes, times);
  if (failed(compiled))
    return failure();
  SmallVector<NpyArray> results = compiled->run(inputs);
  const char *data = results.front().data.data();
  for (SmallVector<int64_t> &shape : shapes)
    for (int64_t &size : shape) {
      size = llvm::support::endian::read64le(data);
      data += sizeof(int64_t);
    }
  return shapes;
}
