//===- HostFunction.cpp - A function that can fail ------------------------===//

#include "HostFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlir::cca;

HostFunction::HostFunction(func::FuncOp function) : function(function) {
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  function.walk([&](func::ReturnOp op) {
    b.setInsertionPoint(op);
    Value success =
        arith::ConstantOp::create(b, op.getLoc(), b.getI32IntegerAttr(0));
    op->setOperands(success);
  });
  SmallVector<Type> arguments = llvm::to_vector(function.getArgumentTypes());
  arguments.push_back(pointer);
  stream = function.front().addArgument(pointer, loc);
  if (ArrayAttr attributes = function.getArgAttrsAttr()) {
    SmallVector<Attribute> all = llvm::to_vector(attributes);
    all.push_back(b.getDictionaryAttr({}));
    function.setArgAttrsAttr(b.getArrayAttr(all));
  }
  function.setFunctionType(b.getFunctionType(arguments, b.getI32Type()));
}

Value HostFunction::allocate(Location loc, Type type, int64_t alignment) {
  // In the entry block: in a loop the stack would grow with each step.
  auto b = OpBuilder::atBlockBegin(&function.front());
  Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
  return LLVM::AllocaOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), type, one, alignment);
}

Block *HostFunction::getExit() {
  if (exit)
    return exit;
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  exit = b.createBlock(&function.getBody(), function.getBody().end(),
                       b.getI32Type(), loc);
  func::ReturnOp::create(b, loc, exit->getArgument(0));
  return exit;
}

void HostFunction::check(OpBuilder &b, Location loc, Value status) {
  Block *block = b.getInsertionBlock();
  Block *rest = block->splitBlock(b.getInsertionPoint());
  b.setInsertionPointToEnd(block);
  Value success = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  Value failed =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, status, success);
  cf::CondBranchOp::create(b, loc, failed, getExit(), ValueRange(status), rest,
                           ValueRange());
  b.setInsertionPointToStart(rest);
}

void HostFunction::require(OpBuilder &b, Location loc, Value condition,
                           llvm::function_ref<Value(OpBuilder &)> makeStatus) {
  Block *block = b.getInsertionBlock();
  Block *rest = block->splitBlock(b.getInsertionPoint());
  Block *failed = b.createBlock(&function.getBody(), getExit()->getIterator());
  cf::BranchOp::create(b, loc, getExit(), makeStatus(b));
  b.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(b, loc, condition, rest, failed);
  b.setInsertionPointToStart(rest);
}
