//===- EquivalentValues.h - What two roles compute alike --------*- C++ -*-===//
//
// Both roles of a kernel follow the same control flow: they have copies of its
// index arithmetic. Values are equal if they are copies of one expression over
// values from outside of the roles; what loops carry is equal if it begins so
// and equal values stay equal from one iteration to the next.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_DIALECT_HOPPER_TRANSFORMS_EQUIVALENTVALUES_H
#define CCA_LIB_DIALECT_HOPPER_TRANSFORMS_EQUIVALENTVALUES_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::cca {

class EquivalentValues {
public:
  EquivalentValues() = default;
  /// For values of the other role where its argument `index` is `number`.
  EquivalentValues(Value index, int64_t number)
      : index(index), number(number) {}

  /// Whether `a` of one role and `b` of another always have one value.
  bool areEqual(Value a, Value b);

  /// Whether two loops take as many iterations, two branches go the same way.
  /// If so, values inside can be compared.
  bool areEqual(Operation *a, Operation *b);

private:
  bool compare(Value a, Value b);
  bool isNumber(Value a, Value b) const;
  bool isMultiple(Value a, Value b);
  bool compareResults(OpResult a, OpResult b);
  bool compareControl(Operation *a, Operation *b);
  /// What two loops carry: starts equal, and `next` of equal values is.
  bool relateCarried(ArrayRef<Value> a, ArrayRef<Value> startA,
                     ArrayRef<Value> nextA, ArrayRef<Value> b,
                     ArrayRef<Value> startB, ArrayRef<Value> nextB);

  Value index;
  int64_t number = 0;
  /// Arguments of blocks that are equal, or supposed to be.
  llvm::DenseSet<std::pair<Value, Value>> related;
  llvm::DenseMap<std::pair<Value, Value>, bool> knownValues;
  llvm::DenseMap<std::pair<Operation *, Operation *>, bool> knownOps;
  int depth = 0;
};

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_HOPPER_TRANSFORMS_EQUIVALENTVALUES_H
