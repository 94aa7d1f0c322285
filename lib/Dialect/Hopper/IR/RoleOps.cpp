//===- RoleOps.cpp - hopper.warp_specialize -------------------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::HopperTarget;

void WarpSpecializeOp::build(OpBuilder &builder, OperationState &state,
                             int64_t producerRegisters, int64_t numConsumers,
                             int64_t consumerRegisters) {
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.producer_registers = builder.getI64IntegerAttr(producerRegisters);
  properties.num_consumers = builder.getI64IntegerAttr(numConsumers);
  properties.consumer_registers = builder.getI64IntegerAttr(consumerRegisters);
  OpBuilder::InsertionGuard guard(builder);
  for (bool consumer : {false, true}) {
    Block *body = builder.createBlock(state.addRegion());
    if (consumer)
      body->addArgument(builder.getI32Type(), state.location);
    builder.setInsertionPointToEnd(body);
    EndOp::create(builder, state.location);
  }
}

static ParseResult parseCount(OpAsmParser &parser, IntegerAttr &attribute) {
  int64_t value;
  if (parser.parseInteger(value))
    return failure();
  attribute = parser.getBuilder().getI64IntegerAttr(value);
  return success();
}

ParseResult WarpSpecializeOp::parse(OpAsmParser &parser,
                                    OperationState &state) {
  Properties &properties = state.getOrAddProperties<Properties>();
  Region *producer = state.addRegion(), *consumer = state.addRegion();
  OpAsmParser::Argument index;
  if (parser.parseKeyword("producer") || parser.parseKeyword("registers") ||
      parseCount(parser, properties.producer_registers) ||
      parser.parseRegion(*producer) || parser.parseKeyword("consumers") ||
      parseCount(parser, properties.num_consumers) ||
      parser.parseKeyword("registers") ||
      parseCount(parser, properties.consumer_registers) ||
      parser.parseLParen() || parser.parseArgument(index) ||
      parser.parseRParen())
    return failure();
  index.type = parser.getBuilder().getI32Type();
  if (parser.parseRegion(*consumer, index) ||
      parser.parseOptionalAttrDict(state.attributes))
    return failure();
  ensureTerminator(*producer, parser.getBuilder(), state.location);
  ensureTerminator(*consumer, parser.getBuilder(), state.location);
  return success();
}

void WarpSpecializeOp::print(OpAsmPrinter &printer) {
  printer << " producer registers " << getProducerRegisters() << ' ';
  printer.printRegion(getProducer(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
  printer << " consumers " << getNumConsumers() << " registers "
          << getConsumerRegisters() << " (" << getConsumerIndex() << ") ";
  printer.printRegion(getConsumer(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/false);
  printer.printOptionalAttrDict(
      (*this)->getAttrs(),
      {"producer_registers", "num_consumers", "consumer_registers"});
}

LogicalResult WarpSpecializeOp::verify() {
  int64_t consumers = getNumConsumers(), mine = getProducerRegisters(),
          theirs = getConsumerRegisters();
  // (C1)
  int64_t most =
      HopperTarget::maxThreadsPerBlock / HopperTarget::threadsPerWarpgroup - 1;
  if (consumers < 1 || consumers > most)
    return emitOpError("expects 1 to ")
           << most << " consumers, but got " << consumers;
  // (C2)
  for (int64_t registers : {mine, theirs})
    if (!HopperTarget::isLegalRegisterBudget(registers))
      return emitOpError("expects register budgets to be multiples of ")
             << HopperTarget::registerBudgetStep << " in ["
             << HopperTarget::minRegisterBudget << ", "
             << HopperTarget::maxRegisterBudget << "], but got " << registers;
  int64_t sum = HopperTarget::threadsPerWarpgroup * (mine + consumers * theirs);
  if (sum > HopperTarget::registersPerMultiprocessor)
    return emitOpError("expects budgets of at most ")
           << HopperTarget::registersPerMultiprocessor
           << " registers together, but got " << sum;
  // (C3)
  Block &body = getConsumer().front();
  if (getProducer().front().getNumArguments() != 0 ||
      body.getNumArguments() != 1 ||
      !body.getArgument(0).getType().isInteger(32))
    return emitOpError(
        "expects one argument of the consumer region, an i32, and none of the "
        "producer's");
  return success();
}
