//===- PairedBuffer.h - Buffers whose elements are loaded in pairs -*- C++
//-*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_PAIREDBUFFER_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_PAIREDBUFFER_H

#include "Scalar.h"

namespace mlir::cca {

/// The buffer of an operand, for hopper.gather of tiles: its last dimension is
/// contiguous, and pairs of neighbours are aligned. Checked at run time; `name`
/// is that of the operand.
Value pairedBuffer(Emitter &emitter, Value tensor, StringRef name);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_PAIREDBUFFER_H
