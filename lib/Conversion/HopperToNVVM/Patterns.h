//===- Patterns.h - Patterns of convert-hopper-to-nvvm ----------*- C++ -*-===//
//
// One file per family of ops. A tile becomes the registers of one thread: each
// value of the hopper level is converted to several.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_LIB_CONVERSION_HOPPERTONVVM_PATTERNS_H
#define CCA_LIB_CONVERSION_HOPPERTONVVM_PATTERNS_H

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Transforms/DialectConversion.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::cca {

/// What a value of the hopper level is in one thread:
///
/// - a fragment of 32-bit elements: one scalar per element of the thread, in
///   the order of `Fragment`, blocks of 64 rows after each other; of 16-bit
///   elements: a vector<2> per pair of neighbours, which is one register;
/// - rows: two scalars per block of 64 rows;
/// - a tile in shared memory: its address, and that of the full barrier of its
///   stage (0 if it is none);
/// - a ring: the address of its first stage, and of its first barrier;
/// - a tensor map: a pointer to it.
class TileConverter : public TypeConverter {
public:
  explicit TileConverter(MLIRContext *context);
};

/// The stage that a role enters next, and its phase, of each ring: counted in
/// stack slots at the begin of the kernel that LLVM turns into registers. The
/// producer's puts and the consumers' gets count apart.
class RingCursors {
public:
  struct Cursor {
    Value stage, phase; ///< pointers to i32
  };
  /// Allocates and initialises those of all rings of `kernel`.
  explicit RingCursors(gpu::GPUFuncOp kernel);
  Cursor put(Value ring) const { return puts.lookup(ring); }
  Cursor get(Value ring) const { return gets.lookup(ring); }

private:
  llvm::DenseMap<Value, Cursor> puts, gets;
};

void populateColumnPatterns(const TypeConverter &, RewritePatternSet &);
void populateElementwisePatterns(const TypeConverter &, RewritePatternSet &);
void populateGatherPatterns(const TypeConverter &, RewritePatternSet &);
void populateMatrixPatterns(const TypeConverter &, RewritePatternSet &);
void populateMemoryPatterns(const TypeConverter &, RewritePatternSet &);
void populateRingPatterns(const TypeConverter &, RewritePatternSet &,
                          const RingCursors &);
void populateRowPatterns(const TypeConverter &, RewritePatternSet &);

/// Where the barriers of a ring begin in shared memory, its stages, and whether
/// one consumer has it for itself.
struct RingBarriers {
  int64_t offset, stages;
  bool isOfOneConsumer;
};

/// Branches to the roles of `op`, when all else is converted. `tensorMaps` are
/// pointers to those of the kernel.
void lowerRoles(RewriterBase &rewriter, hopper::WarpSpecializeOp op,
                ArrayRef<RingBarriers> rings, ArrayRef<Value> tensorMaps);

} // namespace mlir::cca

#endif // CCA_LIB_CONVERSION_HOPPERTONVVM_PATTERNS_H
