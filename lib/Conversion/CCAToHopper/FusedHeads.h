//===- FusedHeads.h - A key head and its query heads ------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDHEADS_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDHEADS_H

#include "FusedPrologue.h"

namespace mlir::cca {

/// One tile of tokens of one key head.
class HeadTileEmitter {
public:
  HeadTileEmitter(Emitter &emitter, const FusedPrologue &prologue,
                  const FusedParameters &parameters, Scalar batch, Scalar token,
                  Scalar keyHead)
      : prologue(prologue), parameters(parameters), batch(batch), token(token),
        keyHead(keyHead),
        type(RankedTensorType::get({prologue.rows, prologue.problem.headDim},
                                   emitter.builder.getF32Type())) {}

  /// `product` is that of the key head; `searchSteps` is null without packed
  /// sequences.
  void emit(Emitter &emitter, Value product, std::optional<Scalar> searchSteps);

  /// Where the product of head `head` begins.
  GemmOrigin origin(Scalar head) const {
    return {parameters.hidden, parameters.w, batch, token - prologue.halo(),
            head * prologue.problem.headDim};
  }
  Scalar key() const { return keyHead + prologue.problem.queryHeads; }

private:
  /// What the convolutions of a query head and of its key head are added to.
  struct Residuals {
    Value query, key;
  };
  RankedTensorType panelType(Type element) const {
    return RankedTensorType::get({prologue.rows, FusedPrologue::panelColumns},
                                 element);
  }
  Value shareLatents(Emitter &emitter, Scalar head, Value product);
  Value emitOwn(Emitter &emitter, Value latents);
  Value emitBias(Emitter &emitter, Scalar head, int64_t first);
  Residuals emitResiduals(Emitter &emitter, Scalar head, Value latents,
                          Value keyLatents, Value keySum);
  Value convolve(Emitter &emitter, Scalar head, Value latents, Value sum);
  void finish(Emitter &emitter, bool isKey, Scalar inTensor, Value tile);

  const FusedPrologue &prologue;
  const FusedParameters &parameters;
  Scalar batch, token, keyHead;
  RankedTensorType type;
  Value positions; ///< of the rows in their sequences
};

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_FUSEDHEADS_H
