//===- LLVMModule.cpp - From the LLVM dialect to LLVM IR ------------------===//

#include "LLVMModule.h"

#include "cca/Compiler/PackedEntry.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace mlir;

std::unique_ptr<llvm::Module> cca::translateEntry(ModuleOp module,
                                                  StringRef function,
                                                  llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "cca-run");
  if (!llvmModule)
    return nullptr;
  llvm::Function *callee = llvmModule->getFunction(function);
  // With a single caller everything can be inlined and specialised.
  for (llvm::GlobalValue &value : llvmModule->global_values())
    if (!value.isDeclaration())
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
  if (!callee || !addPackedEntry(*callee, packedEntryName)) {
    module.emitError("expects a C interface @")
        << function << " and no symbol " << packedEntryName;
    return nullptr;
  }
  return llvmModule;
}

void cca::allowReassociation(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &inst : llvm::instructions(function))
      if (inst.getOpcode() == llvm::Instruction::FAdd ||
          inst.getOpcode() == llvm::Instruction::FMul) {
        inst.setHasAllowReassoc(true);
        inst.setHasAllowContract(true);
      }
}
