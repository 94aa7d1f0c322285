//===- Prototypes.cpp - Host functions as C declares them -----------------===//

#include "Prototypes.h"

#include "Identifiers.h"
#include "cca/Compiler/SourceNames.h"

#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cca;

/// What stands before the name of a parameter; empty for types that C does not
/// have.
static std::string declare(Type type) {
  if (auto memref = dyn_cast<MemRefType>(type))
    return "const cca_memref_" + std::to_string(memref.getRank()) + " *";
  if (type.isIndex() || type.isInteger(64))
    return "int64_t ";
  if (type.isInteger(32))
    return "int32_t ";
  if (type.isF32())
    return "float ";
  if (type.isF64())
    return "double ";
  return "";
}

static std::string getName(BlockArgument argument, llvm::SourceMgr &sources) {
  std::string name = getNameInSource(argument.getLoc(), sources);
  name.erase(0, 1);
  return name;
}

/// The number of what packs its weights, from 1 on.
static std::string getPackedResult(func::FuncOp function, unsigned index) {
  auto packed = function.getArgAttrOfType<IntegerAttr>(index, packedAttrName);
  return packed ? std::to_string(packed.getInt() + 1) : "";
}

/// Names a parameter after what it is, and says so.
static void describe(Parameter &parameter, BlockArgument argument,
                     func::FuncOp function, StringRef other) {
  unsigned index = argument.getArgNumber();
  if (function.getArgAttr(index, hopper::workspaceAttrName)) {
    parameter.name = "workspace";
    parameter.note = ", at least " + function.getName().str() +
                     hopper::workspaceSizeSuffix.str() +
                     "() bytes of device memory at a multiple of 256";
  }
  if (std::string result = getPackedResult(function, index); !result.empty()) {
    parameter.name = "packed" + result;
    parameter.note = ", result " + result + " of " + function.getName().str() +
                     packSuffix.str();
  }
  if (auto size = function.getArgAttrOfType<DenseI64ArrayAttr>(
          index, hopper::sizeOfAttrName)) {
    std::string of = isIdentifier(parameter.name)
                         ? parameter.name
                         : "argument" + std::to_string(size[0] + 1);
    parameter.name = of + "_size" + std::to_string(size[1]);
    parameter.note = ", the size of " + of + " of " + other.str() +
                     " in dimension " + std::to_string(size[1]);
  }
}

FailureOr<Prototype> cca::makePrototype(func::FuncOp function,
                                        llvm::SourceMgr &sources) {
  Prototype prototype{function.getName().str(), {}, {}};
  if (!isIdentifier(prototype.name))
    return function.emitError("expects a name that C can have, but got @")
           << prototype.name;
  StringRef other = prototype.name;
  if (function->hasAttr(hopper::workspaceSizeAttrName) &&
      other.consume_back(hopper::workspaceSizeSuffix))
    prototype.sizeOf = other.str();
  llvm::StringSet<> taken;
  taken.insert("stream");
  for (BlockArgument argument : function.getArguments()) {
    std::string declaration = declare(argument.getType());
    if (declaration.empty())
      return emitError(argument.getLoc())
             << "expects a memref, index, i32, i64, f32 or f64 as argument #"
             << argument.getArgNumber() + 1 << " of @" << prototype.name
             << ", but got " << argument.getType();
    Parameter parameter{
        getName(argument, sources), declaration, argument.getType(), {}};
    describe(parameter, argument, function, prototype.sizeOf);
    if (!isIdentifier(parameter.name) || !taken.insert(parameter.name).second) {
      // Results have no names in the source.
      parameter.name = "argument" + std::to_string(argument.getArgNumber() + 1);
      taken.insert(parameter.name);
    }
    prototype.parameters.push_back(std::move(parameter));
  }
  return prototype;
}

static void printParameters(llvm::raw_ostream &os, const Prototype &prototype) {
  for (const Parameter &parameter : prototype.parameters)
    os << "\n *   " << parameter.name << ": " << parameter.type
       << parameter.note;
  os << " */\n";
}

void cca::print(llvm::raw_ostream &os, const Prototype &prototype) {
  auto declare = [](const Parameter &parameter) {
    return parameter.declaration + parameter.name;
  };
  if (!prototype.sizeOf.empty()) {
    os << "\n/** The bytes of workspace that " << prototype.sizeOf << " needs.";
    printParameters(os, prototype);
    os << "int64_t " << prototype.name << "(";
    llvm::interleaveComma(
        prototype.parameters, os,
        [&](const Parameter &parameter) { os << declare(parameter); });
    os << (prototype.parameters.empty() ? "void" : "") << ");\n";
    return;
  }
  os << "\n/** Launches kernels on `stream`, a CUstream or cudaStream_t of the "
        "current\n * context. Returns 0 on success; cca_last_error() says "
        "more.";
  printParameters(os, prototype);
  os << "int32_t " << prototype.name << "(";
  for (const Parameter &parameter : prototype.parameters)
    os << declare(parameter) << ", ";
  os << "void *stream);\n";
}
