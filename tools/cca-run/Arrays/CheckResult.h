//===- CheckResult.h - A result against its reference -----------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_ARRAYS_CHECKRESULT_H
#define CCA_TOOLS_RUN_ARRAYS_CHECKRESULT_H

#include "Arrays/Npy.h"

namespace mlir {
namespace cca {

/// How far a result is from its reference. Differences and norms are
/// computed in at least double.
struct CheckReport {
  /// ‖result - reference‖ / ‖reference‖ in the Frobenius norm, over the
  /// elements where both are finite; 0 if both norms are 0, infinite if only
  /// the second.
  double relativeError = 0;

  /// The largest difference between two elements, and where it is.
  double largestDifference = 0;
  llvm::SmallVector<int64_t> largestAt;

  /// Elements that are infinite or NaN on one side only, or differently. Equal
  /// infinities agree, and so do two NaNs.
  int64_t numNonFiniteMismatches = 0;
  llvm::SmallVector<int64_t> firstMismatchAt;

  bool passes(double rtol) const {
    return numNonFiniteMismatches == 0 && relativeError <= rtol;
  }

  /// "relative error 3.1e-07, expects at most 1e-05; largest difference …".
  void print(llvm::raw_ostream &os, double rtol) const;
};

/// Compares arrays of real numbers; with `isBf16`, 16-bit elements that are not
/// floats are bf16. Arrays of different shapes are an error.
llvm::Expected<CheckReport> checkResult(const NpyArray &result,
                                        const NpyArray &reference, bool isBf16);

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_ARRAYS_CHECKRESULT_H
