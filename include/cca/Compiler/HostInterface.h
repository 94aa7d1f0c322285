//===- HostInterface.h - What compiled functions take -----------*- C++ -*-===//

#ifndef CCA_COMPILER_HOSTINTERFACE_H
#define CCA_COMPILER_HOSTINTERFACE_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::cca {

/// A parameter of a function of the host.
struct HostParameter {
  /// As the source has it, without the '%'; empty if the source has none, as
  /// for results.
  std::string name;
  /// A memref, or a scalar.
  Type type;
  /// It was a result, which is now written where the caller says.
  bool isResult;
  /// Memory for temporaries.
  bool isWorkspace;
  /// Which result of the function that packs weights it is, if it is one.
  std::optional<int64_t> packed;
  Location loc;
};

/// A function that other programs can call.
struct HostFunctionInterface {
  std::string name;
  SmallVector<HostParameter> parameters;
  Location loc;
  /// Of one that returns the bytes that another needs: what its parameters are,
  /// as the other's parameter and a dimension of that.
  std::optional<SmallVector<std::pair<int64_t, int64_t>>> sizesOf;
};

/// The public functions of a module on buffers, whose host code is not lowered
/// yet.
SmallVector<HostFunctionInterface> getHostInterface(ModuleOp module,
                                                    llvm::SourceMgr &sources);

} // namespace mlir::cca

#endif // CCA_COMPILER_HOSTINTERFACE_H
