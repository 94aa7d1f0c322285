//===- ScalarOps.cpp - arith and math, on scalars and tiles ---------------===//

#include "Handlers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

/// `fn` of the elements of tiles, or of scalars, one for each operand.
template <typename Stored, typename Fn, size_t... Is>
static void applyToElements(ArrayRef<const Stored *> in,
                            MutableArrayRef<Stored> out, Fn fn,
                            std::index_sequence<Is...>) {
  for (size_t i = 0, e = out.size(); i < e; ++i)
    out[i] = Stored(fn(in[Is][i]...));
}

template <size_t arity, typename Fn>
static Step runFloatOp(Agent &agent, Operation *op, Fn fn) {
  auto indices = std::make_index_sequence<arity>();
  Value result = op->getResult(0);
  Type elementType = getElementTypeOrSelf(result.getType());
  if (auto type = dyn_cast<RankedTensorType>(result.getType())) {
    auto tile = makeTile(type);
    SmallVector<const float *, 3> in;
    for (Value operand : op->getOperands())
      in.push_back(agent.getTile(operand).floats.data());
    applyToElements<float>(in, tile->floats, fn, indices);
    roundTo(tile->floats, elementType);
    agent.setTile(result, tile);
    return Step::Next;
  }
  SmallVector<double, 3> values;
  for (Value operand : op->getOperands())
    values.push_back(agent.get<double>(operand));
  if (elementType.isF64()) {
    double out;
    SmallVector<const double *, 3> in;
    for (double &value : values)
      in.push_back(&value);
    applyToElements<double>(in, out, fn, indices);
    agent.set(result, out);
    return Step::Next;
  }
  float out;
  SmallVector<float, 3> singles(values.begin(), values.end());
  SmallVector<const float *, 3> in;
  for (float &value : singles)
    in.push_back(&value);
  applyToElements<float>(in, out, fn, indices);
  agent.set(result, roundTo(out, elementType));
  return Step::Next;
}

template <size_t arity, typename Fn>
static Step runIntOp(Agent &agent, Operation *op, Fn fn) {
  auto indices = std::make_index_sequence<arity>();
  Value result = op->getResult(0);
  Type elementType = getElementTypeOrSelf(result.getType());
  SmallVector<const int64_t *, 3> in;
  auto type = dyn_cast<RankedTensorType>(result.getType());
  for (Value operand : op->getOperands())
    in.push_back(type ? agent.getTile(operand).ints.data()
                      : &agent.get<int64_t>(operand));
  if (type) {
    auto tile = makeTile(type);
    applyToElements<int64_t>(in, tile->ints, fn, indices);
    for (int64_t &value : tile->ints)
      value = wrap(value, elementType);
    agent.setTile(result, tile);
    return Step::Next;
  }
  int64_t out;
  applyToElements<int64_t>(in, out, fn, indices);
  agent.set(result, wrap(out, elementType));
  return Step::Next;
}

template <typename OpT, typename Fn>
static void addFloat(Handlers &handlers, Fn fn) {
  constexpr size_t arity = std::is_invocable_v<Fn, float>          ? 1
                           : std::is_invocable_v<Fn, float, float> ? 2
                                                                   : 3;
  handlers.addGeneric<OpT>([fn](Agent &agent, Operation *op) {
    return runFloatOp<arity>(agent, op, fn);
  });
}

template <typename OpT, typename Fn>
static void addInt(Handlers &handlers, Fn fn) {
  constexpr size_t arity = std::is_invocable_v<Fn, int64_t> ? 1 : 2;
  handlers.addGeneric<OpT>([fn](Agent &agent, Operation *op) {
    return runIntOp<arity>(agent, op, fn);
  });
}

/// An op on the bits of its operands, without their sign.
template <typename OpT, typename Fn>
static void addUnsigned(Handlers &handlers, Fn fn) {
  handlers.addGeneric<OpT>([fn](Agent &agent, Operation *op) {
    Type type = getElementTypeOrSelf(op->getResult(0).getType());
    unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
    uint64_t mask = llvm::maskTrailingOnes<uint64_t>(width);
    return runIntOp<2>(agent, op, [&](int64_t a, int64_t b) {
      return int64_t(fn(uint64_t(a) & mask, uint64_t(b) & mask));
    });
  });
}

/// Division and remainder: `add` registers what runs once the divisor is known
/// not to be zero, and the quotient to fit.
template <typename OpT>
static void guardDivision(Handlers &handlers) {
  Handlers::Handler run = *handlers.lookup(TypeID::get<OpT>());
  handlers.addGeneric<OpT>([run](Agent &agent, Operation *op) {
    Value divisor = op->getOperand(1);
    bool isZero = isa<RankedTensorType>(divisor.getType())
                      ? llvm::is_contained(agent.getTile(divisor).ints, 0)
                      : agent.getInt(divisor) == 0;
    if (!isZero)
      return run(agent, op);
    op->emitError("divides by zero");
    return Step::Failed;
  });
}

/// a / b in two's complement, where the smallest number by -1 wraps.
static int64_t divide(int64_t a, int64_t b) {
  return b == -1 ? int64_t(0 - uint64_t(a)) : a / b;
}
static int64_t restOf(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }

static void addIntegers(Handlers &handlers) {
  // In unsigned arithmetic, which wraps.
  using U = uint64_t;
  addUnsigned<arith::AddIOp>(handlers, [](U a, U b) { return a + b; });
  addUnsigned<arith::SubIOp>(handlers, [](U a, U b) { return a - b; });
  addUnsigned<arith::MulIOp>(handlers, [](U a, U b) { return a * b; });
  addUnsigned<arith::AndIOp>(handlers, [](U a, U b) { return a & b; });
  addUnsigned<arith::OrIOp>(handlers, [](U a, U b) { return a | b; });
  addUnsigned<arith::XOrIOp>(handlers, [](U a, U b) { return a ^ b; });
  addUnsigned<arith::ShLIOp>(handlers,
                             [](U a, U b) { return b < 64 ? a << b : 0; });
  addUnsigned<arith::ShRUIOp>(handlers,
                              [](U a, U b) { return b < 64 ? a >> b : 0; });
  addInt<arith::ShRSIOp>(handlers, [](int64_t a, int64_t b) {
    return a >> std::clamp<int64_t>(b, 0, 63);
  });
  addInt<arith::MaxSIOp>(handlers,
                         [](int64_t a, int64_t b) { return std::max(a, b); });
  addInt<arith::MinSIOp>(handlers,
                         [](int64_t a, int64_t b) { return std::min(a, b); });
  addUnsigned<arith::MaxUIOp>(handlers,
                              [](U a, U b) { return std::max(a, b); });
  addUnsigned<arith::MinUIOp>(handlers,
                              [](U a, U b) { return std::min(a, b); });
}

static void addDivisions(Handlers &handlers) {
  using U = uint64_t;
  addInt<arith::DivSIOp>(handlers, divide);
  addInt<arith::RemSIOp>(handlers, restOf);
  addInt<arith::FloorDivSIOp>(handlers, [](int64_t a, int64_t b) {
    int64_t rest = restOf(a, b);
    return divide(a, b) - (rest != 0 && (rest < 0) != (b < 0));
  });
  addInt<arith::CeilDivSIOp>(handlers, [](int64_t a, int64_t b) {
    int64_t rest = restOf(a, b);
    return divide(a, b) + (rest != 0 && (rest < 0) == (b < 0));
  });
  addUnsigned<arith::DivUIOp>(handlers, [](U a, U b) { return a / b; });
  addUnsigned<arith::RemUIOp>(handlers, [](U a, U b) { return a % b; });
  addUnsigned<arith::CeilDivUIOp>(
      handlers, [](U a, U b) { return a / b + (a % b != 0); });
}

static void addFloats(Handlers &handlers) {
  addFloat<arith::AddFOp>(handlers, [](auto a, auto b) { return a + b; });
  addFloat<arith::SubFOp>(handlers, [](auto a, auto b) { return a - b; });
  addFloat<arith::MulFOp>(handlers, [](auto a, auto b) { return a * b; });
  addFloat<arith::DivFOp>(handlers, [](auto a, auto b) { return a / b; });
  addFloat<arith::NegFOp>(handlers, [](auto a) { return -a; });
  // NaN if one operand is, or the other operand.
  addFloat<arith::MaximumFOp>(handlers, [](auto a, auto b) {
    return std::isnan(a) || std::isnan(b) ? a + b : std::fmax(a, b);
  });
  addFloat<arith::MinimumFOp>(handlers, [](auto a, auto b) {
    return std::isnan(a) || std::isnan(b) ? a + b : std::fmin(a, b);
  });
  addFloat<arith::MaxNumFOp>(handlers,
                             [](auto a, auto b) { return std::fmax(a, b); });
  addFloat<arith::MinNumFOp>(handlers,
                             [](auto a, auto b) { return std::fmin(a, b); });
}

static void addFunctions(Handlers &handlers) {
  addFloat<math::Exp2Op>(handlers, [](auto a) { return std::exp2(a); });
  addFloat<math::ExpOp>(handlers, [](auto a) { return std::exp(a); });
  addFloat<math::Log2Op>(handlers, [](auto a) { return std::log2(a); });
  addFloat<math::LogOp>(handlers, [](auto a) { return std::log(a); });
  addFloat<math::AbsFOp>(handlers, [](auto a) { return std::fabs(a); });
  addFloat<math::SqrtOp>(handlers, [](auto a) { return std::sqrt(a); });
  addFloat<math::RsqrtOp>(handlers, [](auto a) { return 1 / std::sqrt(a); });
  addFloat<math::TanhOp>(handlers, [](auto a) { return std::tanh(a); });
  addFloat<math::SinOp>(handlers, [](auto a) { return std::sin(a); });
  addFloat<math::CosOp>(handlers, [](auto a) { return std::cos(a); });
  addFloat<math::FloorOp>(handlers, [](auto a) { return std::floor(a); });
  addFloat<math::CeilOp>(handlers, [](auto a) { return std::ceil(a); });
  addFloat<math::FmaOp>(
      handlers, [](auto a, auto b, auto c) { return std::fma(a, b, c); });
}

void sim::addScalarOps(Handlers &handlers) {
  addIntegers(handlers);
  addDivisions(handlers);
  guardDivision<arith::DivSIOp>(handlers);
  guardDivision<arith::RemSIOp>(handlers);
  guardDivision<arith::FloorDivSIOp>(handlers);
  guardDivision<arith::CeilDivSIOp>(handlers);
  guardDivision<arith::DivUIOp>(handlers);
  guardDivision<arith::RemUIOp>(handlers);
  guardDivision<arith::CeilDivUIOp>(handlers);
  addFloats(handlers);
  addFunctions(handlers);
}
