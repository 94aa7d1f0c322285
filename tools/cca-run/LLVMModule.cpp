//===- LLVMModule.cpp - From the LLVM dialect to LLVM IR ------------------===//

#include "LLVMModule.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace mlir;

/// Adds the function that unpacks its arguments and calls `callee`.
static void addPackedEntry(llvm::Module &module, llvm::Function *callee) {
  llvm::IRBuilder<> builder(module.getContext());
  llvm::Type *pointer = builder.getPtrTy();
  auto *packed = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt32Ty(), {pointer}, false),
      llvm::Function::ExternalLinkage, cca::packedEntryName, module);
  builder.SetInsertPoint(
      llvm::BasicBlock::Create(module.getContext(), "", packed));
  SmallVector<llvm::Value *> args;
  for (unsigned i = 0, e = callee->arg_size(); i < e; ++i)
    args.push_back(builder.CreateLoad(
        pointer,
        builder.CreateConstInBoundsGEP1_64(pointer, packed->getArg(0), i)));
  llvm::Value *result = builder.CreateCall(callee, args);
  builder.CreateRet(result->getType()->isVoidTy() ? builder.getInt32(0)
                                                  : result);
}

/// Whether the packed entry can call it.
static bool isCallable(const llvm::Function &function) {
  llvm::Type *result = function.getReturnType();
  return !function.isDeclaration() &&
         (result->isVoidTy() || result->isIntegerTy(32)) &&
         llvm::all_of(function.args(), [](const llvm::Argument &argument) {
           return argument.getType()->isPointerTy();
         });
}

std::unique_ptr<llvm::Module> cca::translateEntry(ModuleOp module,
                                                  StringRef function,
                                                  llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "cca-run");
  if (!llvmModule)
    return nullptr;
  llvm::Function *callee = llvmModule->getFunction(function);
  if (!callee || !isCallable(*callee) ||
      llvmModule->getNamedValue(packedEntryName)) {
    module.emitError("expects a C interface @")
        << function << " and no symbol " << packedEntryName;
    return nullptr;
  }
  // With a single caller everything can be inlined and specialised.
  for (llvm::GlobalValue &value : llvmModule->global_values())
    if (!value.isDeclaration())
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
  addPackedEntry(*llvmModule, callee);
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
