//===- Sequences.h - Tiles of packed sequences ------------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_SEQUENCES_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_SEQUENCES_H

#include "KeyBlocks.h"

namespace mlir::cca {

/// Slots for tiles of `rows` queries that N sequences of `tokens` tokens
/// together need at most: sequence n has slots from cu_seqlens[n] / rows + n
/// on, of which the last may be empty. So the slots of a sequence need no
/// table.
Scalar emitSlotCount(Emitter &emitter, Scalar tokens, Value cuSeqlens,
                     int64_t rows);

/// The tile of slot `slot`. Empty if `firstRow` is not below `length`.
QueryTile emitSlotTile(Emitter &emitter, Scalar slot, Value cuSeqlens,
                       int64_t rows);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_SEQUENCES_H
