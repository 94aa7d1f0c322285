//===- Types.cpp - Encodings and types of the hopper dialect --------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "cca/Layout/Fragment.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace mlir::hopper;
using cca::Fragment;
using cca::HopperTarget;
using cca::SharedTile;
using cca::Swizzle;

/// As the parser reads it: 64x?.
static std::string toText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      shape, os,
      [&](int64_t size) {
        if (ShapedType::isDynamic(size))
          os << '?';
        else
          os << size;
      },
      "x");
  return shape.empty() ? "no sizes" : text;
}

//===----------------------------------------------------------------------===//
// Encodings
//===----------------------------------------------------------------------===//

/// The registers of one thread block, which a warpgroup's tile cannot exceed
/// even if two elements share one.
static constexpr int64_t maxFragmentElements =
    HopperTarget::registersPerMultiprocessor;

LogicalResult
FragmentAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                             function_ref<InFlightDiagnostic()> error) const {
  if (shape.size() != 2 || shape[0] <= 0 || shape[0] % Fragment::rows ||
      shape[1] <= 0 || shape[1] % HopperTarget::wgmmaStepN ||
      shape[0] > maxFragmentElements / shape[1])
    return error() << "#hopper.fragment expects M x N with M a multiple of 64, "
                      "N of 8 and at most "
                   << maxFragmentElements << " elements, but got "
                   << toText(shape);
  return success();
}

LogicalResult
RowsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                         function_ref<InFlightDiagnostic()> error) const {
  if (shape.size() != 1 || shape[0] <= 0 || shape[0] % Fragment::rows ||
      shape[0] > maxFragmentElements)
    return error() << "#hopper.rows expects M elements with M a multiple of 64 "
                      "and at most "
                   << maxFragmentElements << ", but got " << toText(shape);
  return success();
}

Attribute RowsAttr::parse(AsmParser &parser, Type) {
  bool partial = succeeded(parser.parseOptionalLess());
  if (partial && (parser.parseKeyword("partial") || parser.parseGreater()))
    return {};
  return RowsAttr::get(parser.getContext(), partial);
}

void RowsAttr::print(AsmPrinter &printer) const {
  if (getPartial())
    printer << "<partial>";
}

template <typename Encoding>
static Encoding encodingOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast_if_present<Encoding>(tensor.getEncoding())
                : Encoding();
}

bool hopper::isFragment(Type type) {
  return static_cast<bool>(encodingOf<FragmentAttr>(type));
}

bool hopper::isRows(Type type) {
  return static_cast<bool>(encodingOf<RowsAttr>(type));
}

bool hopper::isPartialRows(Type type) {
  RowsAttr rows = encodingOf<RowsAttr>(type);
  return rows && rows.getPartial();
}

bool hopper::isTile(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() < 1 || tensor.getRank() > 2)
    return false;
  int64_t room = HopperTarget::maxDynamicSmemBytes;
  for (int64_t size : tensor.getShape()) {
    if (size < 1 || size > room)
      return false;
    room /= size;
  }
  return !tensor.getEncoding() || isFragment(type) || isRows(type);
}

bool hopper::isCarried(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    auto loop = dyn_cast_if_present<LoopLikeOpInterface>(parent);
    return loop && llvm::is_contained(loop.getRegionIterArgs(), argument);
  }
  return isa<LoopLikeOpInterface>(value.getDefiningOp());
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static LogicalResult verifySwizzle(function_ref<InFlightDiagnostic()> error,
                                   Type elementType, int64_t swizzle) {
  unsigned bits =
      elementType.isIntOrFloat() ? elementType.getIntOrFloatBitWidth() : 0;
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
    return error() << "expects elements of 1, 2, 4 or 8 bytes, but got "
                   << elementType;
  if (swizzle != 16 && swizzle != 32 && swizzle != 64 && swizzle != 128)
    return error() << "expects a swizzle of 16 (none), 32, 64 or 128 bytes, "
                      "but got "
                   << swizzle;
  return success();
}

SharedTile SmemType::getLayout() const {
  return {getRows(), getCols(), getElementType().getIntOrFloatBitWidth() / 8,
          static_cast<Swizzle>(getSwizzle()), getPanelRows()};
}

LogicalResult SmemType::verify(function_ref<InFlightDiagnostic()> error,
                               ArrayRef<int64_t> shape, Type elementType,
                               int64_t swizzle, int64_t panelRows) {
  if (failed(verifySwizzle(error, elementType, swizzle)))
    return failure();
  if (shape.size() != 2)
    return error() << "expects a tile of rows x columns, but got "
                   << toText(shape);
  SharedTile tile{shape[0], shape[1], elementType.getIntOrFloatBitWidth() / 8,
                  static_cast<Swizzle>(swizzle)};
  if (!tile.isValid())
    return error() << "expects a multiple of 8 rows, and of "
                   << tile.panelCols() << " columns, but got " << toText(shape);
  int64_t most = HopperTarget::maxDynamicSmemBytes / tile.elementBytes;
  if (shape[0] > most / shape[1])
    return error() << "expects at most " << most
                   << " elements, what shared memory holds, but got "
                   << toText(shape);
  most /= shape[1];
  if (panelRows && (panelRows < shape[0] || panelRows % 8 || panelRows > most))
    return error() << "expects panel_rows to be a multiple of 8 in ["
                   << shape[0] << ", " << most << "], but got " << panelRows;
  return success();
}

LogicalResult RingType::verify(function_ref<InFlightDiagnostic()> error,
                               int64_t stages, SmemType tile) {
  // A full and an empty barrier each.
  int64_t most =
      HopperTarget::maxDynamicSmemBytes / (2 * HopperTarget::mbarrierBytes);
  if (stages < 1 || stages > most)
    return error() << "expects 1 to " << most << " stages, but got " << stages;
  if (tile.getPanelRows())
    return error() << "expects whole tiles, but got rows of a taller one";
  return success();
}

SmallVector<int64_t> TensorMapType::getTileShape() const {
  SmallVector<int64_t> shape;
  for (int64_t size : getBox())
    if (size != 1)
      shape.push_back(size);
  return shape;
}

SmemType TensorMapType::getTileType() const {
  return SmemType::get(getContext(), getTileShape(), getElementType(),
                       getSwizzle());
}

LogicalResult TensorMapType::verify(function_ref<InFlightDiagnostic()> error,
                                    ArrayRef<int64_t> box, Type elementType,
                                    int64_t swizzle) {
  if (failed(verifySwizzle(error, elementType, swizzle)))
    return failure();
  // The innermost dimension counts twice: as a panel, and as the panels.
  if (box.empty() ||
      static_cast<int64_t>(box.size()) >= HopperTarget::tmaMaxRank)
    return error() << "expects 1 to " << HopperTarget::tmaMaxRank - 1
                   << " dimensions, but got " << box.size();
  SmallVector<int64_t> tile;
  for (int64_t size : box) {
    if (size < 1 || size > HopperTarget::tmaMaxBox)
      return error() << "expects box sizes of 1 to " << HopperTarget::tmaMaxBox
                     << ", but got " << size;
    if (size != 1)
      tile.push_back(size);
  }
  // The swizzle permutes what is contiguous.
  if (tile.size() != 2 || box.back() == 1)
    return error() << "expects 2 box sizes other than 1, one of them the last, "
                      "but got "
                   << toText(box);
  return SmemType::verify(error, tile, elementType, swizzle, 0);
}
