//===- CCA.h - The cca dialect ----------------------------------*- C++ -*-===//
//
// Ops, attributes and modes of level 0. Their contracts are in the .td files.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_CCA_IR_CCA_H
#define CCA_DIALECT_CCA_IR_CCA_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/RuntimeVerifiableOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "cca/Schedule/AttentionSchedule.h"
#include "cca/Schedule/FusedSchedule.h"
#include "cca/Schedule/GemmSchedule.h"
#include "cca/Schedule/KernelSchedule.h"
#include "cca/Schedule/MixSchedule.h"

#include "cca/Dialect/CCA/IR/CCAAttrInterfaces.h.inc"
#include "cca/Dialect/CCA/IR/CCADialect.h.inc"
#include "cca/Dialect/CCA/IR/CCAEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "cca/Dialect/CCA/IR/CCAAttributes.h.inc"

#define GET_OP_CLASSES
#include "cca/Dialect/CCA/IR/CCAOps.h.inc"

namespace mlir::cca {

/// Replaces cca ops whose results have no elements (a static B or S of 0) by
/// `tensor.empty`: canonical, and what lowerings start with, since upstream's
/// slices reject static sizes of 0.
void populateEmptyResultPatterns(RewritePatternSet &patterns);

} // namespace mlir::cca

#endif // CCA_DIALECT_CCA_IR_CCA_H
