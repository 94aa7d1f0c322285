//===- OutputFile.h - Files that appear when they are complete --*- C++ -*-===//

#ifndef CCA_TOOLS_SUPPORT_OUTPUTFILE_H
#define CCA_TOOLS_SUPPORT_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <memory>
#include <string>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir {
namespace cca {

/// A file to write. Opened before a long computation, so that a path that
/// cannot be written is found first, as a temporary file beside its
/// destination, which a failure or an interrupt removes and `write` renames:
/// what was at the destination stays there until then.
class OutputFile {
public:
  /// Errors begin with the path.
  static llvm::Expected<OutputFile> open(llvm::StringRef path);

  /// Writes what `print` prints and puts the file in its place. To be called
  /// once.
  llvm::Error write(llvm::function_ref<void(llvm::raw_ostream &)> print);

  OutputFile(OutputFile &&) = default;
  ~OutputFile();

private:
  OutputFile(llvm::StringRef path) : path(path) {}

  std::string path;
  /// Where `path` leads if it is a symbolic link.
  std::string destination;
  /// Absent if the destination is a device or a pipe, which is written
  /// directly.
  std::unique_ptr<llvm::sys::fs::TempFile> temporary;
};

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_SUPPORT_OUTPUTFILE_H
