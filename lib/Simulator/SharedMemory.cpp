//===- SharedMemory.cpp - Shared memory, and who accessed it --------------===//

#include "SharedMemory.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

LogicalResult SharedMemory::reserve(Operation *op, int64_t begin, int64_t size,
                                    std::optional<int64_t> limit) {
  int64_t most = HopperTarget::maxDynamicSmemBytes;
  // Offsets may be any number.
  int64_t end = std::min(begin, most) + size;
  if (limit && end > *limit)
    return op->emitError("expects to end within the kernel's ")
           << *limit << " bytes of shared memory, but got " << end;
  if (end > most)
    return op->emitError("expects at most ")
           << most << " bytes of shared memory, but got " << end;
  for (const Reservation &other : reservations)
    if (begin < other.end && other.begin < end) {
      InFlightDiagnostic diag =
          op->emitError("expects shared memory of its own, but bytes [")
          << begin << ", " << end << ") overlap [" << other.begin << ", "
          << other.end << ")";
      diag.attachNote(other.op->getLoc()) << "which belong to this";
      return diag;
    }
  reservations.push_back({begin, end, op});
  if (end > int64_t(bytes.size())) {
    bytes.resize(end);
    granules.resize(llvm::divideCeil(end, granuleBytes));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// `fn(address, byte)` of each 16 bytes of the rows [begin, end): where they
/// are, and which bytes of the tile, row by row, they are.
template <typename Fn>
static void forEachChunk(const SmemTile &tile, int64_t begin, int64_t end,
                         Fn fn) {
  constexpr int64_t chunk = 16;
  SharedTile layout = tile.type.getLayout();
  int64_t rowBytes = layout.cols * layout.elementBytes;
  int64_t span = layout.spanBytes();
  for (int64_t panel = 0, e = layout.panels(); panel < e; ++panel)
    for (int64_t row = begin; row < end; ++row) {
      int64_t address = tile.address + panel * layout.panelBytes() + row * span;
      int64_t byte = row * rowBytes + panel * span;
      for (int64_t step = 0; step < span; step += chunk)
        fn(applySwizzle(address + step, layout.swizzle), byte + step);
    }
}

std::vector<uint8_t> SharedMemory::load(const SmemTile &tile) const {
  std::vector<uint8_t> out(tile.type.getBytes());
  forEachChunk(tile, 0, tile.type.getRows(), [&](int64_t address, int64_t at) {
    std::memcpy(&out[at], &bytes[address], granuleBytes);
  });
  return out;
}

void SharedMemory::store(const SmemTile &tile, const uint8_t *in, int64_t begin,
                         int64_t end) {
  forEachChunk(tile, begin, end, [&](int64_t address, int64_t at) {
    std::memcpy(&bytes[address], in + at, granuleBytes);
  });
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

static bool hasSeen(const VectorClock &clock, const Access &access) {
  return llvm::all_of(access.stamps, [&](Access::Stamp stamp) {
    return clock.get(stamp.slot) >= stamp.time;
  });
}

static bool isOver(const Access &earlier, const Access &access) {
  return llvm::all_of(access.knowers, [&](const Knowledge *knower) {
    return hasSeen(knower->seen, earlier);
  });
}

/// Whether the same lane does both, element by element: then program order is
/// enough.
static bool isSameLanes(const Access &a, const Access &b) {
  return !a.async && !b.async && a.stamps.size() == b.stamps.size() &&
         a.stamps.front().slot == b.stamps.front().slot &&
         a.tile.address == b.tile.address && a.tile.type == b.tile.type;
}

LogicalResult SharedMemory::reportRace(const Access &access, bool writes,
                                       const Access &other,
                                       bool otherWrites) const {
  StringRef verb = writes ? " writes" : " reads";
  StringRef otherVerb = otherWrites ? "writing" : "reading";
  InFlightDiagnostic diag = access.op->emitError()
                            << access.who << verb << " shared memory that "
                            << other.who << " may still be " << otherVerb;
  diag.attachNote(other.op->getLoc())
      << (otherWrites ? "written here" : "read here");
  return diag;
}

LogicalResult SharedMemory::checkRead(const Access &access,
                                      const Access &writer) const {
  if (!isOver(writer, access))
    return reportRace(access, false, writer, true);
  if (writer.async || !access.async)
    return success();
  // The other proxy reads what threads wrote.
  for (const Knowledge *knower : access.knowers)
    if (!hasSeen(knower->fenced, writer)) {
      InFlightDiagnostic diag =
          access.op->emitError()
          << access.who << " reads shared memory that " << writer.who
          << " writes without nvvm.fence.proxy and a barrier after it";
      diag.attachNote(writer.op->getLoc()) << "written here";
      return diag;
    }
  return success();
}

/// Whether the other proxy may write what threads have read: an arrival does
/// not wait for loads of registers that nobody has used yet.
LogicalResult SharedMemory::checkOverwrite(const Access &access,
                                           const Access &reader) const {
  if (reader.async || !access.async)
    return success();
  for (const Knowledge *knower : access.knowers)
    if (!hasSeen(knower->fenced, reader)) {
      InFlightDiagnostic diag = access.op->emitError()
                                << access.who << " writes shared memory that "
                                << reader.who
                                << " reads without nvvm.fence.proxy after it";
      diag.attachNote(reader.op->getLoc()) << "read here";
      return diag;
    }
  return success();
}

LogicalResult SharedMemory::read(const Access &access) {
  uint32_t id = accesses.size(), known = 0;
  LogicalResult result = success();
  forEachChunk(access.tile, 0, access.tile.type.getRows(),
               [&](int64_t address, int64_t) {
                 Granule &granule = granules[address / granuleBytes];
                 if (failed(result))
                   return;
                 if (granule.writer == 0) {
                   result = access.op->emitError()
                            << access.who
                            << " reads shared memory that nobody has written";
                   return;
                 }
                 if (granule.writer != known) {
                   known = granule.writer;
                   result = checkRead(access, accesses[known]);
                 }
                 // A later read of a slot stands for its earlier ones.
                 for (uint32_t &reader : granule.readers)
                   if (accesses[reader].stamps.front().slot ==
                       access.stamps.front().slot) {
                     reader = id;
                     return;
                   }
                 granule.readers.push_back(id);
               });
  accesses.push_back(access);
  return result;
}

LogicalResult SharedMemory::write(const Access &access) {
  uint32_t id = accesses.size();
  llvm::SmallDenseSet<uint32_t, 8> known;
  LogicalResult result = success();
  auto check = [&](uint32_t other, bool otherWrites) {
    if (failed(result) || other == 0 || !known.insert(other).second)
      return;
    const Access &earlier = accesses[other];
    if (!isOver(earlier, access) && !isSameLanes(earlier, access))
      result = reportRace(access, true, earlier, otherWrites);
    else if (!otherWrites)
      result = checkOverwrite(access, earlier);
  };
  forEachChunk(access.tile, 0, access.tile.type.getRows(),
               [&](int64_t address, int64_t) {
                 Granule &granule = granules[address / granuleBytes];
                 for (uint32_t reader : granule.readers)
                   check(reader, false);
                 check(granule.writer, true);
                 granule.writer = id;
                 granule.readers.clear();
               });
  accesses.push_back(access);
  return result;
}
