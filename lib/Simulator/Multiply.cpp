//===- Multiply.cpp - The loops that take the time ------------------------===//

#include "Product.h"

using namespace mlir::cca;

void sim::multiply(const float *a, const float *b, float *out, int64_t m,
                   int64_t n, int64_t k, bool transposeB) {
  // One row of B after the other, N numbers wide: what compilers vectorise.
  std::vector<double> rowsOfB(n * k), sum(n);
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < n; ++j)
      rowsOfB[i * n + j] = transposeB ? b[j * k + i] : b[i * n + j];
  for (int64_t row = 0; row < m; ++row) {
    for (int64_t j = 0; j < n; ++j)
      sum[j] = out[row * n + j];
    for (int64_t i = 0; i < k; ++i) {
      double factor = a[row * k + i];
      const double *rowOfB = &rowsOfB[i * n];
      for (int64_t j = 0; j < n; ++j)
        sum[j] += factor * rowOfB[j];
    }
    for (int64_t j = 0; j < n; ++j)
      out[row * n + j] = float(sum[j]);
  }
}
