//===- CCAAttributes.td - Modes of the cca ops -------------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD
#define CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD

include "cca/Dialect/CCA/IR/CCADialect.td"
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

#endif // CCA_DIALECT_CCA_IR_CCAATTRIBUTES_TD
