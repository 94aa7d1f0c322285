//===- HostCode.cpp - The functions of the host ---------------------------===//

#include "HostCode.h"

#include "Support/IR/Optimize.h"

#include "cca/Pipelines/Pipelines.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

/// The processor that every machine of this kind has at least: objects are
/// moved.
static FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(Location loc) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return emitError(loc) << "cannot generate code for this processor: "
                          << message;
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, /*CPU=*/"generic", /*Features=*/"",
                                  llvm::TargetOptions(), llvm::Reloc::PIC_));
}

FailureOr<std::string> cca::compileHost(ModuleOp module, HostFormat format) {
  PassManager pm(module.getContext());
  buildHostToLLVMPipeline(pm);
  if (failed(pm.run(module)))
    return failure();
  auto machine = createTargetMachine(module.getLoc());
  if (failed(machine))
    return failure();

  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "cca-compile");
  if (!llvmModule)
    return failure();
  llvmModule->setPICLevel(llvm::PICLevel::BigPIC);
  optimize(*llvmModule, **machine);

  std::string text;
  llvm::raw_string_ostream os(text);
  if (format == HostFormat::LLVM) {
    llvmModule->print(os, nullptr);
    return text;
  }
  SmallVector<char> object;
  llvm::raw_svector_ostream objectStream(object);
  llvm::legacy::PassManager codegen;
  if ((*machine)->addPassesToEmitFile(codegen, objectStream, nullptr,
                                      llvm::CodeGenFileType::ObjectFile))
    return module.emitError("cannot write objects for ")
           << (*machine)->getTargetTriple().str();
  codegen.run(*llvmModule);
  return std::string(object.begin(), object.end());
}
