//===- Thread.cpp - What one thread knows and says ------------------------===//

#include "Thread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::cca;

Value ThreadBuilder::constant(int64_t value) {
  return arith::ConstantIntOp::create(builder, loc, value, 32);
}
Value ThreadBuilder::add(Value a, Value b) {
  return arith::AddIOp::create(builder, loc, a, b);
}
Value ThreadBuilder::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, constant(b));
}
Value ThreadBuilder::sub(Value a, Value b) {
  return arith::SubIOp::create(builder, loc, a, b);
}
Value ThreadBuilder::mul(Value a, int64_t b) {
  return b == 1 ? a : arith::MulIOp::create(builder, loc, a, constant(b));
}
Value ThreadBuilder::bitAnd(Value a, int64_t b) {
  return arith::AndIOp::create(builder, loc, a, constant(b));
}
Value ThreadBuilder::bitXor(Value a, Value b) {
  return arith::XOrIOp::create(builder, loc, a, b);
}
Value ThreadBuilder::bitOr(Value a, int64_t b) {
  return arith::OrIOp::create(builder, loc, a, constant(b));
}
Value ThreadBuilder::shiftRight(Value a, int64_t b) {
  return arith::ShRUIOp::create(builder, loc, a, constant(b));
}
Value ThreadBuilder::equals(Value a, int64_t b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, a,
                               constant(b));
}

Value ThreadBuilder::threadInBlock() {
  return NVVM::ThreadIdXOp::create(builder, loc, builder.getI32Type());
}

static LLVM::InlineAsmOp inlineAsm(OpBuilder &builder, Location loc,
                                   TypeRange results, StringRef text,
                                   StringRef constraints, ValueRange operands) {
  return LLVM::InlineAsmOp::create(
      builder, loc, results, operands, text, constraints,
      /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::TailCallKind::None, /*asm_dialect=*/nullptr,
      /*operand_attrs=*/nullptr);
}

void ThreadBuilder::ptx(StringRef text, StringRef constraints,
                        ValueRange operands) {
  inlineAsm(builder, loc, {}, text, constraints, operands);
}

Value ThreadBuilder::ptx(StringRef text, StringRef constraints,
                         ValueRange operands, Type result) {
  return inlineAsm(builder, loc, result, text, constraints, operands).getRes();
}

SmallVector<Value> ThreadBuilder::ptx(StringRef text, StringRef constraints,
                                      ValueRange operands,
                                      ArrayRef<Type> results) {
  if (results.empty()) {
    ptx(text, constraints, operands);
    return {};
  }
  if (results.size() == 1)
    return {ptx(text, constraints, operands, results.front())};
  Value all =
      ptx(text, constraints, operands,
          LLVM::LLVMStructType::getLiteral(builder.getContext(), results));
  SmallVector<Value> values;
  for (int64_t i = 0, e = results.size(); i < e; ++i)
    values.push_back(LLVM::ExtractValueOp::create(builder, loc, all, i));
  return values;
}
