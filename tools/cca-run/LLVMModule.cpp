//===- LLVMModule.cpp - From the LLVM dialect to optimised LLVM IR --------===//

#include "LLVMModule.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;

/// Adds the function that unpacks its arguments and calls `callee`.
static void addPackedEntry(llvm::Module &module, llvm::Function *callee) {
  llvm::IRBuilder<> builder(module.getContext());
  llvm::Type *pointer = builder.getPtrTy();
  auto *packed = llvm::Function::Create(
      llvm::FunctionType::get(builder.getVoidTy(), {pointer}, false),
      llvm::Function::ExternalLinkage, cca::packedEntryName, module);
  builder.SetInsertPoint(
      llvm::BasicBlock::Create(module.getContext(), "", packed));
  SmallVector<llvm::Value *> args;
  for (unsigned i = 0, e = callee->arg_size(); i < e; ++i)
    args.push_back(builder.CreateLoad(
        pointer,
        builder.CreateConstInBoundsGEP1_64(pointer, packed->getArg(0), i)));
  builder.CreateCall(callee, args);
  builder.CreateRetVoid();
}

std::unique_ptr<llvm::Module> cca::translateEntry(ModuleOp module,
                                                  StringRef name,
                                                  llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "cca-run");
  if (!llvmModule)
    return nullptr;
  llvm::Function *callee =
      llvmModule->getFunction(("_mlir_ciface_" + name).str());
  if (!callee || callee->isDeclaration() ||
      llvmModule->getNamedValue(packedEntryName)) {
    module.emitError("expects the C interface of @")
        << name << " and no symbol " << packedEntryName;
    return nullptr;
  }
  // With a single caller everything can be inlined and specialised.
  for (llvm::GlobalValue &value : llvmModule->global_values())
    if (!value.isDeclaration())
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
  addPackedEntry(*llvmModule, callee);
  return llvmModule;
}

/// Lets the vectoriser split the sum of a dot product over SIMD lanes, and use
/// fused multiply-add. The order in which an op accumulates is not part of its
/// contract, and either way is at least as accurate on average as one long sum.
static void allowReassociation(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &inst : llvm::instructions(function))
      if (inst.getOpcode() == llvm::Instruction::FAdd ||
          inst.getOpcode() == llvm::Instruction::FMul) {
        inst.setHasAllowReassoc(true);
        inst.setHasAllowContract(true);
      }
}

void cca::optimize(llvm::Module &module, llvm::TargetMachine &target) {
  module.setDataLayout(target.createDataLayout());
  module.setTargetTriple(target.getTargetTriple());
  allowReassociation(module);

  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  // The vectoriser already interleaves what is worth it. Unrolling the many
  // small loops of static sizes would take most of the time of compilation.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  llvm::PassBuilder builder(&target, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}
