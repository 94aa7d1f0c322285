//===- OutputFile.cpp - Files that appear when they are complete ----------===//

#include "Support/OutputFile.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir::cca;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

static Error cannotWrite(StringRef path, std::error_code code) {
  return llvm::createStringError(code, "cannot write '" + path +
                                           "': " + code.message());
}

Expected<OutputFile> OutputFile::open(StringRef path) {
  OutputFile file(path);
  file.destination = path.str();
  fs::file_status status;
  std::error_code code = fs::status(path, status);
  if (path.empty())
    return cannotWrite(path, code);
  if (!code && fs::is_directory(status))
    return cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
  if (!code) {
    if ((code = fs::access(path, fs::AccessMode::Write)))
      return cannotWrite(path, code);
    if (!fs::is_regular_file(status))
      return std::move(file);
    llvm::SmallString<128> real;
    if ((code = fs::real_path(path, real)))
      return cannotWrite(path, code);
    file.destination = real.str().str();
  }
  Expected<fs::TempFile> temporary =
      fs::TempFile::create(file.destination + ".%%%%%%.tmp");
  if (!temporary)
    return cannotWrite(path, llvm::errorToErrorCode(temporary.takeError()));
  file.temporary = std::make_unique<fs::TempFile>(std::move(*temporary));
  return std::move(file);
}

Error OutputFile::write(llvm::function_ref<void(llvm::raw_ostream &)> print) {
  std::error_code code;
  if (!temporary) {
    llvm::raw_fd_ostream os(path, code, fs::CD_OpenExisting);
    if (code)
      return cannotWrite(path, code);
    print(os);
    os.close();
    code = os.error();
    os.clear_error();
    return code ? cannotWrite(path, code) : Error::success();
  }
  {
    llvm::raw_fd_ostream os(temporary->FD, /*shouldClose=*/false);
    print(os);
    os.flush();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return cannotWrite(path, code);
  code = llvm::errorToErrorCode(temporary->keep(destination));
  temporary.reset();
  return code ? cannotWrite(path, code) : Error::success();
}

OutputFile::~OutputFile() {
  if (temporary)
    llvm::consumeError(temporary->discard());
}
