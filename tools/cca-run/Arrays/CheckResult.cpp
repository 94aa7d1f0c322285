//===- CheckResult.cpp - A result against its reference -------------------===//

#include "Arrays/CheckResult.h"

#include "cca/Support/Half.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir::cca;
using llvm::Expected;
using llvm::SmallVector;

/// Reads element `index` as a double. Integers of more than 53 bits are
/// rounded.
static double loadElement(const NpyArray &array, bool isBf16, int64_t index) {
  using namespace llvm::support::endian;
  const char *data = array.data.data() + index * array.type.size;
  switch (array.type.size) {
  case 2: {
    uint16_t bits = read16le(data);
    return isBf16 && array.type.kind != 'f' ? bf16ToFloat(bits)
                                            : f16ToFloat(bits);
  }
  case 4: {
    uint32_t bits = read32le(data);
    return array.type.kind == 'f' ? llvm::bit_cast<float>(bits)
                                  : double(int32_t(bits));
  }
  default: {
    uint64_t bits = read64le(data);
    return array.type.kind == 'f' ? llvm::bit_cast<double>(bits)
                                  : double(int64_t(bits));
  }
  }
}

/// The index in each dimension of the element at `offset`.
static SmallVector<int64_t> delinearize(int64_t offset,
                                        llvm::ArrayRef<int64_t> shape) {
  SmallVector<int64_t> index(shape.size());
  for (size_t dim = shape.size(); dim-- > 0; offset /= shape[dim])
    index[dim] = offset % shape[dim];
  return index;
}

Expected<CheckReport> mlir::cca::checkResult(const NpyArray &result,
                                             const NpyArray &reference,
                                             bool isBf16) {
  if (result.shape != reference.shape)
    return llvm::createStringError("expects a result of shape " +
                                   formatShape(reference.shape) + ", but got " +
                                   formatShape(result.shape));
  CheckReport report;
  // long double has the exponents for the square of any double.
  long double differenceSquared = 0, referenceSquared = 0;
  int64_t largest = -1, firstMismatch = -1;
  for (int64_t i = 0, e = *getNumElements(result.shape); i < e; ++i) {
    double got = loadElement(result, isBf16, i);
    double expected = loadElement(reference, isBf16, i);
    if (!std::isfinite(got) || !std::isfinite(expected)) {
      if (got == expected || (std::isnan(got) && std::isnan(expected)))
        continue;
      if (report.numNonFiniteMismatches++ == 0)
        firstMismatch = i;
      continue;
    }
    long double difference = std::abs((long double)(got)-expected);
    differenceSquared += difference * difference;
    referenceSquared += (long double)(expected)*expected;
    if (difference > report.largestDifference) {
      report.largestDifference = double(difference);
      largest = i;
    }
  }
  if (differenceSquared != 0)
    report.relativeError =
        double(std::sqrt(differenceSquared / referenceSquared));
  if (largest >= 0)
    report.largestAt = delinearize(largest, result.shape);
  if (firstMismatch >= 0)
    report.firstMismatchAt = delinearize(firstMismatch, result.shape);
  return report;
}

static void printIndex(llvm::raw_ostream &os, llvm::ArrayRef<int64_t> index) {
  os << " at [";
  llvm::interleaveComma(index, os);
  os << "]";
}

void CheckReport::print(llvm::raw_ostream &os, double rtol) const {
  os << llvm::format("relative error %.2e, expects at most %.2e", relativeError,
                     rtol);
  if (largestDifference != 0) {
    os << llvm::format("; largest difference %.2e", largestDifference);
    printIndex(os, largestAt);
  }
  if (numNonFiniteMismatches) {
    os << "; " << numNonFiniteMismatches
       << " elements infinite or NaN on one side only, the first";
    printIndex(os, firstMismatchAt);
  }
}
