//===- HopperOps.td - Ops of the hopper dialect ------------*- tablegen -*-===//
//
// The algorithm in HopperTileOps.td and HopperRowOps.td, the schedule in the
// others.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPEROPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPEROPS_TD

include "cca/Dialect/Hopper/IR/HopperColumnOps.td"
include "cca/Dialect/Hopper/IR/HopperGatherOp.td"
include "cca/Dialect/Hopper/IR/HopperHostOps.td"
include "cca/Dialect/Hopper/IR/HopperMatrixOps.td"
include "cca/Dialect/Hopper/IR/HopperMemoryOps.td"
include "cca/Dialect/Hopper/IR/HopperRingOps.td"
include "cca/Dialect/Hopper/IR/HopperRoleOps.td"
include "cca/Dialect/Hopper/IR/HopperRowOps.td"
include "cca/Dialect/Hopper/IR/HopperTileOps.td"

#endif // CCA_DIALECT_HOPPER_IR_HOPPEROPS_TD
