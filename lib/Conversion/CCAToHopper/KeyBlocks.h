//===- KeyBlocks.h - Which keys a tile of queries sees ----------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOHOPPER_KEYBLOCKS_H
#define CCA_LIB_CONVERSION_CCATOHOPPER_KEYBLOCKS_H

#include "FlashAttention.h"

namespace mlir::cca {

/// A tile of queries and the sequence that it is in. Positions count from the
/// sequence's begin.
struct QueryTile {
  Scalar begin;    ///< of the sequence, in the tensor
  Scalar length;   ///< of the sequence
  Scalar firstRow; ///< of the tile
};

/// Blocks of keys that some query of a tile sees, [begin, end). All queries see
/// all keys of those in [fullBegin, fullEnd); the last block always counts as
/// one that needs a mask. begin <= fullBegin <= fullEnd < end.
struct KeyBlocks {
  Scalar begin, fullBegin, fullEnd, end;
};

KeyBlocks emitKeyBlocks(Emitter &emitter, const FlashAttention &attention,
                        const QueryTile &tile);

/// Whether blocks before the last one, or the first ones, may need a mask.
bool mayMaskBeforeLast(const FlashAttention &attention);
bool mayMaskFirst(const FlashAttention &attention);

/// Scores of the block of keys that begins at `firstKey`, minus infinity where
/// a query does not see a key.
Value emitMask(Emitter &emitter, const FlashAttention &attention,
               const QueryTile &tile, Scalar firstKey, Value scores);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_CCATOHOPPER_KEYBLOCKS_H
