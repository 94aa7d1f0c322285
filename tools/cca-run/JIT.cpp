//===- JIT.cpp - Code for this processor, in memory -----------------------===//

#include "JIT.h"

#include "JITRuntime.h"
#include "LLVMModule.h"
#include "Support/Failure.h"
#include "cca/Compiler/Linker.h"
#include "cca/Compiler/Optimize.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mlir::cca;

/// LLVM reports what it cannot generate here, and goes on or exits on its own.
static void handleDiagnostic(const llvm::DiagnosticInfo *info, void *) {
  if (info->getSeverity() != llvm::DS_Error)
    return;
  std::string message;
  llvm::raw_string_ostream os(message);
  llvm::DiagnosticPrinterRawOStream printer(os);
  info->print(printer);
  exitWithError(message);
}

/// Reports calls to functions that nobody has.
static LogicalResult checkCallees(const llvm::Module &module,
                                  const Entry &entry) {
  SmallVector<StringRef> missing = findMissing(module, getRuntimeFunctions());
  if (missing.empty())
    return success();
  return emitError(entry.loc)
         << "cannot run @" << entry.name << ": the module has no body for @"
         << llvm::join(missing, ", @");
}

/// Optimises and links a translated module.
static llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>>
link(llvm::orc::ThreadSafeModule module) {
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  auto target = builder->createTargetMachine();
  if (!target)
    return target.takeError();
  module.withModuleDo([&](llvm::Module &llvmModule) {
    allowReassociation(llvmModule);
    optimize(llvmModule, **target);
  });

  auto jit = createLinker(std::move(*builder), getRuntimeFunctions());
  if (!jit)
    return jit.takeError();
  if (llvm::Error error = (*jit)->addIRModule(std::move(module)))
    return std::move(error);
  return std::move(*jit);
}

FailureOr<JIT> JIT::compile(ModuleOp module, StringRef function,
                            const Entry &entry) {
  initializeNativeTarget();
  installFatalErrorHandler();
  auto context = std::make_unique<llvm::LLVMContext>();
  context->setDiagnosticHandlerCallBack(handleDiagnostic);
  std::unique_ptr<llvm::Module> llvmModule =
      translateEntry(module, function, *context);
  if (!llvmModule || failed(checkCallees(*llvmModule, entry)))
    return failure();
  auto linked = link({std::move(llvmModule), std::move(context)});
  if (!linked)
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << llvm::toString(linked.takeError());
  JIT compiled(std::move(*linked));
  auto address = findFunction(*compiled.jit, packedEntryName);
  if (!address)
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << llvm::toString(address.takeError());
  compiled.function = address->toPtr<int32_t (*)(void **)>();
  return std::move(compiled);
}

JIT::JIT(std::unique_ptr<llvm::orc::LLJIT> jit) : jit(std::move(jit)) {}
JIT::JIT(JIT &&) = default;
JIT::~JIT() = default;
