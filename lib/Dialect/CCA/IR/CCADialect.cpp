//===- CCADialect.cpp - The cca dialect -----------------------------------===//

#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cca;

#include "cca/Dialect/CCA/IR/CCADialect.cpp.inc"
#include "cca/Dialect/CCA/IR/CCAEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "cca/Dialect/CCA/IR/CCAAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "cca/Dialect/CCA/IR/CCAOps.cpp.inc"

void CCADialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cca/Dialect/CCA/IR/CCAAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cca/Dialect/CCA/IR/CCAOps.cpp.inc"
      >();
}
