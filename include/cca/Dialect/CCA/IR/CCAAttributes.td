//===- CCAAttributes.td - Modes of the cca ops -------------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD
#define CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD

include "cca/Dialect/CCA/IR/CCADialect.td"
include "cca/Dialect/CCA/IR/CCAFusedSchedule.td"
include "cca/Dialect/CCA/IR/CCAInterfaces.td"
include "cca/Dialect/CCA/IR/CCAMixSchedule.td"
include "cca/Dialect/CCA/IR/CCAScheduleSyntax.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class CCA_ModeEnum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::cca";
  let genSpecializedAttr = 0;
}

class CCA_ModeAttr<EnumAttrInfo info, string mnemonic>
    : EnumAttr<CCA_Dialect, info, mnemonic> {
  // `#cca.norm_mode<clamp>` by itself; ops print the bare word (custom<Mode>).
  let assemblyFormat = "`<` $value `>`";
}

def CCA_NormMode : CCA_ModeEnum<"NormMode", "how the L2 norm is kept from zero", [
    I32EnumAttrCase<"Clamp", 0, "clamp">,
    I32EnumAttrCase<"Rsqrt", 1, "rsqrt">
  ]>;

def CCA_NormModeAttr : CCA_ModeAttr<CCA_NormMode, "norm_mode"> {
  let description = [{
    - `clamp` divides by `max(||x||, eps)` (HF transformers; there `eps` is the
      machine epsilon of the model's element type);
    - `rsqrt` multiplies by `rsqrt(sum(x^2) + eps)` (vLLM and SGLang, with
      `eps = 1e-12`).
  }];
}

def CCA_TemperatureMode
    : CCA_ModeEnum<"TemperatureMode", "how the temperature scales the keys", [
    I32EnumAttrCase<"Linear", 0, "linear">,
    I32EnumAttrCase<"Exp", 1, "exp">
  ]>;

def CCA_TemperatureModeAttr
    : CCA_ModeAttr<CCA_TemperatureMode, "temperature_mode"> {
  let description = [{
    - `linear` multiplies the keys by the temperature (ZAYA1);
    - `exp` multiplies them by its exponential (the paper).
  }];
}

def CCA_RopeLayout
    : CCA_ModeEnum<"RopeLayout", "which rotary channels form a pair", [
    I32EnumAttrCase<"Half", 0, "half">,
    I32EnumAttrCase<"Interleaved", 1, "interleaved">
  ]>;

def CCA_RopeLayoutAttr : CCA_ModeAttr<CCA_RopeLayout, "rope_layout"> {
  let description = [{
    - `half` pairs channel `d` with `d + R/2` (GPT-NeoX, Llama, ZAYA1);
    - `interleaved` pairs channel `2d` with `2d + 1` (GPT-J).
  }];
}

//===----------------------------------------------------------------------===//
// #cca.schedule
//===----------------------------------------------------------------------===//

def CCA_SoftmaxForm : AttrParameter<"::mlir::cca::SoftmaxForm",
    "`bounded`, `online` or `auto`"> {
  let parser = "parseSoftmaxForm($_parser)";
  let printer = "$_printer << stringifySoftmaxForm($_self)";
}

def CCA_ScheduleAttr : AttrDef<CCA_Dialect, "Schedule",
    [DeclareAttrInterfaceMethods<CCA_KernelScheduleInterface>]> {
  let mnemonic = "schedule";
  let summary = "how a Hopper kernel runs flash attention";
  let description = [{
    The one thing that the cost model, the tuner and people write to choose a
    kernel. It changes speed, not what is computed.

    A block has one producer warpgroup, which loads, and `consumers` warpgroups of
    64 queries each, which compute. It takes a tile of `block_q` queries, and steps
    over their keys and values in tiles of `block_kv`, of which `stages` are in
    shared memory at a time.

    `softmax` says how the exponentials are kept from overflow:

    - `bounded`: not at all. For queries and keys that are `normalized`, of a
      temperature that is known to be small; with a large one they overflow;
    - `online`: by a running maximum, which holds for any scores;
    - `auto`: both forms in one kernel, chosen per key head at run time from the
      temperature.

    `overlap` issues the scores of the next step before the softmax of this one.
    `ping_pong` lets two consumers take turns, one's softmax under the other's
    products. Both are `true` unless given.

    Constraints:

    - (C1) `consumers` is 1 to 3.
    - (C2) `block_q` is 64 for each consumer.
    - (C3) `block_kv` is a multiple of 16 in [16, 256].
    - (C4) `stages` is 1 to 8.
    - (C5) `ping_pong` is for 2 consumers.

    Whether a kernel fits a GPU depends on the op, too: `cca-select-schedule` checks.

    Example:

    ```mlir
    #cca.schedule<block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>
    ```
  }];
  let parameters = (ins
    AttrParameter<"int64_t", "queries of a tile">:$block_q,
    AttrParameter<"int64_t", "keys of a step">:$block_kv,
    AttrParameter<"int64_t", "tiles of keys, and of values, in shared memory">:$stages,
    AttrParameter<"int64_t", "warpgroups that compute">:$consumers,
    CCA_SoftmaxForm:$softmax,
    CCA_SwitchedOn<"scores of the next step before this softmax">:$overlap,
    CCA_SwitchedOn<"two consumers take turns">:$ping_pong
  );
  let builders = [
    AttrBuilder<(ins "const ::mlir::cca::AttentionSchedule &":$schedule), [{
      return $_get($_ctxt, schedule.blockQ, schedule.blockKV, schedule.stages,
                   schedule.consumers, schedule.softmax, schedule.overlap,
                   schedule.pingPong);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The same as plain data.
    ::mlir::cca::AttentionSchedule getValue() const;
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// #cca.gemm_schedule
//===----------------------------------------------------------------------===//

def CCA_GemmScheduleAttr : AttrDef<CCA_Dialect, "GemmSchedule",
    [DeclareAttrInterfaceMethods<CCA_KernelScheduleInterface>]> {
  let mnemonic = "gemm_schedule";
  let summary = "how a Hopper kernel runs a projection";
  let description = [{
    As `#cca.schedule`, for products of tokens with weights. A tile of the result is
    `block_m` tokens of `block_n` channels; it is summed up in steps of `block_k`
    channels of the input, of which `stages` are in shared memory at a time. A block
    has one producer warpgroup, which loads, and `consumers` warpgroups that share the
    tokens of its tile.

    With `cooperative = false` each of two consumers has tiles of its own. They take turns
    at the stages and the tensor cores: one stores its tile while the other multiplies,
    which CUTLASS calls ping-pong.
    `blocks_per_multiprocessor`, 1 unless given, may be 2: then one block stores its
    tile while the other multiplies, without a word between them.

    Constraints:

    - (C1) `consumers` is 1 to 3.
    - (C2) `block_m` is 64 or 128 for each consumer of a tile, and at most 256.
    - (C3) `block_n` is a multiple of 32 in [64, 256].
    - (C4) `block_k` is 64 or 128.
    - (C5) `stages` is 2 to 8.
    - (C6) `blocks_per_multiprocessor` is 1, or 2 with 1 consumer.
    - (C7) `consumers` is 2 with `cooperative = false`.

    Whether a kernel fits a GPU depends on the op, too: `cca-select-schedule` checks.

    Example:

    ```mlir
    #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3,
                       consumers = 1, blocks_per_multiprocessor = 2>
    ```
  }];
  let parameters = (ins
    AttrParameter<"int64_t", "tokens of a tile">:$block_m,
    AttrParameter<"int64_t", "channels of a tile">:$block_n,
    AttrParameter<"int64_t", "channels of the input in a step">:$block_k,
    AttrParameter<"int64_t", "steps in shared memory">:$stages,
    AttrParameter<"int64_t", "warpgroups that compute">:$consumers,
    DefaultValuedParameter<"int64_t", "1",
        "blocks that a multiprocessor runs at a time">:$blocks_per_multiprocessor,
    CCA_SwitchedOn<"consumers share a tile">:$cooperative
  );
  let builders = [
    AttrBuilder<(ins "const ::mlir::cca::GemmSchedule &":$schedule), [{
      return $_get($_ctxt, schedule.blockM, schedule.blockN, schedule.blockK,
                   schedule.stages, schedule.consumers,
                   schedule.blocksPerMultiprocessor, schedule.cooperative);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The same as plain data.
    ::mlir::cca::GemmSchedule getValue() const;
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD
