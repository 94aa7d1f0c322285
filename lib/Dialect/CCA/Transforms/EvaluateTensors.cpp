//===- EvaluateTensors.cpp - Tensors of constants, computed ---------------===//

#include "EvaluateTensors.h"

#include "EvaluateLinalg.h"
#include "EvaluateScalars.h"
#include "cca/Support/ElementBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cca;

using Elements = std::vector<float>;

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

static bool isKnownType(Type type) {
  return type.isF32() || type.isBF16() || type.isF16();
}

static RankedTensorType getStaticType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && isKnownType(type.getElementType())
             ? type
             : RankedTensorType();
}

template <typename T>
static T readAs(ArrayRef<char> bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

static Elements decode(ArrayRef<char> bytes, Type type, size_t count) {
  Elements elements(count);
  for (size_t i = 0; i < count; ++i)
    if (type.isF32())
      elements[i] = readAs<float>(bytes, i);
    else if (type.isBF16())
      elements[i] =
          llvm::bit_cast<float>(uint32_t(readAs<uint16_t>(bytes, i)) << 16);
    else
      elements[i] =
          APFloat(APFloat::IEEEhalf(), APInt(16, readAs<uint16_t>(bytes, i)))
              .convertToFloat();
  return elements;
}

/// Elements that the type can hold.
static std::vector<char> encode(const Elements &elements, Type type) {
  size_t width = type.getIntOrFloatBitWidth() / 8;
  std::vector<char> bytes(elements.size() * width);
  for (auto [i, x] : llvm::enumerate(elements)) {
    auto bits = llvm::bit_cast<uint32_t>(x);
    if (type.isBF16())
      bits >>= 16;
    else if (type.isF16())
      bits =
          toSemantics(x, APFloat::IEEEhalf()).bitcastToAPInt().getZExtValue();
    std::memcpy(bytes.data() + i * width, &bits, width);
  }
  return bytes;
}

//===----------------------------------------------------------------------===//
// Ops that move elements
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// Copies `part` into a larger array, from index `offsets` on.
static void insert(const Elements &part, ArrayRef<int64_t> partShape,
                   Elements &whole, ArrayRef<int64_t> shape,
                   ArrayRef<int64_t> offsets) {
  SmallVector<int64_t> inner = getStrides(partShape), outer = getStrides(shape);
  for (int64_t i = 0, e = part.size(); i < e; ++i) {
    int64_t rest = i, target = 0;
    for (auto [size, stride, offset] : llvm::zip(inner, outer, offsets)) {
      target += (rest / size + offset) * stride;
      rest %= size;
    }
    whole[target] = part[i];
  }
}

static Elements concat(tensor::ConcatOp op,
                       ArrayRef<const Elements *> operands) {
  Elements result(op.getType().getNumElements());
  SmallVector<int64_t> offsets(op.getType().getRank(), 0);
  for (auto [operand, elements] : llvm::zip(op.getInputs(), operands)) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(operand.getType()).getShape();
    insert(*elements, shape, result, op.getType().getShape(), offsets);
    offsets[op.getDim()] += shape[op.getDim()];
  }
  return result;
}

static std::optional<Elements> pad(tensor::PadOp op, const Elements &source) {
  FloatAttr padding;
  Value value = op.getConstantPaddingValue();
  if (!value || !matchPattern(value, m_Constant(&padding)) ||
      llvm::is_contained(op.getStaticLow(), ShapedType::kDynamic))
    return std::nullopt;
  Elements result(op.getType().getNumElements(), toFloat(padding.getValue()));
  insert(source, op.getSourceType().getShape(), result, op.getType().getShape(),
         op.getStaticLow());
  return result;
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

static std::optional<Elements> readConstant(arith::ConstantOp op) {
  auto elements = dyn_cast<ElementsAttr>(op.getValue());
  auto bytes = elements ? getElementBytes(elements) : std::nullopt;
  if (!bytes)
    return std::nullopt;
  return decode(*bytes, elements.getElementType(), elements.getNumElements());
}

std::optional<Elements> TensorEvaluator::compute(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return readConstant(constant);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return Elements(empty.getType().getNumElements());
  if (op->getNumResults() != 1)
    return std::nullopt;
  SmallVector<const Elements *> operands;
  for (Value operand : op->getOperands()) {
    // Scalars are constants that ops look at themselves.
    const Elements *elements =
        isa<RankedTensorType>(operand.getType()) ? get(operand) : nullptr;
    if (!elements && isa<ShapedType>(operand.getType()))
      return std::nullopt;
    operands.push_back(elements);
  }
  return TypeSwitch<Operation *, std::optional<Elements>>(op)
      .Case([&](tensor::ConcatOp op) { return concat(op, operands); })
      .Case([&](tensor::PadOp op) { return pad(op, *operands[0]); })
      .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(
          [&](Operation *) { return *operands[0]; })
      .Case([&](linalg::LinalgOp op) { return evaluateLinalg(op, operands); })
      .Default(
          [&](Operation *op) { return evaluateElementwise(op, operands); });
}

const Elements *TensorEvaluator::get(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second.get();
  std::unique_ptr<Elements> elements;
  if (Operation *op = value.getDefiningOp(); op && getStaticType(value))
    if (std::optional<Elements> computed = compute(op))
      elements = std::make_unique<Elements>(std::move(*computed));
  return (known[value] = std::move(elements)).get();
}

ElementsAttr TensorEvaluator::evaluate(Value value) {
  const Elements *elements = get(value);
  if (!elements)
    return {};
  RankedTensorType type = getStaticType(value);
  return DenseElementsAttr::getFromRawBuffer(
      type, encode(*elements, type.getElementType()));
}
