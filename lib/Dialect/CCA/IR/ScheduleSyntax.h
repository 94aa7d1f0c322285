//===- ScheduleSyntax.h - Words of #cca.schedule ----------------*- C++ -*-===//

#ifndef CCA_LIB_DIALECT_CCA_IR_SCHEDULESYNTAX_H
#define CCA_LIB_DIALECT_CCA_IR_SCHEDULESYNTAX_H

#include "cca/Schedule/AttentionSchedule.h"

#include "mlir/IR/OpImplementation.h"

namespace mlir::cca {

/// `bounded`, `online` or `auto`.
FailureOr<SoftmaxForm> parseSoftmaxForm(AsmParser &parser);

/// `true` or `false`.
FailureOr<bool> parseSwitch(AsmParser &parser);

} // namespace mlir::cca

#endif // CCA_LIB_DIALECT_CCA_IR_SCHEDULESYNTAX_H
