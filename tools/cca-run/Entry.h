//===- Entry.h - The function to run ----------------------------*- C++ -*-===//
//
// An entry as its caller sees it: tensors in, tensors out. Taken from the
// module before compilation, which leaves only pointers.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_TOOLS_RUN_ENTRY_H
#define CCA_TOOLS_RUN_ENTRY_H

#include "Arrays/Npy.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir {
namespace cca {

struct Operand {
  /// Its name in the source, with the '%'; empty if that is not known.
  std::string name;
  RankedTensorType type;
  Location loc;
};

struct Entry {
  std::string name;
  Location loc;
  SmallVector<Operand> operands;
  SmallVector<RankedTensorType> results;
  /// An entry on memrefs: its results are its arguments, as it leaves them.
  bool onBuffers = false;
};

/// The entry of that name; without a name, the only one there is. An entry is a
/// public func.func with a body whose arguments and results are ranked tensors
/// of f16, bf16, f32, f64, i32 or i64; if `allowBuffers`, the arguments may be
/// memrefs instead, and there are no results then. Reports an error if there is
/// none.
FailureOr<Entry> findEntry(ModuleOp module, StringRef name,
                           llvm::SourceMgr &sources, bool allowBuffers);

/// How arrays of an element type are stored: bf16, which NumPy does not have,
/// as uint16; all others as themselves. Nothing for types that entries cannot
/// have.
std::optional<NpyType> getNpyType(Type elementType);

/// True if an array of `stored` can stand for a tensor of `elementType`.
bool isStorageOf(NpyType stored, Type elementType);

/// Checks an array that was read from `path` against operand `index`: element
/// type, rank, static sizes.
LogicalResult checkInput(const Entry &entry, unsigned index,
                         const NpyArray &array, StringRef path);

/// Checks a reference for result `index`: any floating-point type does for a
/// floating-point result, so that it can be more precise than what it checks.
LogicalResult checkReference(const Entry &entry, unsigned index,
                             const NpyArray &array, StringRef path);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_ENTRY_H
