//===- Trace.h - Timelines for chrome://tracing and Perfetto ----*- C++ -*-===//

#ifndef CCA_SIMULATOR_TRACE_H
#define CCA_SIMULATOR_TRACE_H

#include "mlir/Support/LLVM.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <string>
#include <vector>

namespace mlir::cca {

/// What the roles and units of each block did when. In cycles of the
/// multiprocessor; viewers show one as a microsecond.
class Trace {
public:
  void add(int64_t block, StringRef track, StringRef name, double begin,
           double end);

  /// The JSON of Chrome's trace event format: a process for each block, a
  /// thread for each track.
  void write(raw_ostream &os) const;

private:
  struct Slice {
    int64_t block;
    unsigned track;
    std::string name;
    double begin;
    double end;
  };
  std::vector<Slice> slices;
  /// Tracks of each block, numbered in the order of their first slices.
  using Track = std::pair<int64_t, std::string>;
  llvm::MapVector<Track, unsigned, std::map<Track, unsigned>> tracks;
};

} // namespace mlir::cca

#endif // CCA_SIMULATOR_TRACE_H
