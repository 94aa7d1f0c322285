//===- OutputFile.h - Files that appear when they are complete --*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_ARRAYS_OUTPUTFILE_H
#define CCA_TOOLS_RUN_ARRAYS_OUTPUTFILE_H

#include "Arrays/Npy.h"

#include "llvm/Support/FileSystem.h"

namespace mlir {
namespace cca {

/// An .npy file to write. Opened before a long computation, so that a path that
/// cannot be written is found first, as a temporary file beside its
/// destination, which a failure or an interrupt removes and `write` renames:
/// what was at the destination stays there until then.
class OutputFile {
public:
  /// Errors begin with the path.
  static llvm::Expected<OutputFile> open(llvm::StringRef path);

  /// Writes the array and puts the file in its place. To be called once.
  llvm::Error write(const NpyArray &array);

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

#endif // CCA_TOOLS_RUN_ARRAYS_OUTPUTFILE_H
