//===- HostCode.cpp - The functions of the host ---------------------------===//

#include "cca/Compiler/HostCode.h"

#include "cca/Compiler/Linker.h"
#include "cca/Compiler/Optimize.h"
#include "cca/Compiler/PackedEntry.h"

#include "cca/Pipelines/Pipelines.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
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
  cca::initializeNativeTarget();
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

/// LLVM reports what it cannot generate here, and goes on. Without a handler it
/// would end the program.
static void keepErrors(const llvm::DiagnosticInfo *info, void *errors) {
  if (info->getSeverity() != llvm::DS_Error)
    return;
  llvm::raw_string_ostream os(*static_cast<std::string *>(errors));
  llvm::DiagnosticPrinterRawOStream printer(os);
  info->print(printer);
}

std::string cca::getPackedName(StringRef function) {
  return ("__cca_packed_" + function).str();
}

/// Adds the packed entry of each function that others can call.
static LogicalResult addPackedEntries(ModuleOp module,
                                      llvm::Module &llvmModule) {
  SmallVector<llvm::Function *> functions;
  for (llvm::Function &function : llvmModule)
    if (!function.isDeclaration() && function.hasExternalLinkage())
      functions.push_back(&function);
  for (llvm::Function *function : functions)
    if (!cca::addPackedEntry(*function,
                             cca::getPackedName(function->getName())))
      return module.emitError("expects functions that return a status, but "
                              "got @")
             << function->getName();
  SmallVector<StringRef> missing =
      cca::findMissing(llvmModule, cca::getLaunchFunctions());
  if (missing.empty())
    return success();
  return module.emitError("the module has no body for @")
         << llvm::join(missing, ", @");
}

static FailureOr<std::string> emitObject(ModuleOp module,
                                         llvm::Module &llvmModule,
                                         llvm::TargetMachine &machine) {
  SmallVector<char> object;
  llvm::raw_svector_ostream objectStream(object);
  llvm::legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, objectStream, nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return module.emitError("cannot write objects for ")
           << machine.getTargetTriple().str();
  codegen.run(llvmModule);
  return std::string(object.begin(), object.end());
}

FailureOr<std::string> cca::compileHost(ModuleOp module, HostFormat format) {
  PassManager pm(module.getContext());
  buildHostToLLVMPipeline(pm);
  if (failed(pm.run(module)))
    return failure();
  auto machine = createTargetMachine(module.getLoc());
  if (failed(machine))
    return failure();

  std::string errors;
  llvm::LLVMContext context;
  context.setDiagnosticHandlerCallBack(keepErrors, &errors);
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "cca-compile");
  if (!llvmModule || (format == HostFormat::PackedObject &&
                      failed(addPackedEntries(module, *llvmModule))))
    return failure();
  llvmModule->setPICLevel(llvm::PICLevel::BigPIC);
  optimize(*llvmModule, **machine);

  FailureOr<std::string> text = std::string();
  if (format == HostFormat::LLVM)
    llvm::raw_string_ostream(*text) << *llvmModule;
  else
    text = emitObject(module, *llvmModule, **machine);
  if (!errors.empty())
    return module.emitError("cannot generate code: ") << errors;
  return text;
}
