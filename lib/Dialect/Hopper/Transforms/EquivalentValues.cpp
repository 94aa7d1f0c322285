//===- EquivalentValues.cpp - What two roles compute alike ----------------===//

#include "EquivalentValues.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using cca::EquivalentValues;

/// Longer chains of expressions are taken to differ.
static constexpr int maxDepth = 500;

/// What the body or the successor of an scf.while is handed, as its condition
/// region computes it.
static Value throughCondition(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto loop = dyn_cast_if_present<scf::WhileOp>(
            argument.getOwner()->getParentOp()))
      if (argument.getOwner() == loop.getAfterBody())
        return loop.getConditionOp().getArgs()[argument.getArgNumber()];
  return value;
}

/// Whether an op computes the same each time: it writes nothing.
static bool onlyReads(Operation *op) {
  if (op->getNumRegions() != 0)
    return false;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  return llvm::all_of(effects, [](const auto &effect) {
    return isa<MemoryEffects::Read>(effect.getEffect());
  });
}

bool EquivalentValues::areEqual(Value a, Value b) {
  if (a == b)
    return true;
  if (a.getType() != b.getType())
    return false;
  auto [entry, isNew] = knownValues.try_emplace({a, b}, false);
  if (!isNew)
    return entry->second;
  if (depth == maxDepth)
    return false;
  ++depth;
  bool equal = compare(a, b);
  --depth;
  knownValues[{a, b}] = equal;
  return equal;
}

/// Whether `a` is the number that `b` has by supposition.
bool EquivalentValues::isNumber(Value a, Value b) const {
  APInt constant;
  return index && b == index && matchPattern(a, m_ConstantInt(&constant)) &&
         constant == number;
}

/// Whether `b` is a product with `index`, and `a` is it for the number that
/// this has, as it is folded.
bool EquivalentValues::isMultiple(Value a, Value b) {
  auto product = b.getDefiningOp<arith::MulIOp>();
  if (!product || !index)
    return false;
  Value left = product.getLhs(), right = product.getRhs();
  if (left != index && right != index)
    return false;
  Value factor = left == index ? right : left;
  if (number == 0)
    return matchPattern(a, m_Zero());
  if (number == 1)
    return areEqual(a, factor);
  APInt constant;
  auto folded = a.getDefiningOp<arith::MulIOp>();
  return folded && matchPattern(folded.getRhs(), m_ConstantInt(&constant)) &&
         constant == number && areEqual(folded.getLhs(), factor);
}

bool EquivalentValues::compare(Value a, Value b) {
  if (related.contains({a, b}) || isNumber(a, b) || isMultiple(a, b))
    return true;
  auto resultA = dyn_cast<OpResult>(a), resultB = dyn_cast<OpResult>(b);
  if (resultA && resultB)
    return compareResults(resultA, resultB);
  Value insideA = throughCondition(a), insideB = throughCondition(b);
  return (insideA != a || insideB != b) && areEqual(insideA, insideB);
}

bool EquivalentValues::compareResults(OpResult a, OpResult b) {
  Operation *x = a.getOwner(), *y = b.getOwner();
  unsigned i = a.getResultNumber(), j = b.getResultNumber();
  if (x->getName() != y->getName())
    return false;
  if (auto loopX = dyn_cast<scf::ForOp>(x)) {
    auto loopY = cast<scf::ForOp>(y);
    return areEqual(x, y) && related.contains({loopX.getRegionIterArgs()[i],
                                               loopY.getRegionIterArgs()[j]});
  }
  if (auto loopX = dyn_cast<scf::WhileOp>(x)) {
    auto loopY = cast<scf::WhileOp>(y);
    return areEqual(x, y) && areEqual(loopX.getConditionOp().getArgs()[i],
                                      loopY.getConditionOp().getArgs()[j]);
  }
  if (auto branchX = dyn_cast<scf::IfOp>(x)) {
    auto branchY = cast<scf::IfOp>(y);
    return areEqual(x, y) &&
           areEqual(branchX.thenYield().getOperand(i),
                    branchY.thenYield().getOperand(j)) &&
           areEqual(branchX.elseYield().getOperand(i),
                    branchY.elseYield().getOperand(j));
  }
  return i == j && onlyReads(x) && areEqual(x, y);
}

bool EquivalentValues::areEqual(Operation *a, Operation *b) {
  auto [entry, isNew] = knownOps.try_emplace({a, b}, false);
  if (!isNew)
    return entry->second;
  bool equal = a->getName() == b->getName() && compareControl(a, b);
  knownOps[{a, b}] = equal;
  return equal;
}

bool EquivalentValues::compareControl(Operation *a, Operation *b) {
  if (auto loopA = dyn_cast<scf::ForOp>(a)) {
    auto loopB = cast<scf::ForOp>(b);
    if (!areEqual(loopA.getLowerBound(), loopB.getLowerBound()) ||
        !areEqual(loopA.getUpperBound(), loopB.getUpperBound()) ||
        !areEqual(loopA.getStep(), loopB.getStep()))
      return false;
    related.insert({loopA.getInductionVar(), loopB.getInductionVar()});
    auto carried = [](scf::ForOp loop) {
      return llvm::to_vector_of<Value>(loop.getRegionIterArgs());
    };
    return relateCarried(carried(loopA), llvm::to_vector(loopA.getInitArgs()),
                         llvm::to_vector(loopA.getYieldedValues()),
                         carried(loopB), llvm::to_vector(loopB.getInitArgs()),
                         llvm::to_vector(loopB.getYieldedValues()));
  }
  if (auto loopA = dyn_cast<scf::WhileOp>(a)) {
    auto loopB = cast<scf::WhileOp>(b);
    auto carried = [](scf::WhileOp loop) {
      return llvm::to_vector_of<Value>(loop.getBeforeArguments());
    };
    relateCarried(carried(loopA), llvm::to_vector(loopA.getInits()),
                  llvm::to_vector(loopA.getYieldOp()->getOperands()),
                  carried(loopB), llvm::to_vector(loopB.getInits()),
                  llvm::to_vector(loopB.getYieldOp()->getOperands()));
    return areEqual(loopA.getConditionOp().getCondition(),
                    loopB.getConditionOp().getCondition());
  }
  if (auto branchA = dyn_cast<scf::IfOp>(a))
    return areEqual(branchA.getCondition(), cast<scf::IfOp>(b).getCondition());
  return a->getNumOperands() == b->getNumOperands() &&
         a->getName().compareOpProperties(a->getPropertiesStorage(),
                                          b->getPropertiesStorage()) &&
         llvm::all_of_zip(a->getOperands(), b->getOperands(),
                          [&](Value x, Value y) { return areEqual(x, y); });
}

bool EquivalentValues::relateCarried(ArrayRef<Value> a, ArrayRef<Value> startA,
                                     ArrayRef<Value> nextA, ArrayRef<Value> b,
                                     ArrayRef<Value> startB,
                                     ArrayRef<Value> nextB) {
  SmallVector<std::pair<unsigned, unsigned>> pairs;
  for (unsigned i = 0; i < a.size(); ++i)
    for (unsigned j = 0; j < b.size(); ++j)
      if (!isa<TensorType>(a[i].getType()) && areEqual(startA[i], startB[j]))
        pairs.push_back({i, j});
  // Suppose that all pairs are equal in one iteration. Those that are not in
  // the next never were; without them others may fail, and so on.
  auto relatedBefore = related;
  auto valuesBefore = knownValues;
  auto opsBefore = knownOps;
  while (true) {
    for (auto [i, j] : pairs)
      related.insert({a[i], b[j]});
    auto *wrong = llvm::remove_if(pairs, [&](auto pair) {
      return !areEqual(nextA[pair.first], nextB[pair.second]);
    });
    if (wrong == pairs.end())
      return true;
    pairs.erase(wrong, pairs.end());
    related = relatedBefore;
    knownValues = valuesBefore;
    knownOps = opsBefore;
  }
}
