//===- CCAOps.td - Ops of the cca dialect ------------------*- tablegen -*-===//
//
// The ops by grain: the block and its kernels in CCAKernelOps.td, the steps
// that they decompose into in CCAStepOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_CCA_IR_CCAOPS_TD
#define CCA_DIALECT_CCA_IR_CCAOPS_TD

include "cca/Dialect/CCA/IR/CCAFusedPrologueOp.td"
include "cca/Dialect/CCA/IR/CCAKernelOps.td"
include "cca/Dialect/CCA/IR/CCAMixOp.td"
include "cca/Dialect/CCA/IR/CCAProjectionOps.td"
include "cca/Dialect/CCA/IR/CCAStepOps.td"

#endif // CCA_DIALECT_CCA_IR_CCAOPS_TD
