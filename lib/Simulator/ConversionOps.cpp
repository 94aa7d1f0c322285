//===- ConversionOps.cpp - Constants, comparisons, casts ------------------===//

#include "Handlers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static float toFloat(const APFloat &value) {
  APFloat single = value;
  bool losesInfo;
  single.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return single.convertToFloat();
}

static std::shared_ptr<Tile> makeConstant(RankedTensorType type,
                                          DenseElementsAttr attr) {
  auto tile = makeTile(type);
  // Each of the lanes that share a row has the constant.
  size_t i = 0;
  auto store = [&](auto &values, auto value) {
    for (int64_t part = 0; part < tile->parts; ++part)
      values[i++] = value;
  };
  if (isa<FloatType>(type.getElementType()))
    for (const APFloat &value : attr.getValues<APFloat>())
      store(tile->floats, toFloat(value));
  else
    for (const APInt &value : attr.getValues<APInt>())
      store(tile->ints, wrap(value.getSExtValue(), type.getElementType()));
  return tile;
}

static Step runConstant(Agent &agent, arith::ConstantOp op) {
  Type type = op.getType();
  Attribute attr = op.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(attr)) {
    agent.set(op, wrap(integer.getValue().getSExtValue(), type));
  } else if (auto number = dyn_cast<FloatAttr>(attr)) {
    agent.set(op, number.getValueAsDouble());
  } else if (auto dense = dyn_cast<DenseElementsAttr>(attr);
             dense && isa<RankedTensorType>(type)) {
    agent.setTile(op, makeConstant(cast<RankedTensorType>(type), dense));
  } else {
    op.emitError("the simulator expects a constant of numbers");
    return Step::Failed;
  }
  return Step::Next;
}

static Step runSplat(Agent &agent, tensor::SplatOp op) {
  auto tile = makeTile(op.getType());
  if (isa<FloatType>(op.getInput().getType()))
    llvm::fill(tile->floats, float(agent.get<double>(op.getInput())));
  else
    llvm::fill(tile->ints, agent.getInt(op.getInput()));
  agent.setTile(op, tile);
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Comparisons and selection
//===----------------------------------------------------------------------===//

static bool compare(arith::CmpFPredicate predicate, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::OEQ:
    return a == b;
  case P::OGT:
    return a > b;
  case P::OGE:
    return a >= b;
  case P::OLT:
    return a < b;
  case P::OLE:
    return a <= b;
  case P::ONE:
    return !unordered && a != b;
  case P::ORD:
    return !unordered;
  case P::UEQ:
    return unordered || a == b;
  case P::UGT:
    return !(a <= b);
  case P::UGE:
    return !(a < b);
  case P::ULT:
    return !(a >= b);
  case P::ULE:
    return !(a > b);
  case P::UNE:
    return a != b;
  case P::UNO:
    return unordered;
  case P::AlwaysTrue:
    return true;
  }
  llvm_unreachable("all predicates are covered");
}

static Step runCmpI(Agent &agent, arith::CmpIOp op) {
  Type operandType = getElementTypeOrSelf(op.getLhs().getType());
  unsigned width =
      operandType.isIndex() ? 64 : operandType.getIntOrFloatBitWidth();
  auto holds = [&](int64_t a, int64_t b) {
    return arith::applyCmpPredicate(op.getPredicate(),
                                    APInt(width, a, true, true),
                                    APInt(width, b, true, true));
  };
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type) {
    agent.set(op, int64_t(holds(agent.getInt(op.getLhs()),
                                agent.getInt(op.getRhs()))));
    return Step::Next;
  }
  auto tile = makeTile(type);
  const Tile &lhs = agent.getTile(op.getLhs()),
             &rhs = agent.getTile(op.getRhs());
  for (auto [out, a, b] : llvm::zip_equal(tile->ints, lhs.ints, rhs.ints))
    out = holds(a, b);
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runCmpF(Agent &agent, arith::CmpFOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type) {
    agent.set(op,
              int64_t(compare(op.getPredicate(), agent.get<double>(op.getLhs()),
                              agent.get<double>(op.getRhs()))));
    return Step::Next;
  }
  auto tile = makeTile(type);
  const Tile &lhs = agent.getTile(op.getLhs()),
             &rhs = agent.getTile(op.getRhs());
  for (auto [out, a, b] : llvm::zip_equal(tile->ints, lhs.floats, rhs.floats))
    out = compare(op.getPredicate(), a, b);
  agent.setTile(op, tile);
  return Step::Next;
}

static Step runSelect(Agent &agent, arith::SelectOp op) {
  if (!isa<RankedTensorType>(op.getCondition().getType())) {
    agent.setAll(op->getResults(), agent.getAll(agent.getInt(op.getCondition())
                                                    ? op.getTrueValue()
                                                    : op.getFalseValue()));
    return Step::Next;
  }
  auto tile = std::make_shared<Tile>(agent.getTile(op.getTrueValue()));
  const Tile &otherwise = agent.getTile(op.getFalseValue());
  for (auto [i, holds] :
       llvm::enumerate(agent.getTile(op.getCondition()).ints)) {
    if (holds)
      continue;
    if (tile->floats.empty())
      tile->ints[i] = otherwise.ints[i];
    else
      tile->floats[i] = otherwise.floats[i];
  }
  agent.setTile(op->getResult(0), tile);
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

template <typename T, typename TileT>
static auto &elements(TileT &tile) {
  if constexpr (std::is_same_v<T, int64_t>)
    return tile.ints;
  else
    return tile.floats;
}

/// `fn(element, type it comes from, type it becomes)` of each element.
template <typename OpT, typename From, typename To, typename Fn>
static void addCast(Handlers &handlers, Fn fn) {
  handlers.addGeneric<OpT>([fn](Agent &agent, Operation *op) {
    Value in = op->getOperand(0), out = op->getResult(0);
    Type from = getElementTypeOrSelf(in.getType());
    Type to = getElementTypeOrSelf(out.getType());
    auto type = dyn_cast<RankedTensorType>(out.getType());
    if (!type) {
      agent.set(out, To(fn(agent.get<From>(in), from, to)));
      return Step::Next;
    }
    auto tile = makeTile(type);
    auto &source = elements<From>(agent.getTile(in));
    auto &target = elements<To>(*tile);
    for (size_t i = 0, e = target.size(); i < e; ++i)
      target[i] = fn(source[i], from, to);
    agent.setTile(out, tile);
    return Step::Next;
  });
}

static uint64_t withoutSign(int64_t value, Type type) {
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return uint64_t(value) & llvm::maskTrailingOnes<uint64_t>(width);
}

/// Towards zero; what does not fit is the nearest that does, as on the device.
static int64_t toInteger(double value, Type to) {
  unsigned width = to.getIntOrFloatBitWidth();
  double limit = std::ldexp(1.0, width - 1);
  if (std::isnan(value))
    return 0;
  if (value >= limit)
    return llvm::maxIntN(width);
  return value < -limit ? llvm::minIntN(width) : int64_t(value);
}

static uint64_t toUnsigned(double value, Type to) {
  unsigned width = to.getIntOrFloatBitWidth();
  if (!(value > 0))
    return 0;
  return value >= std::ldexp(1.0, width) ? llvm::maxUIntN(width)
                                         : uint64_t(value);
}

/// An integer of the same value as far as it fits, sign and all.
static int64_t resizeSigned(int64_t value, Type from, Type to) {
  // i1 is 0 or 1 here, and 0 or -1 as a signed number.
  return wrap(from.isInteger(1) ? -value : value, to);
}
static int64_t resizeUnsigned(int64_t value, Type from, Type to) {
  return wrap(int64_t(withoutSign(value, from)), to);
}

void sim::addConversionOps(Handlers &handlers) {
  handlers.add(runConstant);
  handlers.add(runSplat);
  handlers.add(runCmpI);
  handlers.add(runCmpF);
  handlers.add(runSelect);
  using I = int64_t;
  using F = double;
  addCast<arith::IndexCastOp, I, I>(handlers, resizeSigned);
  addCast<arith::ExtSIOp, I, I>(handlers, resizeSigned);
  addCast<arith::TruncIOp, I, I>(handlers, resizeSigned);
  addCast<arith::IndexCastUIOp, I, I>(handlers, resizeUnsigned);
  addCast<arith::ExtUIOp, I, I>(handlers, resizeUnsigned);
  addCast<arith::SIToFPOp, I, F>(handlers, [](I value, Type from, Type to) {
    return roundTo(double(from.isInteger(1) ? -value : value), to);
  });
  addCast<arith::UIToFPOp, I, F>(handlers, [](I value, Type from, Type to) {
    return roundTo(double(withoutSign(value, from)), to);
  });
  addCast<arith::FPToSIOp, F, I>(handlers, [](F value, Type, Type to) {
    return wrap(toInteger(value, to), to);
  });
  addCast<arith::FPToUIOp, F, I>(handlers, [](F value, Type, Type to) {
    return wrap(int64_t(toUnsigned(value, to)), to);
  });
  addCast<arith::ExtFOp, F, F>(handlers,
                               [](F value, Type, Type) { return value; });
  addCast<arith::TruncFOp, F, F>(
      handlers, [](F value, Type, Type to) { return roundTo(value, to); });
}
