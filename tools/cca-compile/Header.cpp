//===- Header.cpp - C declarations of host functions ----------------------===//

#include "Header.h"

#include "Identifiers.h"
#include "Prototypes.h"
#include "cca/Compiler/Kernels.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace mlir;
using namespace mlir::cca;

static void printDescriptor(llvm::raw_ostream &os, int64_t rank) {
  std::string name = "cca_memref_" + std::to_string(rank);
  std::string guard = StringRef(name).upper();
  os << "\n#ifndef " << guard << "\n#define " << guard
     << "\n/** A tensor of rank " << rank
     << " in device memory. Offset and strides count elements. */\n"
        "typedef struct "
     << name
     << " {\n  void *allocated; /* unused */\n  void *aligned;\n"
        "  int64_t offset;\n";
  if (rank)
    os << "  int64_t sizes[" << rank << "];\n  int64_t strides[" << rank
       << "];\n";
  os << "} " << name << ";\n#endif\n";
}

/// A C string, one line of the source for each of the text.
static void printText(llvm::raw_ostream &os, StringRef text) {
  while (!text.empty()) {
    size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    os << "\n    \"";
    os.write_escaped(text.take_front(size), /*UseHexEscapes=*/false);
    os << "\"";
    text = text.drop_front(size);
  }
}

static void printBytes(llvm::raw_ostream &os, StringRef bytes) {
  constexpr size_t bytesPerLine = 16;
  os << "{";
  for (auto [index, byte] : llvm::enumerate(bytes.bytes()))
    os << (index % bytesPerLine ? " " : "\n    ") << unsigned(byte) << ",";
  os << "\n}";
}

static void printImage(llvm::raw_ostream &os, gpu::BinaryOp binary) {
  auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
  bool isText = object.getFormat() == gpu::CompilationTarget::Assembly;
  os << "\n#ifdef CCA_KERNEL_IMAGES\n/** The kernels by themselves, "
     << (isText ? "PTX text" : "a cubin") << ": for cuModuleLoadData. */\n"
     << "static const unsigned char " << binary.getName() << "_image[] = ";
  if (isText)
    printText(os, getImage(binary));
  else
    printBytes(os, getImage(binary));
  os << ";\n#endif\n";
}

FailureOr<std::string> cca::makeHeader(ModuleOp module, gpu::BinaryOp binary,
                                       llvm::SourceMgr &sources) {
  SmallVector<Prototype> prototypes;
  std::set<int64_t> ranks;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    FailureOr<Prototype> prototype = makePrototype(function, sources);
    if (failed(prototype))
      return failure();
    for (const Parameter &parameter : prototype->parameters)
      if (auto memref = dyn_cast<MemRefType>(parameter.type))
        ranks.insert(memref.getRank());
    prototypes.push_back(std::move(*prototype));
  }
  if (prototypes.empty())
    return module.emitError("expects a public function, but got none");
  if (!isIdentifier(binary.getName()))
    return binary.emitError("expects a name that C can have, but got @")
           << binary.getName();

  std::string text;
  llvm::raw_string_ostream os(text);
  std::string guard =
      "CCA_GENERATED_" + StringRef(prototypes.front().name).upper() + "_H";
  os << "/* Made by cca-compile. The functions are in the object that "
        "--emit=obj makes of\n   the same module; link it with "
        "-lcca_runtime. */\n\n#ifndef "
     << guard << "\n#define " << guard
     << "\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n"
        "#endif\n";
  for (int64_t rank : ranks)
    printDescriptor(os, rank);
  for (const Prototype &prototype : prototypes)
    print(os, prototype);
  os << "\n/** What went wrong in the last call that failed in this thread. "
        "*/\n"
        "const char *cca_last_error(void);\n";
  printImage(os, binary);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}
