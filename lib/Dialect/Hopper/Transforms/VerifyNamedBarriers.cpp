//===- VerifyNamedBarriers.cpp - Named barriers exist and count warps -----===//

#include "VerifyProtocol.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

namespace {

/// Values of i32 that depend on nothing but the consumer's index.
class Evaluator {
public:
  Evaluator(Value index, int32_t consumer) { known[index] = consumer; }

  std::optional<int32_t> evaluate(Value value, int depth = 0) {
    if (auto entry = known.find(value); entry != known.end())
      return entry->second;
    std::optional<int32_t> result;
    if (depth < maxDepth)
      result = compute(value, depth + 1);
    return known[value] = result;
  }

private:
  static constexpr int maxDepth = 500;

  std::optional<int32_t> compute(Value value, int depth) {
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return static_cast<int32_t>(constant.getSExtValue());
    Operation *op = value.getDefiningOp();
    if (!isa_and_present<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
      return std::nullopt;
    auto a = evaluate(op->getOperand(0), depth);
    auto b = evaluate(op->getOperand(1), depth);
    if (!a || !b)
      return std::nullopt;
    // As the hardware does: modulo 2^32.
    auto x = static_cast<uint32_t>(*a), y = static_cast<uint32_t>(*b);
    return isa<arith::AddIOp>(op)   ? x + y
           : isa<arith::SubIOp>(op) ? x - y
                                    : x * y;
  }

  llvm::DenseMap<Value, std::optional<int32_t>> known;
};

} // namespace

namespace {

/// The uses of named barriers in all roles.
class Uses {
public:
  explicit Uses(WarpSpecializeOp roles) : roles(roles) {}

  /// `bar.sync id, threads` or `bar.arrive id, threads`.
  LogicalResult verify(Operation *op, Value id, Value threads);

private:
  LogicalResult verifyId(Operation *op, int32_t barrier);
  LogicalResult verifyCount(Operation *op, int32_t count);
  /// A barrier is complete when as many threads are there as each says.
  LogicalResult verifyAgreement(Operation *op, int32_t barrier, int32_t count);

  struct Count {
    int32_t threads;
    Operation *by;
  };
  WarpSpecializeOp roles;
  llvm::DenseMap<int32_t, Count> counts;
};

} // namespace

LogicalResult Uses::verify(Operation *op, Value id, Value threads) {
  if (!threads)
    return op->emitOpError("expects number_of_threads, since not all threads "
                           "of the block have this role");
  for (int64_t i = 0; i < static_cast<int64_t>(roles.getNumConsumers()); ++i) {
    Evaluator values(roles.getConsumerIndex(), static_cast<int32_t>(i));
    std::optional<int32_t> barrier = id ? values.evaluate(id) : 0;
    std::optional<int32_t> count = values.evaluate(threads);
    if ((barrier && failed(verifyId(op, *barrier))) ||
        (count && failed(verifyCount(op, *count))) ||
        (barrier && count && failed(verifyAgreement(op, *barrier, *count))))
      return failure();
  }
  return success();
}

LogicalResult Uses::verifyId(Operation *op, int32_t barrier) {
  if (barrier >= 0 && barrier < HopperTarget::namedBarriers)
    return success();
  return op->emitOpError("expects a barrier in [0, ")
         << HopperTarget::namedBarriers << "), but got " << barrier;
}

LogicalResult Uses::verifyCount(Operation *op, int32_t count) {
  if (count > 0 && count <= roles.getNumThreads() &&
      count % HopperTarget::threadsPerWarp == 0)
    return success();
  return op->emitOpError("expects a number of threads that is a multiple of ")
         << HopperTarget::threadsPerWarp << " in ["
         << HopperTarget::threadsPerWarp << ", " << roles.getNumThreads()
         << "], but got " << count;
}

LogicalResult Uses::verifyAgreement(Operation *op, int32_t barrier,
                                    int32_t count) {
  Count first = counts.try_emplace(barrier, Count{count, op}).first->second;
  if (first.threads == count)
    return success();
  InFlightDiagnostic error = op->emitOpError("expects ")
                             << first.threads << " threads at barrier "
                             << barrier << ", but got " << count;
  error.attachNote(first.by->getLoc()) << "as many are here";
  return error;
}

LogicalResult cca::verifyNamedBarriers(WarpSpecializeOp roles) {
  bool failed = false;
  Uses uses(roles);
  roles->walk([&](Operation *op) {
    if (auto barrier = dyn_cast<NVVM::BarrierOp>(op))
      failed |= mlir::failed(uses.verify(op, barrier.getBarrierId(),
                                         barrier.getNumberOfThreads()));
    else if (auto arrival = dyn_cast<NVVM::BarrierArriveOp>(op))
      failed |= mlir::failed(uses.verify(op, arrival.getBarrierId(),
                                         arrival.getNumberOfThreads()));
    else if (isa<NVVM::Barrier0Op, gpu::BarrierOp>(op))
      failed |= mlir::failed(uses.verify(op, {}, {}));
  });
  return failure(failed);
}
