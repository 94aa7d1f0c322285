//===- Prototypes.h - Host functions as C declares them ---------*- C++ -*-===//

#ifndef CCA_TOOLS_COMPILE_PROTOTYPES_H
#define CCA_TOOLS_COMPILE_PROTOTYPES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace llvm {
class SourceMgr;
class raw_ostream;
} // namespace llvm

namespace mlir::cca {

struct Parameter {
  std::string name;
  /// As C spells it, up to the name.
  std::string declaration;
  Type type;
  /// What a caller must know about it.
  std::string note;
};

/// A function that launches kernels, or one that returns how many bytes of
/// workspace another needs.
struct Prototype {
  std::string name;
  SmallVector<Parameter> parameters;
  /// The other function, of one that returns a size.
  std::string sizeOf;
};

/// Takes a public function whose kernels are serialised, but that is not yet
/// lowered itself. Reports what C cannot declare.
FailureOr<Prototype> makePrototype(func::FuncOp function,
                                   llvm::SourceMgr &sources);

/// Writes the declaration, below a comment.
void print(llvm::raw_ostream &os, const Prototype &prototype);

} // namespace mlir::cca

#endif // CCA_TOOLS_COMPILE_PROTOTYPES_H
