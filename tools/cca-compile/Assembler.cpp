//===- Assembler.cpp - PTX to machine code of the GPU ---------------------===//

#include "Assembler.h"

#include "cca/Compiler/Kernels.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace fs = llvm::sys::fs;

static constexpr StringRef usualFolder = "/usr/local/cuda/bin";

/// A file that lives as long as this, interrupts included.
namespace {
class TemporaryFile {
public:
  static FailureOr<TemporaryFile> create(Location loc, StringRef suffix) {
    SmallString<128> path;
    if (std::error_code code = fs::createTemporaryFile("cca", suffix, path))
      return emitError(loc)
             << "cannot make a temporary file: " << code.message();
    llvm::sys::RemoveFileOnSignal(path);
    return TemporaryFile(path);
  }
  TemporaryFile(TemporaryFile &&other) : path(std::move(other.path)) {
    other.path.clear();
  }
  ~TemporaryFile() {
    if (path.empty())
      return;
    // What cannot be removed was not made.
    std::error_code ignored = fs::remove(path);
    (void)ignored;
    llvm::sys::DontRemoveFileOnSignal(path);
  }

  StringRef getPath() const { return path; }

  /// What is in it; empty if it cannot be read.
  std::string read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

private:
  explicit TemporaryFile(StringRef path) : path(path) {}
  std::string path;
};
} // namespace

/// The usual one.
static llvm::ErrorOr<std::string> findUsualProgram() {
  llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName("ptxas");
  return found ? found : llvm::sys::findProgramByName("ptxas", usualFolder);
}

bool cca::hasAssembler() { return static_cast<bool>(findUsualProgram()); }

static FailureOr<std::string> findProgram(Location loc, StringRef program) {
  if (!program.empty()) {
    // A path is taken as it is.
    llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(program);
    std::error_code code =
        found ? fs::access(*found, fs::AccessMode::Execute) : found.getError();
    if (!code)
      return *found;
    return emitError(loc) << "cannot run '" << program
                          << "': " << code.message();
  }
  if (llvm::ErrorOr<std::string> found = findUsualProgram())
    return *found;
  return emitError(loc) << "expects ptxas, NVIDIA's assembler, on PATH, in "
                        << usualFolder << " or as --ptxas=<file>";
}

/// Whether a line says that the kernel will be slow: a warning, or one of the
/// remarks (C7508), (C7512), ….
static bool isWarning(StringRef line) {
  // What is said of each kernel has names in it.
  bool isInfo = line.starts_with("ptxas info");
  return (!isInfo && line.contains("warning")) || line.contains("(C75");
}

static bool isError(StringRef line) {
  return line.contains("error") || line.contains("fatal");
}

FailureOr<cca::Assembly> cca::assemble(Location loc, StringRef ptx,
                                       StringRef chip, StringRef program) {
  FailureOr<std::string> path = findProgram(loc, program);
  if (failed(path))
    return failure();
  FailureOr<TemporaryFile> source = TemporaryFile::create(loc, "ptx");
  FailureOr<TemporaryFile> cubin = TemporaryFile::create(loc, "cubin");
  FailureOr<TemporaryFile> log = TemporaryFile::create(loc, "log");
  if (failed(source) || failed(cubin) || failed(log))
    return failure();
  std::error_code code;
  llvm::raw_fd_ostream os(source->getPath(), code);
  os << ptx;
  os.close();
  if (code || os.has_error()) {
    code = code ? code : os.error();
    os.clear_error();
    return emitError(loc) << "cannot write a temporary file: "
                          << code.message();
  }

  std::string arch = ("-arch=" + chip).str();
  StringRef arguments[] = {*path,
                           arch,
                           "--verbose",
                           "--warn-on-spills",
                           source->getPath(),
                           "-o",
                           cubin->getPath()};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      *path, arguments, /*Env=*/std::nullopt,
      /*Redirects=*/{StringRef(""), log->getPath(), log->getPath()},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);

  SmallVector<std::string> errors;
  std::string output = log->read();
  for (StringRef line : llvm::split(output, '\n')) {
    // The name of a file that is gone helps nobody.
    auto [before, after] = line.trim().split(source->getPath());
    std::string text = (before + (after.empty() ? "" : "PTX") + after).str();
    if (isWarning(line))
      emitWarning(loc) << text;
    else if (isError(line))
      errors.push_back(text);
  }
  if (status == 0)
    return Assembly{cubin->read(), std::move(output)};
  if (errors.empty())
    errors.push_back(message.empty() ? "exit status " + std::to_string(status)
                                     : message);
  return emitError(loc) << "ptxas failed: " << llvm::join(errors, "; ");
}

bool cca::isAssembly(gpu::BinaryOp binary) {
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  return object.getFormat() == gpu::CompilationTarget::Assembly;
}

void cca::setCubin(gpu::BinaryOp binary, StringRef cubin) {
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  Builder b(binary.getContext());
  auto assembled = gpu::ObjectAttr::get(
      b.getContext(), object.getTarget(), gpu::CompilationTarget::Binary,
      b.getStringAttr(cubin), object.getProperties(), object.getKernels());
  binary.setObjectsAttr(b.getArrayAttr(assembled));
}
