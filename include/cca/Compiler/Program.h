//===- Program.h - Compiled functions in this process -----------*- C++ -*-===//

#ifndef CCA_COMPILER_PROGRAM_H
#define CCA_COMPILER_PROGRAM_H

#include "cca/Dialect/CCA/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class SourceMgr;
namespace orc {
class LLJIT;
} // namespace orc
} // namespace llvm

namespace mlir::cca {

/// What a function does with a parameter.
enum class ProgramRole { Operand, Result, Workspace, Packed };

/// A parameter of a compiled function.
struct ProgramParameter {
  std::string name;
  /// Element type, or type of a scalar, as MLIR spells it.
  std::string type;
  bool isScalar = false;
  ProgramRole role = ProgramRole::Operand;
  /// Of packed weights: which result of the function that packs them.
  int64_t packed = 0;
  /// Of a memref; ShapedType::kDynamic where the function leaves it open.
  std::vector<int64_t> sizes;
};

struct ProgramFunction {
  std::string name;
  /// Without the stream, which comes last.
  std::vector<ProgramParameter> parameters;
  /// Which sizes the workspace depends on: parameters, and dimensions of them.
  /// Nothing if there is no workspace.
  std::optional<std::vector<std::pair<int64_t, int64_t>>> workspaceSizes;
};

/// What compilation makes, by value: it can be stored.
struct ProgramImage {
  /// Of all kernels.
  std::string ptx;
  /// Host code, with the kernels in it.
  std::string object;
  std::vector<ProgramFunction> functions;

  /// The image as bytes that only this version of the project reads.
  std::string serialize() const;
  /// Fails on bytes that are not what `serialize` made.
  static llvm::Expected<ProgramImage> deserialize(llvm::StringRef bytes);
};

struct ProgramOptions {
  /// Report the schedules that were chosen, as remarks.
  bool printSchedules = false;
  /// Pack weights in functions of their own, `<name>_pack`.
  bool outlinePacking = true;
  PrologueStructure prologue = PrologueStructure::Split;
};

/// Compiles the kernels and the host functions of a module. The module is
/// consumed; `sources` is where it was parsed from.
FailureOr<ProgramImage> compileProgram(ModuleOp module,
                                       llvm::SourceMgr &sources,
                                       const ProgramOptions &options);

/// An image whose functions can be called. Any number of threads may do so at
/// once. Kernels are loaded into a context of the driver by their first launch
/// there, and stay loaded when the program is gone.
class Program {
public:
  /// Takes an array of pointers: to the descriptors of memrefs, to the values
  /// of scalars; then the stream itself. Returns a status (cca-c/Runtime.h).
  using Function = int32_t (*)(void **arguments);

  static llvm::Expected<Program> load(ProgramImage image);

  const ProgramImage &getImage() const { return image; }
  /// By the index in the image.
  Function getFunction(size_t index) const { return functions[index]; }
  /// The bytes of workspace that a call with these arguments needs, of which
  /// only sizes of memrefs are read; nothing if there is no workspace.
  std::optional<int64_t>
  getWorkspaceBytes(size_t index, llvm::ArrayRef<void *> arguments) const;

  Program(Program &&);
  Program &operator=(Program &&);
  ~Program();

private:
  Program() = default;

  ProgramImage image;
  std::unique_ptr<llvm::orc::LLJIT> linker;
  std::vector<Function> functions;
  /// Null for functions without a workspace. They take pointers to the sizes,
  /// then one to where the bytes go.
  std::vector<Function> workspaceSizes;
};

} // namespace mlir::cca

#endif // CCA_COMPILER_PROGRAM_H
