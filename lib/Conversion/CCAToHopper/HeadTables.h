//===- HeadTables.h - The host's part of what heads read --------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_HEADTABLES_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_HEADTABLES_H

#include "HeadTransform.h"
#include "Host.h"
#include "PairedBuffer.h"

namespace mlir::cca {

/// The tables of `op`, `cca.mix` or `cca.fused_prologue`, as its kernel takes
/// them; without cosines and sines if it does not gather these.
template <typename OpT>
HeadTables emitTables(Emitter &emitter, OpT op, bool gathersRotary = true) {
  HeadTables tables;
  tables.bias = pairedBuffer(emitter, op.getBias(), "bias");
  tables.temperature = inputBuffer(emitter, op.getTemperature());
  if (gathersRotary && op.getCos().getType().getShape().back() > 0) {
    tables.cosines = pairedBuffer(emitter, op.getCos(), "cos");
    tables.sines = pairedBuffer(emitter, op.getSin(), "sin");
  }
  if (op.getCuSeqlens())
    tables.cuSeqlens = inputBuffer(emitter, op.getCuSeqlens());
  return tables;
}

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_HEADTABLES_H
