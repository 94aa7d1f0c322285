//===- JIT.cpp - Code for this processor, in memory -----------------------===//

#include "JIT.h"

#include "JITRuntime.h"
#include "LLVMModule.h"
#include "Support/Failure.h"
#include "Support/IR/Optimize.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"
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
  SmallVector<StringRef> missing;
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        !function.use_empty() && !isRuntimeFunction(function.getName())) {
      StringRef name = function.getName();
      name.consume_front("_mlir_ciface_");
      missing.push_back(name);
    }
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

  // No symbols of this process but those of the table, and no static
  // constructors.
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return jit.takeError();
  llvm::orc::MangleAndInterner mangle((*jit)->getExecutionSession(),
                                      (*jit)->getDataLayout());
  if (llvm::Error error = (*jit)->getMainJITDylib().define(
          llvm::orc::absoluteSymbols(getRuntimeSymbols(mangle))))
    return std::move(error);
  if (llvm::Error error = (*jit)->addIRModule(std::move(module)))
    return std::move(error);
  return std::move(*jit);
}

FailureOr<JIT> JIT::compile(ModuleOp module, StringRef function,
                            const Entry &entry) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
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
  // ORC reports what went wrong, the lookup only that something did.
  auto reason = std::make_shared<std::string>();
  compiled.jit->getExecutionSession().setErrorReporter(
      [reason](llvm::Error error) {
        *reason = llvm::toString(std::move(error));
      });
  auto address = compiled.jit->lookup(packedEntryName);
  if (!address) {
    std::string failure = llvm::toString(address.takeError());
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << (reason->empty() ? failure : *reason);
  }
  compiled.function = address->toPtr<int32_t (*)(void **)>();
  return std::move(compiled);
}

JIT::JIT(std::unique_ptr<llvm::orc::LLJIT> jit) : jit(std::move(jit)) {}
JIT::JIT(JIT &&) = default;
JIT::~JIT() = default;
