//===- Gemm.cpp - Products of tokens and weights, as one block computes them -//

#include "Gemm.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

hopper::TensorMapType Gemm::map(int64_t rank, int64_t rows,
                                int64_t cols) const {
  SmallVector<int64_t> box(rank, 1);
  box[rank - 2] = rows;
  box[rank - 1] = cols;
  return mapOfBox(box);
}

hopper::TensorMapType Gemm::mapOfBox(ArrayRef<int64_t> box) const {
  int64_t bytes = box.back() * elementType.getIntOrFloatBitWidth() / 8;
  return hopper::TensorMapType::get(elementType.getContext(), box, elementType,
                                    /*swizzle=*/std::min<int64_t>(bytes, 128));
}

hopper::TensorMapType Gemm::tokenMap() const {
  return map(tokenRank, schedule.blockM, schedule.blockK);
}

hopper::TensorMapType Gemm::weightMap() const {
  return map(/*rank=*/2, schedule.blockN, schedule.blockK);
}

hopper::TensorMapType Gemm::outMap() const {
  return map(tokenRank, schedule.rowsPerConsumer(), panelCols);
}

SmallVector<Value> Gemm::coordinates(Scalar batch, Scalar row,
                                     Scalar channel) const {
  if (tokenRank == 2)
    return {row, channel};
  return {batch, row, channel};
}

//===----------------------------------------------------------------------===//
// A tile
//===----------------------------------------------------------------------===//

static Value load(Emitter &emitter, Value map, ValueRange coordinates) {
  auto type = cast<hopper::TensorMapType>(map.getType());
  return emitter.create<hopper::LoadOp>(
      RankedTensorType::get(type.getTileShape(), type.getElementType()), map,
      coordinates);
}

/// The product of one step, added to `accumulator` if there is one.
static Value emitStep(Emitter &emitter, const Gemm &gemm,
                      const GemmOrigin &origin, Scalar step,
                      Value accumulator) {
  const GemmSchedule &schedule = gemm.schedule;
  Scalar channel = step * schedule.blockK;
  Value tokens = load(emitter, origin.tokens,
                      gemm.coordinates(origin.batch, origin.row, channel));
  Value weights = load(emitter, origin.weights, {origin.weightRow, channel});
  auto type = RankedTensorType::get({schedule.blockM, schedule.blockN},
                                    emitter.builder.getF32Type());
  return emitter.create<hopper::DotOp>(type, tokens, weights, accumulator,
                                       /*transpose_b=*/true);
}

Value cca::emitProduct(Emitter &emitter, const Gemm &gemm,
                       const GemmOrigin &origin) {
  // The first product needs no zeros to be added to.
  Scalar zero(emitter, int64_t(0)), one(emitter, 1);
  Value first = emitStep(emitter, gemm, origin, zero, Value());
  Scalar steps(emitter, llvm::divideCeil(gemm.inputs, gemm.schedule.blockK));
  auto loop = emitter.create<scf::ForOp>(
      Value(one), Value(steps), Value(one), first,
      [&](OpBuilder &builder, Location loc, Value step, ValueRange carried) {
        Emitter inner{builder, loc};
        inner.create<scf::YieldOp>(emitStep(
            inner, gemm, origin, Scalar(inner, step), carried.front()));
      });
  return loop.getResult(0);
}

Value cca::emitPanel(Emitter &emitter, const Gemm &gemm, Value product,
                     int64_t panel) {
  OpBuilder &b = emitter.builder;
  int64_t rows = gemm.schedule.blockM, cols = gemm.panelCols;
  SmallVector<OpFoldResult> offsets{b.getIndexAttr(0),
                                    b.getIndexAttr(panel * cols)};
  SmallVector<OpFoldResult> sizes{b.getIndexAttr(rows), b.getIndexAttr(cols)};
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  return emitter.create<tensor::ExtractSliceOp>(
      RankedTensorType::get({rows, cols}, b.getF32Type()), product, offsets,
      sizes, strides);
}

Value cca::emitRounded(Emitter &emitter, const Gemm &gemm, Value panel,
                       Value bias, Scalar column) {
  auto type = cast<RankedTensorType>(panel.getType());
  if (bias)
    panel = emitter.create<arith::AddFOp>(
        panel, emitter.create<hopper::LoadColumnsOp>(type, bias, column));
  return emitter.create<arith::TruncFOp>(type.clone(gemm.elementType), panel);
}

//===----------------------------------------------------------------------===//
// All tiles
//===----------------------------------------------------------------------===//

/// Weights that stay in L2 while tiles of all their rows pass by; beyond, as
/// many tokens make a group.
static constexpr int64_t residentRows = 2048;

namespace {
/// A tile of a grid, as numbers of blocks.
struct Place {
  Scalar row, col;
};
} // namespace

/// The place of the `number`-th tile of `rows` x `cols` tiles, rows first.
static Place inColumns(Scalar number, Scalar rows) {
  return {number % rows, number / rows};
}

/// The same by parts: strips of columns, which are cut into parts of rows.
static Place inParts(Emitter &emitter, const GemmSchedule &schedule,
                     Scalar number, Scalar rows, int64_t cols) {
  int64_t partRows = schedule.rowsOfPart(),
          partCols = GemmSchedule::blocksOfPart / partRows;
  // The last strip, and the last part of a strip, may be smaller.
  Scalar strip = number / (rows * partCols),
         inStrip = number % (rows * partCols);
  Scalar firstCol = strip * partCols;
  Scalar stripCols =
      (Scalar(emitter, cols) - firstCol).min(Scalar(emitter, partCols));
  Scalar part = inStrip / (stripCols * partRows);
  Scalar firstRow = part * partRows;
  Place place = inColumns(inStrip % (stripCols * partRows),
                          (rows - firstRow).min(Scalar(emitter, partRows)));
  return {firstRow + place.row, firstCol + place.col};
}

void cca::emitGemmTiles(Emitter &emitter, const Gemm &gemm,
                        const GemmGrid &grid,
                        llvm::function_ref<void(GemmTile tile)> body) {
  const GemmSchedule &schedule = gemm.schedule;
  int64_t colBlocks = grid.colBlocks;
  bool staysInL2 = colBlocks * schedule.blockN <= residentRows;
  int64_t rows =
      staysInL2 ? schedule.rowsOfPart() : residentRows / schedule.blockM;
  Scalar allRowBlocks = grid.batches * grid.rowBlocks;
  auto loop = emitPersistentTiles(emitter, grid.tiles(), [&](Scalar tile) {
    Scalar group = tile / (rows * colBlocks),
           inGroup = tile % (rows * colBlocks);
    // The last group may have fewer rows.
    Scalar first = group * rows;
    Scalar groupRows = (allRowBlocks - first).min(Scalar(emitter, rows));
    Place place =
        staysInL2 ? inColumns(inGroup, groupRows)
                  : inParts(emitter, schedule, inGroup, groupRows, colBlocks);
    Scalar row = first + place.row;
    body({row / grid.rowBlocks, row % grid.rowBlocks, place.col});
  });
  if (!schedule.cooperative)
    dealOut(loop);
  loop->getParentOfType<gpu::GPUFuncOp>()->setAttr(
      hopper::neighbouringBlocksAttrName, emitter.builder.getUnitAttr());
}

Value cca::emitGemmBlocks(Emitter &emitter, const Gemm &gemm, Scalar tiles) {
  Scalar multiprocessors = Scalar::fromIndex(
      emitter, emitter.create<hopper::MultiprocessorCountOp>());
  return tiles.min(multiprocessors * gemm.schedule.blocksPerMultiprocessor)
      .toIndex();
}
