//===- TokenRows.h - Which tokens the rows of a tile are --------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_TOKENROWS_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_TOKENROWS_H

#include "Scalar.h"

namespace mlir::cca {

/// The tokens of `rows` rows from `first` on, as rows of i32. Rows beyond the
/// last of `tokens` tokens stand for that one, so that they can be looked up.
Value emitTokens(Emitter &emitter, Scalar first, Scalar tokens, int64_t rows);

/// Steps of a binary search over the sequences of `cuSeqlens`, i32.
Scalar emitSearchSteps(Emitter &emitter, Value cuSeqlens);

/// Each token's position in its sequence.
Value emitPositions(Emitter &emitter, Value tokens, Value cuSeqlens,
                    Scalar searchSteps);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_TOKENROWS_H
