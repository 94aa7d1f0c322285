//===- CCABase.td - What all cca ops share -----------------*- tablegen -*-===//

#ifndef CCA_DIALECT_CCA_IR_CCABASE_TD
#define CCA_DIALECT_CCA_IR_CCABASE_TD

include "cca/Dialect/CCA/IR/CCAAttributes.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/RuntimeVerifiableOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Element types that the convolution weights, projections and activations have.
def CCA_Float : AnyTypeOf<[F32, BF16, F16]>;

// A tensor in plain row-major order: encodings are other dialects' business.
class CCA_Tensor<list<Type> elementTypes, list<int> ranks>
    : RankedTensorOf<elementTypes,
        [HasAnyRankOfPred<ranks>,
         CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">],
        !interleave(!foreach(rank, ranks, rank # "D"), "/") #
            " tensor without encoding">;

class CCA_FloatTensor<list<int> ranks> : CCA_Tensor<[CCA_Float], ranks>;

// One factor per key head.
def CCA_Temperature : CCA_Tensor<[F32], [1]>;

// Sequence starts of a packed batch: N + 1 elements.
def CCA_CuSeqlens : CCA_Tensor<[I32], [1]>;

// The ops only read their operands, but sizes that do not agree at run time make
// them undefined: free of memory effects, not speculatable.
class CCA_Op<string mnemonic, list<Trait> traits = []>
    : Op<CCA_Dialect, mnemonic, !listconcat(traits, [
        NoMemoryEffect,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<RuntimeVerifiableOpInterface>])> {
  let hasVerifier = 1;
}

// An op whose result types follow from its operand types.
class CCA_InferredOp<string mnemonic, list<Trait> traits = []>
    : CCA_Op<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<InferTypeOpInterface>])>;

#endif // CCA_DIALECT_CCA_IR_CCABASE_TD
