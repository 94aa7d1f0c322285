//===- MatrixOps.cpp - dot, wgmma, commit, wait, fence --------------------===//

#include "Cta.h"
#include "Handlers.h"
#include "Product.h"

using namespace mlir;
using namespace mlir::cca;
using namespace mlir::cca::sim;

static std::vector<float> decodeFloats(Type elementType,
                                       ArrayRef<uint8_t> bytes) {
  std::vector<float> values(bytes.size() / elementBytes(elementType));
  decode(elementType, bytes.data(), values);
  return values;
}

/// a b + accumulator.
static std::shared_ptr<Tile> multiplyTiles(RankedTensorType type,
                                           ArrayRef<float> a, ArrayRef<float> b,
                                           const Tile *accumulator,
                                           bool transposeB) {
  auto out = makeTile(type);
  if (accumulator)
    out->floats = accumulator->floats;
  int64_t m = type.getDimSize(0), n = type.getDimSize(1);
  multiply(a.data(), b.data(), out->floats.data(), m, n, a.size() / m,
           transposeB);
  return out;
}

//===----------------------------------------------------------------------===//
// Before it is asynchronous
//===----------------------------------------------------------------------===//

static Step runDot(Agent &agent, hopper::DotOp op) {
  SmallVector<std::vector<float>, 2> operands;
  for (Value operand : {op.getA(), op.getB()}) {
    if (hopper::isTile(operand.getType())) {
      operands.push_back(agent.getTile(operand).floats);
      continue;
    }
    const auto &tile = agent.get<SmemTile>(operand);
    Access access = makeThreadAccess(agent, op, tile);
    access.async = true;
    if (failed(checkEntered(agent, op, tile)) ||
        failed(agent.cta->smem.read(access)))
      return Step::Failed;
    operands.push_back(
        decodeFloats(tile.type.getElementType(), agent.cta->smem.load(tile)));
  }
  const Tile *accumulator =
      op.getAccumulator() ? &agent.getTile(op.getAccumulator()) : nullptr;
  agent.setTile(op,
                multiplyTiles(cast<RankedTensorType>(op.getResult().getType()),
                              operands[0], operands[1], accumulator,
                              op.getTransposeB()),
                /*settled=*/true);
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Issuing
//===----------------------------------------------------------------------===//

static FailureOr<SharedOperand> issueRead(Agent &agent, hopper::WgmmaOp op,
                                          Value operand) {
  const auto &tile = agent.get<SmemTile>(operand);
  if (failed(checkEntered(agent, op, tile)) ||
      failed(agent.cta->smem.read(
          makeAsyncAccess(agent, op, tile, "a product of " + agent.name,
                          agent.productSlot, agent.groupsCommitted + 1))))
    return failure();
  return SharedOperand{tile, agent.cta->smem.load(tile)};
}

/// A tile in registers that the tensor cores read.
static FailureOr<std::shared_ptr<const Tile>> issueRegisters(Agent &agent,
                                                             hopper::WgmmaOp op,
                                                             Value operand,
                                                             StringRef name) {
  const auto &tile = agent.get<TileValue>(operand);
  if (tile.settled)
    return tile.data;
  InFlightDiagnostic diag =
      op.emitError("expects hopper.wgmma_fence between the last write to ")
      << name << " and the product";
  if (Operation *writer = operand.getDefiningOp())
    diag.attachNote(writer->getLoc()) << "written here";
  return diag;
}

/// The product in flight that another one is added to.
static FailureOr<std::shared_ptr<Product>> issueOnto(Agent &agent,
                                                     hopper::WgmmaOp op) {
  auto onto = agent.get<std::shared_ptr<Product>>(op.getOnto());
  bool isInFlight = llvm::is_contained(agent.unwaited, onto);
  if (onto->group != 0 && isInFlight && !onto->isTaken) {
    onto->isTaken = true;
    return onto;
  }
  StringRef got = onto->isTaken ? "that another was added to"
                  : isInFlight  ? "of no group"
                                : "that was waited for";
  InFlightDiagnostic diag =
      op.emitError("expects to be added to a product of a group in flight that "
                   "nothing was added to, but got one ")
      << got;
  diag.attachNote(onto->op->getLoc()) << "issued here";
  return diag;
}

static Step runWgmma(Agent &agent, hopper::WgmmaOp op) {
  auto product = std::make_shared<Product>();
  product->op = op;
  if (hopper::isTile(op.getA().getType())) {
    auto a = issueRegisters(agent, op, op.getA(), "a");
    if (failed(a))
      return Step::Failed;
    product->a = *a;
  } else {
    auto a = issueRead(agent, op, op.getA());
    if (failed(a))
      return Step::Failed;
    product->sharedA = std::move(*a);
  }
  auto b = issueRead(agent, op, op.getB());
  if (failed(b))
    return Step::Failed;
  product->b = std::move(*b);
  if (op.getAccumulator()) {
    auto accumulator =
        issueRegisters(agent, op, op.getAccumulator(), "the accumulator");
    if (failed(accumulator))
      return Step::Failed;
    product->accumulator = *accumulator;
  } else if (op.getOnto()) {
    auto onto = issueOnto(agent, op);
    if (failed(onto))
      return Step::Failed;
    product->onto = *onto;
  } else if (!agent.registersFenced) {
    // The registers of its result held other values before.
    op.emitError("expects hopper.wgmma_fence between the last use of any "
                 "registers and a product that begins an accumulator");
    return Step::Failed;
  }
  RankedTensorType type = op.getResult().getType().getTile();
  int64_t k = op.getB().getType().getShape()[op.getTransposeB() ? 1 : 0];
  product->end = agent.cta->time.use(
      TimeModel::ofProduct(type.getDimSize(0), type.getDimSize(1), k),
      agent.time);
  agent.cta->trace("tensor cores", agent.name, agent.cta->time.getLastBegin(),
                   product->end);
  agent.uncommitted.push_back(product);
  agent.unwaited.push_back(product);
  agent.set(op, product);
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Completing
//===----------------------------------------------------------------------===//

/// What a product reads, which is what it was when the product was issued: an
/// access in between that could change it is a race, found where it happens.
static std::vector<float> readAgain(Agent &agent, SharedOperand &operand) {
  std::vector<uint8_t> bytes = agent.cta->smem.load(operand.tile);
  assert(bytes == operand.atIssue && "a race that the clocks have missed");
  return decodeFloats(operand.tile.type.getElementType(), bytes);
}

static void compute(Agent &agent, Product &product) {
  std::vector<float> a =
      product.sharedA ? readAgain(agent, *product.sharedA) : product.a->floats;
  const Tile *accumulator =
      product.onto ? product.onto->result.get() : product.accumulator.get();
  product.result = multiplyTiles(product.op.getResult().getType().getTile(), a,
                                 readAgain(agent, product.b), accumulator,
                                 product.op.getTransposeB());
  product.onto.reset();
}

static Step runCommit(Agent &agent, hopper::CommitOp op) {
  uint32_t group = ++agent.groupsCommitted;
  auto products = std::move(agent.uncommitted);
  agent.uncommitted.clear();
  double end = agent.time;
  for (auto &product : products) {
    product->group = group;
    end = std::max(end, product->end);
  }
  auto finish = [&agent, products, group] {
    for (auto &product : products)
      compute(agent, *product);
    agent.groupsCompleted = group;
  };
  agent.cta->later({agent.productStream, finish, end});
  agent.setAll(op->getResults(), agent.getAll(op->getOperands()));
  return Step::Next;
}

/// Whether all groups up to the `done`-th are complete; waits if they are not.
static bool complete(Agent &agent, uint32_t done) {
  if (agent.groupsCompleted < done) {
    agent.waitFor("its products",
                  [&agent, done] { return agent.groupsCompleted >= done; });
    return false;
  }
  agent.forEachThread([&](Thread &thread) {
    thread.knows.seen.raise(agent.productSlot, done);
  });
  // Their results are parts of newer ones.
  llvm::erase_if(agent.unwaited, [done](const auto &product) {
    return product->isTaken && product->group != 0 && product->group <= done;
  });
  return true;
}

static Step runWait(Agent &agent, hopper::WaitOp op) {
  auto product = agent.get<std::shared_ptr<Product>>(op.getCommitted());
  if (product->isTaken) {
    InFlightDiagnostic diag =
        op.emitError("expects the newest product of its accumulator");
    diag.attachNote(product->op->getLoc()) << "issued here, and then added to";
    return Step::Failed;
  }
  uint32_t newer = agent.groupsCommitted - product->group;
  if (newer < op.getPending()) {
    InFlightDiagnostic diag =
        op.emitError("expects at least ")
        << op.getPending()
        << " newer groups, or else the one that is waited for may still be in "
           "flight, but got "
        << newer;
    diag.attachNote(product->op->getLoc()) << "issued here";
    return Step::Failed;
  }
  if (!complete(agent, agent.groupsCommitted - op.getPending()))
    return Step::Wait;
  llvm::erase(agent.unwaited, product);
  agent.setTile(op.getTile(), product->result, /*settled=*/true);
  return Step::Next;
}

static Step runWaitOlder(Agent &agent, hopper::WaitOlderOp op) {
  uint32_t newest = std::min<uint64_t>(op.getPending(), agent.groupsCommitted);
  return complete(agent, agent.groupsCommitted - newest) ? Step::Next
                                                         : Step::Wait;
}

static Step runFence(Agent &agent, hopper::WgmmaFenceOp op) {
  for (auto [tile, result] : llvm::zip_equal(op.getTiles(), op.getResults()))
    agent.setTile(result, agent.get<TileValue>(tile).data, /*settled=*/true);
  agent.registersFenced = true;
  return Step::Next;
}

LogicalResult sim::reportUnwaited(const Agent &agent, Product &product) {
  return product.op.emitError("expects ")
         << agent.name << " to wait for this product before it ends";
}

void sim::addMatrixOps(Handlers &handlers) {
  handlers.add(runDot);
  handlers.add(runWgmma);
  handlers.add(runCommit);
  handlers.add(runWait);
  handlers.add(runWaitOlder);
  handlers.add(runFence);
}
