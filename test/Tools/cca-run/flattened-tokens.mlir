// A dimension that is split into two dynamic sizes.
//
// RUN: %python -c "import numpy as np; np.save(r'%t.x.npy', np.arange(24, dtype='f4').reshape(6, 4)); np.save(r'%t.s.npy', np.zeros((2, 3), dtype='f4')); np.save(r'%t.y.npy', np.arange(24, dtype='f4').reshape(2, 3, 4))"
// RUN: cca-run %s --entry=split --input=%t.x.npy --input=%t.s.npy --check=%t.y.npy --rtol=0

func.func @split(%x: tensor<?x4xf32>, %like: tensor<?x?xf32>) -> tensor<?x?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %like, %c0 : tensor<?x?xf32>
  %s = tensor.dim %like, %c1 : tensor<?x?xf32>
  %y = tensor.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 4]
      : tensor<?x4xf32> into tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}
