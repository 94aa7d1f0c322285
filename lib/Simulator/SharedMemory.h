//===- SharedMemory.h - Shared memory, and who accessed it ------*- C++ -*-===//
//
// The bytes of a block's shared memory, in their swizzled places, and for each
// 16 of them (the unit in which everything at this level moves) the last write
// and the reads since.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_SIMULATOR_SHAREDMEMORY_H
#define CCA_LIB_SIMULATOR_SHAREDMEMORY_H

#include "Clock.h"
#include "Values.h"

#include "mlir/Support/LogicalResult.h"

#include <string>

namespace mlir::cca::sim {

/// A read or write of a tile. It is over for those who have seen all its
/// stamps.
struct Access {
  struct Stamp {
    unsigned slot;
    uint32_t time;
  };

  Operation *op;
  /// Who did it, as in "may still be read by %s".
  std::string who;
  SmemTile tile;
  SmallVector<Stamp, 2> stamps;
  /// By TMA or wgmma, as opposed to threads.
  bool async;
  /// Those who must have seen what came before: the threads that execute or
  /// issue it.
  SmallVector<const Knowledge *, 2> knowers;
};

class SharedMemory {
public:
  /// Reserves bytes for a tile, a ring or its barriers. `limit` is the kernel's
  /// size, if it has one already.
  LogicalResult reserve(Operation *op, int64_t begin, int64_t bytes,
                        std::optional<int64_t> limit);

  /// Checks an access against all before it, and notes it.
  LogicalResult read(const Access &access);
  LogicalResult write(const Access &access);

  /// The elements of a tile, row by row, as they are now.
  std::vector<uint8_t> load(const SmemTile &tile) const;
  /// Rows [`begin`, `end`) of a tile.
  void store(const SmemTile &tile, const uint8_t *bytes, int64_t begin,
             int64_t end);
  void store(const SmemTile &tile, const uint8_t *bytes) {
    store(tile, bytes, 0, tile.type.getRows());
  }

private:
  static constexpr int64_t granuleBytes = 16;

  struct Reservation {
    int64_t begin, end;
    Operation *op;
  };
  /// Indices into `accesses`, which begins with nobody's.
  struct Granule {
    uint32_t writer = 0;
    SmallVector<uint32_t, 2> readers;
  };

  LogicalResult checkRead(const Access &access, const Access &writer) const;
  LogicalResult checkOverwrite(const Access &access,
                               const Access &reader) const;
  LogicalResult reportRace(const Access &access, bool writes,
                           const Access &other, bool otherWrites) const;

  std::vector<uint8_t> bytes;
  std::vector<Granule> granules;
  std::vector<Access> accesses = std::vector<Access>(1);
  SmallVector<Reservation> reservations;
};

} // namespace mlir::cca::sim

#endif // CCA_LIB_SIMULATOR_SHAREDMEMORY_H
