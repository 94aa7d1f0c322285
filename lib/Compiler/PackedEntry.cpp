//===- PackedEntry.cpp - One signature for all functions ------------------===//

#include "cca/Compiler/PackedEntry.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace mlir;

bool cca::addPackedEntry(llvm::Function &callee, StringRef name) {
  llvm::Module &module = *callee.getParent();
  llvm::Type *resultType = callee.getReturnType();
  if (callee.isDeclaration() || module.getNamedValue(name) ||
      !(resultType->isVoidTy() || resultType->isIntegerTy(32) ||
        resultType->isIntegerTy(64)))
    return false;
  llvm::IRBuilder<> builder(module.getContext());
  llvm::Type *pointer = builder.getPtrTy();
  auto *packed = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt32Ty(), {pointer}, false),
      llvm::Function::ExternalLinkage, name, module);
  builder.SetInsertPoint(
      llvm::BasicBlock::Create(module.getContext(), "", packed));
  auto getPointer = [&](unsigned index) -> llvm::Value * {
    return builder.CreateLoad(pointer, builder.CreateConstInBoundsGEP1_64(
                                           pointer, packed->getArg(0), index));
  };
  SmallVector<llvm::Value *> args;
  for (llvm::Argument &parameter : callee.args()) {
    llvm::Value *arg = getPointer(parameter.getArgNo());
    if (!parameter.getType()->isPointerTy())
      arg = builder.CreateLoad(parameter.getType(), arg);
    args.push_back(arg);
  }
  llvm::Value *result = builder.CreateCall(&callee, args);
  if (resultType->isIntegerTy(64))
    builder.CreateStore(result, getPointer(callee.arg_size()));
  builder.CreateRet(resultType->isIntegerTy(32) ? result : builder.getInt32(0));
  return true;
}
