//===- AssignLayouts.cpp - The pass hopper-assign-layouts -----------------===//

#include "Schedule.h"
#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Dialect/Hopper/Transforms/Passes.h"
#include "cca/Layout/Fragment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cca {
#define GEN_PASS_DEF_HOPPERASSIGNLAYOUTS
#include "cca/Dialect/Hopper/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::hopper;
using cca::Fragment;

/// The widest first operand that is worth a copy in registers.
static constexpr int64_t widestOperandInRegisters = 128;

namespace {

struct HopperAssignLayouts
    : cca::impl::HopperAssignLayoutsBase<HopperAssignLayouts> {
  void runOnOperation() override {
    gpu::GPUFuncOp kernel = getOperation();
    cca::KernelSchedule schedule = cca::getSchedule(kernel);
    consumers = schedule.consumersOfTile();
    stagingTiles.clear();
    wholeRows.clear();
    if (failed(checkRows()))
      return signalPassFailure();
    OpBuilder builder = OpBuilder::atBlockBegin(&kernel.getBody().front());
    if (consumers > 1)
      consumer = ConsumerIndexOp::create(builder, kernel.getLoc());
    else
      consumer = arith::ConstantIntOp::create(builder, kernel.getLoc(), 0, 32);

    SmallVector<Operation *> ops;
    kernel.walk([&](Operation *op) { ops.push_back(op); });
    // First operands while products still show them.
    for (Operation *op : ops)
      if (auto get = dyn_cast<GetEnterOp>(op))
        sliceFirstOperand(get);
      else if (auto ldmatrix = dyn_cast<LdmatrixOp>(op))
        offsetRows(ldmatrix);
      else if (auto stmatrix = dyn_cast<StmatrixOp>(op))
        sliceDestination(stmatrix);
    noteRows(ops);
    kernel.walk([&](Operation *op) { retype(op); });
    allocateStaging(schedule.stagingTiles);
    for (Operation *op : ops)
      if (auto index = dyn_cast<RowIndexOp>(op))
        offsetRows(index);
      else if (auto reduce = dyn_cast<ReduceRowsOp>(op))
        combine(reduce);
      else if (auto store = dyn_cast<StoreOp>(op))
        stage(store);
      else if (auto storeRows = dyn_cast<StoreRowsOp>(op))
        offsetRows(storeRows);
  }

private:
  //===--------------------------------------------------------------------===//
  // Types
  //===--------------------------------------------------------------------===//

  /// Rows of a tile must be whole fragments of each consumer, and no consumer's
  /// those of others only.
  LogicalResult checkRows() {
    WalkResult result = getOperation().walk([&](Operation *op) {
      if (auto stmatrix = dyn_cast<StmatrixOp>(op)) {
        // Two consumers would write the same rows, and rows begin atoms.
        SmemType tile = stmatrix.getDestination().getType();
        int64_t multiple = consumers * Fragment::rows;
        if (tile.getRows() % multiple)
          return WalkResult(op->emitOpError("expects to write a multiple of ")
                            << multiple << " rows, but got " << tile);
      }
      SmallVector<Type> types(op->getResultTypes());
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::append_range(types, block.getArgumentTypes());
      for (Type type : types)
        if (auto tile = dyn_cast<RankedTensorType>(type))
          if (!tile.getEncoding() && !hasWholeFragments(tile))
            return WalkResult(op->emitOpError("expects tiles of ")
                              << Fragment::rows
                              << " rows or a multiple for each of " << consumers
                              << " consumers, that overlap at most, but got "
                              << tile);
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  bool hasWholeFragments(RankedTensorType tile) const {
    bool isTile = tile.getRank() == 1 || tile.getRank() == 2;
    if (!isTile || !tile.hasStaticShape())
      return false;
    int64_t rows = tile.getDimSize(0), mine = rowsOfConsumer(rows);
    return rows >= mine && rows > (consumers - 1) * mine;
  }

  /// Of `rows` rows, those that a consumer computes.
  int64_t rowsOfConsumer(int64_t rows) const {
    return llvm::alignTo(llvm::divideCeil(rows, consumers), Fragment::rows);
  }

  RankedTensorType layout(RankedTensorType type) {
    if (type.getEncoding())
      return type;
    SmallVector<int64_t> shape(type.getShape());
    shape[0] = rowsOfConsumer(shape[0]);
    Attribute encoding = RowsAttr::get(&getContext(), /*partial=*/false);
    if (type.getRank() == 2)
      encoding = FragmentAttr::get(&getContext());
    return RankedTensorType::get(shape, type.getElementType(), encoding);
  }

  void retype(Value value) {
    if (auto type = dyn_cast<RankedTensorType>(value.getType()))
      value.setType(layout(type));
  }

  void retype(Operation *op) {
    for (Value result : op->getResults())
      retype(result);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value argument : block.getArguments())
          retype(argument);
    // Sizes that an op says twice.
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
      slice.setStaticSizes(slice.getType().getShape());
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      if (auto splat = dyn_cast<SplatElementsAttr>(constant.getValue()))
        constant.setValueAttr(
            splat.resizeSplat(cast<ShapedType>(constant.getType())));
  }

  //===--------------------------------------------------------------------===//
  // Rows of this consumer
  //===--------------------------------------------------------------------===//

  /// The first one of `rows` rows. Where these are not whole fragments of all
  /// consumers, the last one computes rows of the one before, too.
  Value firstRow(OpBuilder &builder, Location loc, int64_t rows) {
    int64_t mine = rowsOfConsumer(rows);
    Value size = arith::ConstantIntOp::create(builder, loc, mine, 32);
    Value first = arith::MulIOp::create(builder, loc, consumer, size);
    if (rows == mine * consumers)
      return first;
    Value last = arith::ConstantIntOp::create(builder, loc, rows - mine, 32);
    return arith::MinSIOp::create(builder, loc, first, last);
  }

  /// How many rows tiles have before they are those of one consumer.
  void noteRows(ArrayRef<Operation *> ops) {
    for (Operation *op : ops)
      if (auto index = dyn_cast<RowIndexOp>(op))
        wholeRows[op] = index.getRows().getType().getDimSize(0);
      else if (isa<StoreOp, StoreRowsOp>(op))
        wholeRows[op] =
            cast<ShapedType>(op->getOperand(0).getType()).getDimSize(0);
  }

  /// A tile that products take as their first operand: this consumer's rows, in
  /// registers if they fit and several products read them, and then out of the
  /// stage at once.
  void sliceFirstOperand(GetEnterOp get) {
    SmallVector<OpOperand *> uses;
    GetExitOp exit;
    for (OpOperand &use : get->getUses()) {
      if (auto dot = dyn_cast<DotOp>(use.getOwner());
          dot && &use == &dot.getAMutable())
        uses.push_back(&use);
      exit = exit ? exit : dyn_cast<GetExitOp>(use.getOwner());
    }
    if (uses.empty())
      return;
    OpBuilder builder(get->getContext());
    builder.setInsertionPointAfter(get);
    Location loc = get.getLoc();
    SmemType whole = get.getTile().getType();
    int64_t rows = rowsOfConsumer(whole.getRows());
    auto mine = SmemType::get(&getContext(), {rows, whole.getCols()},
                              whole.getElementType(), whole.getSwizzle(),
                              whole.getRows());
    Value operand =
        SliceRowsOp::create(builder, loc, mine, get.getTile(),
                            firstRow(builder, loc, whole.getRows()));
    bool isReadAgain =
        uses.size() > 1 || llvm::any_of(uses, [&](OpOperand *use) {
          return use->getOwner()->getBlock() != get->getBlock();
        });
    if (whole.getCols() <= widestOperandInRegisters && isReadAgain) {
      auto tile =
          RankedTensorType::get({rows, whole.getCols()}, whole.getElementType(),
                                FragmentAttr::get(&getContext()));
      operand = LdmatrixOp::create(builder, loc, tile, operand);
      if (exit)
        exit->moveAfter(operand.getDefiningOp());
    }
    for (OpOperand *use : uses)
      use->set(operand);
  }

  /// Whole tiles in shared memory: each consumer reads rows of its own.
  void offsetRows(LdmatrixOp ldmatrix) {
    auto type = cast<RankedTensorType>(ldmatrix.getTile().getType());
    if (type.getEncoding())
      return;
    OpBuilder builder(ldmatrix);
    Location loc = ldmatrix.getLoc();
    Value row = firstRow(builder, loc, type.getDimSize(0));
    if (ldmatrix.getRow())
      row = arith::AddIOp::create(builder, loc, ldmatrix.getRow(), row);
    ldmatrix.getRowMutable().assign(row);
  }

  /// A tile of the block: each consumer writes rows of its own.
  void sliceDestination(StmatrixOp stmatrix) {
    OpBuilder builder(stmatrix);
    Location loc = stmatrix.getLoc();
    SmemType whole = stmatrix.getDestination().getType();
    auto mine = SmemType::get(
        &getContext(), {rowsOfConsumer(whole.getRows()), whole.getCols()},
        whole.getElementType(), whole.getSwizzle(), whole.getRows());
    stmatrix.getDestinationMutable().assign(
        SliceRowsOp::create(builder, loc, mine, stmatrix.getDestination(),
                            firstRow(builder, loc, whole.getRows())));
  }

  void offsetRows(RowIndexOp index) {
    OpBuilder builder(index->getContext());
    builder.setInsertionPointAfter(index);
    RankedTensorType type = index.getRows().getType();
    Value first = firstRow(builder, index.getLoc(), wholeRows.lookup(index));
    Value offset =
        tensor::SplatOp::create(builder, index.getLoc(), first, type);
    Value rows =
        arith::AddIOp::create(builder, index.getLoc(), index.getRows(), offset);
    index.getRows().replaceAllUsesExcept(rows, rows.getDefiningOp());
  }

  static void combine(ReduceRowsOp reduce) {
    OpBuilder builder(reduce->getContext());
    builder.setInsertionPointAfter(reduce);
    auto type = cast<RankedTensorType>(reduce.getRows().getType());
    reduce.getRows().setType(RankedTensorType::get(
        type.getShape(), type.getElementType(),
        RowsAttr::get(type.getContext(), /*partial=*/true)));
    Value rows = CombineRowsOp::create(builder, reduce.getLoc(), type,
                                       reduce.getCombiner(), reduce.getRows());
    reduce.getRows().replaceAllUsesExcept(rows, rows.getDefiningOp());
  }

  void offsetRows(StoreRowsOp store) {
    OpBuilder builder(store);
    Location loc = store.getLoc();
    Value first = firstRow(builder, loc, wholeRows.lookup(store));
    Value offset =
        arith::IndexCastOp::create(builder, loc, builder.getIndexType(), first);
    OpOperand &index = store.getIndicesMutable()[store.getAlong()];
    index.set(arith::AddIOp::create(builder, loc, index.get(), offset));
    store.getLimitMutable().assign(
        arith::SubIOp::create(builder, loc, store.getLimit(), first));
  }

  /// Stores of one type of tile take turns at staging tiles, up to `most`, if
  /// each has its own in every iteration. Otherwise there is one, and each
  /// waits for the one before.
  void allocateStaging(int64_t most) {
    llvm::MapVector<Type, SmallVector<StoreOp>> stores;
    getOperation().walk([&](StoreOp store) {
      stores[store.getMap().getType().getTileType()].push_back(store);
    });
    OpBuilder builder =
        OpBuilder::atBlockBegin(&getOperation().getBody().front());
    for (auto &[type, ofType] : stores) {
      auto count = static_cast<int64_t>(ofType.size());
      Block *block = ofType.front()->getBlock();
      bool takeTurns = count % most == 0 && stores.size() == 1 &&
                       llvm::all_of(ofType, [block](StoreOp store) {
                         return store->getBlock() == block;
                       });
      SmallVector<Value> tiles;
      for (int64_t i = 0; i < (takeTurns ? most : 1); ++i)
        tiles.push_back(AllocOp::create(builder, ofType.front().getLoc(),
                                        cast<SmemType>(type), IntegerAttr()));
      for (auto [turn, store] : llvm::enumerate(ofType))
        stagingTiles[store] = tiles[turn % tiles.size()];
    }
  }

  /// Through shared memory: a copy writes whole lines, threads would not.
  void stage(StoreOp store) {
    OpBuilder builder(store);
    Location loc = store.getLoc();
    TensorMapType map = store.getMap().getType();
    Value staging = stagingTiles.lookup(store);
    StmatrixOp::create(builder, loc, store.getTile(), staging);
    // Rows are the first dimension of the box that is not 1.
    SmallVector<Value> coordinates(store.getCoordinates());
    const int64_t *rowDimension =
        llvm::find_if(map.getBox(), [](int64_t size) { return size != 1; });
    Value &row = coordinates[rowDimension - map.getBox().begin()];
    row = arith::AddIOp::create(
        builder, loc, row, firstRow(builder, loc, wholeRows.lookup(store)));
    TmaStoreOp::create(builder, loc, staging, store.getMap(), coordinates,
                       /*reduce=*/false);
    store.erase();
  }

  int64_t consumers = 1; ///< that share a tile
  Value consumer;        ///< which of them this one is
  DenseMap<Operation *, Value> stagingTiles;
  DenseMap<Operation *, int64_t> wholeRows;
};

} // namespace
