//===- CCAInterfaces.td - What schedules have in common ----*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAINTERFACES_TD
#define CCA_DIALECT_CCA_IR_CCAINTERFACES_TD

include "mlir/IR/Interfaces.td"

def CCA_KernelScheduleInterface : AttrInterface<"KernelScheduleInterface"> {
  let cppNamespace = "::mlir::cca";
  let description = [{
    A schedule of some kind of kernel. Passes on tiles read a kernel's
    `cca.schedule` through it and do not know the kinds.
  }];
  let methods = [
    InterfaceMethod<"What passes on tiles ask of the schedule.",
                    "::mlir::cca::KernelSchedule", "getKernelSchedule">
  ];
}

#endif // CCA_DIALECT_CCA_IR_CCAINTERFACES_TD
