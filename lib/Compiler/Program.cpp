//===- Program.cpp - Compiled functions in this process -------------------===//

#include "cca/Compiler/Program.h"

#include "cca/Compiler/HostCode.h"
#include "cca/Compiler/HostInterface.h"
#include "cca/Compiler/Kernels.h"
#include "cca/Compiler/Linker.h"
#include "cca/Compiler/Optimize.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static std::string spell(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// Reports parameters that no caller can pass.
static FailureOr<ProgramFunction>
describe(const HostFunctionInterface &interface) {
  ProgramFunction function{interface.name, {}, std::nullopt};
  for (auto [index, parameter] : llvm::enumerate(interface.parameters)) {
    ProgramParameter made;
    made.name = parameter.name;
    if (parameter.isWorkspace)
      made.role = ProgramRole::Workspace;
    else if (parameter.isResult)
      made.role = ProgramRole::Result;
    else if (parameter.packed)
      made.role = ProgramRole::Packed;
    made.packed = parameter.packed.value_or(0);
    if (auto memref = dyn_cast<MemRefType>(parameter.type)) {
      made.type = spell(memref.getElementType());
      made.sizes.assign(memref.getShape().begin(), memref.getShape().end());
    } else if (parameter.type.isIntOrIndexOrFloat()) {
      made.type = spell(parameter.type);
      made.isScalar = true;
    } else {
      return emitError(parameter.loc)
             << "expects a memref or a scalar as argument #" << index + 1
             << " of @" << interface.name << ", but got " << parameter.type;
    }
    function.parameters.push_back(std::move(made));
  }
  return function;
}

/// The name of the function that says how large a workspace is.
static std::string getWorkspaceSizeName(StringRef function) {
  return (function + hopper::workspaceSizeSuffix).str();
}

/// Whether that is a size of `function`.
static bool isSize(const ProgramFunction &function,
                   std::pair<int64_t, int64_t> size) {
  auto isIndexOf = [](int64_t index, const auto &range) {
    return index >= 0 && index < static_cast<int64_t>(range.size());
  };
  return isIndexOf(size.first, function.parameters) &&
         isIndexOf(size.second, function.parameters[size.first].sizes);
}

/// Looks for the function that says how large the workspace is, if there is
/// one.
static LogicalResult findWorkspaceSizes(const HostFunctionInterface &interface,
                                        ArrayRef<HostFunctionInterface> all,
                                        ProgramFunction &function) {
  if (function.parameters.empty() ||
      function.parameters.back().role != ProgramRole::Workspace)
    return success();
  std::string name = getWorkspaceSizeName(function.name);
  auto *found = llvm::find_if(all, [&](const HostFunctionInterface &other) {
    return other.sizesOf && other.name == name;
  });
  if (found == all.end())
    return emitError(interface.loc) << "expects a function @" << name
                                    << " that says how large the workspace is";
  if (found->sizesOf->size() != found->parameters.size() ||
      !llvm::all_of(*found->sizesOf, [&](std::pair<int64_t, int64_t> size) {
        return isSize(function, size);
      }))
    return emitError(found->loc)
           << "expects each argument to be a size of an argument of @"
           << function.name;
  function.workspaceSizes.emplace(found->sizesOf->begin(),
                                  found->sizesOf->end());
  return success();
}

FailureOr<ProgramImage> cca::compileProgram(ModuleOp module,
                                            llvm::SourceMgr &sources,
                                            const ProgramOptions &options) {
  CCAToTilesOptions tiles;
  tiles.outlinePacking = options.outlinePacking;
  tiles.prologue = options.prologue;
  if (failed(compileKernels(module, options.printSchedules, tiles)))
    return failure();
  FailureOr<gpu::BinaryOp> binary = getBinary(module);
  if (failed(binary))
    return failure();
  ProgramImage image;
  image.ptx = getImage(*binary).str();
  SmallVector<HostFunctionInterface> interfaces =
      getHostInterface(module, sources);
  for (const HostFunctionInterface &interface : interfaces) {
    // Those beside others that have a workspace.
    if (interface.sizesOf)
      continue;
    FailureOr<ProgramFunction> function = describe(interface);
    if (failed(function))
      return failure();
    if (failed(findWorkspaceSizes(interface, interfaces, *function)))
      return failure();
    image.functions.push_back(std::move(*function));
  }
  if (image.functions.empty())
    return module.emitError("expects a public function, but got none");
  FailureOr<std::string> object = compileHost(module, HostFormat::PackedObject);
  if (failed(object))
    return failure();
  image.object = std::move(*object);
  return image;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

llvm::Expected<Program> Program::load(ProgramImage image) {
  initializeNativeTarget();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  auto linker = createLinker(std::move(*builder), getLaunchFunctions());
  if (!linker)
    return linker.takeError();
  Program program;
  program.image = std::move(image);
  program.linker = std::move(*linker);
  if (llvm::Error error =
          program.linker->addObjectFile(llvm::MemoryBuffer::getMemBuffer(
              program.image.object, "", /*RequiresNullTerminator=*/false)))
    return std::move(error);
  auto find = [&](StringRef name, Function &function) -> llvm::Error {
    auto address = findFunction(*program.linker, getPackedName(name));
    if (!address)
      return address.takeError();
    function = address->toPtr<Function>();
    return llvm::Error::success();
  };
  for (const ProgramFunction &function : program.image.functions) {
    if (llvm::Error error =
            find(function.name, program.functions.emplace_back(nullptr)))
      return std::move(error);
    Function &size = program.workspaceSizes.emplace_back(nullptr);
    if (!function.workspaceSizes)
      continue;
    if (llvm::Error error = find(getWorkspaceSizeName(function.name), size))
      return std::move(error);
  }
  return std::move(program);
}

std::optional<int64_t>
Program::getWorkspaceBytes(size_t index,
                           llvm::ArrayRef<void *> arguments) const {
  const auto &sizes = image.functions[index].workspaceSizes;
  if (!sizes)
    return std::nullopt;
  SmallVector<void *, 8> pointers;
  for (auto [parameter, dimension] : *sizes) {
    // Behind two pointers and the offset.
    constexpr int64_t firstSize = 3;
    pointers.push_back(static_cast<int64_t *>(arguments[parameter]) +
                       firstSize + dimension);
  }
  int64_t bytes = 0;
  pointers.push_back(&bytes);
  workspaceSizes[index](pointers.data());
  return bytes;
}

Program::Program(Program &&) = default;
Program &Program::operator=(Program &&) = default;
Program::~Program() = default;
