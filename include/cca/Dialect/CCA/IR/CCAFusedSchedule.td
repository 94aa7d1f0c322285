//===- CCAFusedSchedule.td - How a kernel runs a prologue --*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAFUSEDSCHEDULE_TD
#define CCA_DIALECT_CCA_IR_CCAFUSEDSCHEDULE_TD

include "cca/Dialect/CCA/IR/CCADialect.td"
include "cca/Dialect/CCA/IR/CCAInterfaces.td"
include "mlir/IR/AttrTypeBase.td"

def CCA_FusedScheduleAttr : AttrDef<CCA_Dialect, "FusedSchedule",
    [DeclareAttrInterfaceMethods<CCA_KernelScheduleInterface>]> {
  let mnemonic = "fused_schedule";
  let summary = "how a Hopper kernel runs cca.fused_prologue";
  let description = [{
    As `#cca.schedule`, for a whole prologue. A block takes tiles of one key head and the
    query heads of its group. A tile has the latents of `block_m` tokens, and the queries
    and keys of all of them but the first `T - 1`, which only the convolution reads: the
    tile before has their queries and keys.

    `stages` steps of 64 input channels of the products, and `tap_stages` of 64 channels
    of a tap, are in shared memory at a time. A block has one producer warpgroup, which
    loads, and `consumers` warpgroups of 64 tokens each, which compute.

    Constraints:

    - (C1) `consumers` is 2 or 3.
    - (C2) `block_m` is 64 for each consumer.
    - (C3) `stages` is 2 to 8.
    - (C4) `tap_stages` is 2 to 8.

    Whether a kernel fits a GPU depends on the op, too: `cca-select-schedule` checks.

    Example:

    ```mlir
    #cca.fused_schedule<block_m = 128, stages = 3, tap_stages = 3, consumers = 2>
    ```
  }];
  let parameters = (ins
    AttrParameter<"int64_t", "latents of a tile">:$block_m,
    AttrParameter<"int64_t", "steps of products in shared memory">:$stages,
    AttrParameter<"int64_t", "steps of the convolution in shared memory">:$tap_stages,
    AttrParameter<"int64_t", "warpgroups that compute">:$consumers
  );
  let builders = [
    AttrBuilder<(ins "const ::mlir::cca::FusedSchedule &":$schedule), [{
      return $_get($_ctxt, schedule.blockM, schedule.stages,
                   schedule.tapStages, schedule.consumers);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The same as plain data.
    ::mlir::cca::FusedSchedule getValue() const;
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAFUSEDSCHEDULE_TD
