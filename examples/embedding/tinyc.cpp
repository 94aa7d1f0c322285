//===- tinyc.cpp - A compiler that embeds the cca dialect -----------------===//
//
// tinyc stands for another project's compiler. Its front end builds a function
// around `cca.attention`, a pass of its own looks at the op, and the passes of
// cca take it to linalg, where the backend of that compiler goes on.
//
//===----------------------------------------------------------------------===//

#include "cca/Conversion/Passes.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace {

/// A pass of this compiler: attention that would see the whole past gets a
/// sliding window, so that the KV cache stays small.
struct LimitWindow : PassWrapper<LimitWindow, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LimitWindow)

  StringRef getArgument() const final { return "tinyc-limit-window"; }

  void runOnOperation() final {
    getOperation().walk([](cca::AttentionOp op) {
      if (!op.getWindow())
        op.setWindow(4096);
    });
  }
};

/// The sizes of one attention block, named as in the documentation of the ops.
struct Sizes {
  int64_t hidden = 64, queryHeads = 4, keyHeads = 2, headDim = 16, rotary = 8;
  int64_t taps = 2;
};

} // namespace

/// func.func @block(operands of cca.attention) -> output, batch and tokens
/// dynamic.
static OwningOpRef<ModuleOp> buildModule(MLIRContext *context, Sizes sizes) {
  OpBuilder builder(context);
  Location loc = builder.getUnknownLoc();
  auto tensor = [&](ArrayRef<int64_t> shape) -> Type {
    return RankedTensorType::get(shape, builder.getF32Type());
  };

  constexpr int64_t dynamic = ShapedType::kDynamic;
  const int64_t hidden = sizes.hidden;
  const int64_t query = sizes.queryHeads * sizes.headDim;
  const int64_t key = sizes.keyHeads * sizes.headDim;
  const int64_t channels = query + key;
  Type hiddenType = tensor({dynamic, dynamic, hidden});
  SmallVector<Type> inputs = {
      hiddenType,
      tensor({query, hidden}),                       // w_q
      tensor({key, hidden}),                         // w_k
      tensor({key / 2, hidden}),                     // w_v_current
      tensor({key / 2, hidden}),                     // w_v_delayed
      tensor({channels, sizes.taps}),                // depthwise weight
      tensor({channels}),                            // depthwise bias
      tensor({channels, sizes.headDim, sizes.taps}), // grouped weight
      tensor({channels}),                            // grouped bias
      tensor({sizes.keyHeads}),                      // temperature
      tensor({dynamic, sizes.rotary}),               // cos
      tensor({dynamic, sizes.rotary}),               // sin
      tensor({hidden, query}),                       // w_o
  };

  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto function = func::FuncOp::create(
      builder, loc, "block", builder.getFunctionType(inputs, hiddenType));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToEnd(body);

  // Required operands come first, in the order of the table in the op's
  // documentation; those that are absent here are null.
  auto arg = [&](unsigned i) -> Value { return body->getArgument(i); };
  Value none;
  auto attention = cca::AttentionOp::create(
      builder, loc, arg(0), arg(1), arg(2), arg(3), arg(4), arg(5), arg(6),
      arg(7), arg(8), arg(9), arg(10), arg(11), /*w_o=*/arg(12), /*b_q=*/none,
      /*b_k=*/none, /*b_v_current=*/none, /*b_v_delayed=*/none, /*b_o=*/none,
      /*cu_seqlens=*/none, cca::NormMode::Clamp, APFloat(1e-6),
      cca::TemperatureMode::Linear, cca::RopeLayout::Half,
      /*per_stage_padding=*/false, /*causal=*/true, /*window=*/nullptr,
      /*softmax_scale=*/nullptr);
  func::ReturnOp::create(builder, loc, attention.getOut());
  return module;
}

/// Runs one pass and prints what became of the module.
static LogicalResult runAndPrint(ModuleOp module, std::unique_ptr<Pass> pass) {
  StringRef name = pass->getArgument();
  PassManager manager(module.getContext());
  manager.addPass(std::move(pass));
  if (failed(manager.run(module)))
    return failure();
  llvm::outs() << "// ---- after " << name << "\n" << module << "\n";
  return success();
}

int main() {
  // The passes of cca load the dialects that they lower to.
  MLIRContext context;
  context.loadDialect<cca::CCADialect, func::FuncDialect>();

  OwningOpRef<ModuleOp> module = buildModule(&context, Sizes());
  bool succeeded =
      mlir::succeeded(runAndPrint(*module, std::make_unique<LimitWindow>())) &&
      mlir::succeeded(runAndPrint(*module, cca::createCCADecompose())) &&
      mlir::succeeded(runAndPrint(*module, cca::createCCALowerToLinalg()));
  return succeeded ? 0 : 1;
}
