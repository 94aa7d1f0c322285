//===- CCAScheduleSyntax.td - What schedules are written with -*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCASCHEDULESYNTAX_TD
#define CCA_DIALECT_CCA_IR_CCASCHEDULESYNTAX_TD

include "mlir/IR/AttrTypeBase.td"

// A switch that is on unless it is turned off.
class CCA_SwitchedOn<string description>
    : DefaultValuedParameter<"bool", "true", description> {
  let parser = "parseSwitch($_parser)";
}

#endif // CCA_DIALECT_CCA_IR_CCASCHEDULESYNTAX_TD
