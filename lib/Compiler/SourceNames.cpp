//===- SourceNames.cpp - The names of values in the source ----------------===//

#include "cca/Compiler/SourceNames.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

std::string mlir::cca::getNameInSource(Location loc, llvm::SourceMgr &sources) {
  auto fileLoc = loc->findInstanceOf<FileLineColLoc>();
  if (!fileLoc || !fileLoc.getLine() || !fileLoc.getColumn())
    return "";
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (fileLoc.getFilename() != buffer->getBufferIdentifier())
    return "";
  llvm::SMLoc start = sources.FindLocForLineAndColumn(
      sources.getMainFileID(), fileLoc.getLine(), fileLoc.getColumn());
  if (!start.isValid())
    return "";
  StringRef text(start.getPointer(),
                 buffer->getBufferEnd() - start.getPointer());
  if (!text.starts_with("%"))
    return "";
  return ("%" + text.drop_front().take_while([](char c) {
           return llvm::isAlnum(c) || c == '_' || c == '$' || c == '.' ||
                  c == '-';
         }))
      .str();
}
