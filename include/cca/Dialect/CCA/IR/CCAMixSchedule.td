//===- CCAMixSchedule.td - How a kernel runs cca.mix -------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAMIXSCHEDULE_TD
#define CCA_DIALECT_CCA_IR_CCAMIXSCHEDULE_TD

include "cca/Dialect/CCA/IR/CCADialect.td"
include "cca/Dialect/CCA/IR/CCAInterfaces.td"
include "cca/Dialect/CCA/IR/CCAScheduleSyntax.td"
include "mlir/IR/AttrTypeBase.td"

def CCA_MixScheduleAttr : AttrDef<CCA_Dialect, "MixSchedule",
    [DeclareAttrInterfaceMethods<CCA_KernelScheduleInterface>]> {
  let mnemonic = "mix_schedule";
  let summary = "how a Hopper kernel runs cca.mix";
  let description = [{
    As `#cca.schedule`, for the convolution, norm and RoPE of queries and keys. A block
    takes some tiles of one head, `block_m` tokens each. It has one producer warpgroup,
    which loads, and `consumers` warpgroups of 64 tokens each, which compute. `stages`
    tiles of the head's latents, and as many of heads that its residual is made of, are in
    shared memory at a time. The taps of the head stay there for all of its tiles if
    they fit, else they are loaded again for each, `stages` at a time.

    The consumers share the tokens of a tile, unless `cooperative = false`: then each has
    tiles and stages of its own, in turn, and one computes norm and RoPE of its tile under
    the products of the others. Results leave through `staging` tiles of each consumer: with
    two, one is written while a copy reads the other.

    Constraints:

    - (C1) `consumers` is 1 to 3.
    - (C2) `block_m` is 64 for each consumer of a tile.
    - (C3) `stages` is 1 to 4.
    - (C4) `staging` is 1 or 2.

    Whether a kernel fits a GPU depends on the op, too: `cca-select-schedule` checks.

    Example:

    ```mlir
    #cca.mix_schedule<block_m = 192, stages = 1, consumers = 3>
    #cca.mix_schedule<block_m = 64, stages = 1, consumers = 2, cooperative = false, staging = 2>
    ```
  }];
  let parameters = (ins
    AttrParameter<"int64_t", "tokens of a tile">:$block_m,
    AttrParameter<"int64_t", "tiles in shared memory">:$stages,
    AttrParameter<"int64_t", "warpgroups that compute">:$consumers,
    CCA_SwitchedOn<"consumers share a tile">:$cooperative,
    DefaultValuedParameter<"int64_t", "1", "tiles that results leave through">:$staging
  );
  let builders = [
    AttrBuilder<(ins "const ::mlir::cca::MixSchedule &":$schedule), [{
      return $_get($_ctxt, schedule.blockM, schedule.stages, schedule.consumers,
                   schedule.cooperative, schedule.staging);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The same as plain data.
    ::mlir::cca::MixSchedule getValue() const;
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAMIXSCHEDULE_TD
