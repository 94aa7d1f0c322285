// Arrays of every element type go in and come out as NumPy stores them, bit for bit.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t
// RUN: cca-run %s --entry=echo --target=cpu \
// RUN:   --input=%t/f16.npy --input=%t/bf16.npy --input=%t/f32.npy \
// RUN:   --input=%t/f64.npy --input=%t/i32.npy --input=%t/i64.npy \
// RUN:   --output=%t/o0.npy --output=%t/o1.npy --output=%t/o2.npy \
// RUN:   --output=%t/o3.npy --output=%t/o4.npy --output=%t/o5.npy
// RUN: cmp %t/f16.npy %t/o0.npy
// RUN: cmp %t/bf16.npy %t/o1.npy
// RUN: cmp %t/f32.npy %t/o2.npy
// RUN: cmp %t/f64.npy %t/o3.npy
// RUN: cmp %t/i32.npy %t/o4.npy
// RUN: cmp %t/i64.npy %t/o5.npy

func.func @echo(%a: tensor<?x3xf16>, %b: tensor<2x3xbf16>, %c: tensor<?x?xf32>,
                %d: tensor<2x?xf64>, %e: tensor<3xi32>, %f: tensor<?xi64>)
    -> (tensor<?x3xf16>, tensor<2x3xbf16>, tensor<?x?xf32>, tensor<2x?xf64>,
        tensor<3xi32>, tensor<?xi64>) {
  return %a, %b, %c, %d, %e, %f
      : tensor<?x3xf16>, tensor<2x3xbf16>, tensor<?x?xf32>, tensor<2x?xf64>,
        tensor<3xi32>, tensor<?xi64>
}

// bf16 that ml_dtypes wrote, and a later version of the format.
// RUN: cca-run %s --entry=bf16 --input=%t/bf16_void.npy --output=%t/o6.npy
// RUN: cmp %t/bf16.npy %t/o6.npy
// RUN: cca-run %s --entry=f32 --input=%t/f32_v3.npy --output=%t/o7.npy
// RUN: cmp %t/f32.npy %t/o7.npy

func.func @bf16(%a: tensor<2x3xbf16>) -> tensor<2x3xbf16> {
  return %a : tensor<2x3xbf16>
}
func.func @f32(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %a : tensor<2x3xf32>
}

// No elements, no dimensions, no operands, one result twice.
// RUN: cca-run %s --entry=sizes --input=%t/empty.npy --input=%t/scalar.npy \
// RUN:   --output=%t/o8.npy --output=%t/o9.npy --output=%t/o10.npy
// RUN: cmp %t/empty.npy %t/o8.npy
// RUN: cmp %t/scalar.npy %t/o9.npy
// RUN: cmp %t/scalar.npy %t/o10.npy
// RUN: cca-run %s --entry=constant --output=%t/o11.npy --check=%t/scalar.npy
// RUN: cmp %t/scalar.npy %t/o11.npy

func.func @sizes(%a: tensor<?x3xf32>, %b: tensor<f32>)
    -> (tensor<?x3xf32>, tensor<f32>, tensor<f32>) {
  return %a, %b, %b : tensor<?x3xf32>, tensor<f32>, tensor<f32>
}
func.func @constant() -> tensor<f32> {
  %two = arith.constant dense<2.0> : tensor<f32>
  return %two : tensor<f32>
}

// A result that is computed, and one that is the transpose of its operand.
// RUN: cca-run %s --entry=compute --input=%t/f32.npy --output=%t/o12.npy --output=%t/o13.npy
// RUN: %python -c "import numpy as np, sys; a, b, c = map(np.load, sys.argv[1:]); \
// RUN:   np.testing.assert_allclose(b, a @ a.T, rtol=1e-6); np.testing.assert_array_equal(c, a.T)" \
// RUN:   %t/f32.npy %t/o12.npy %t/o13.npy

func.func @compute(%a: tensor<2x3xf32>) -> (tensor<2x2xf32>, tensor<3x2xf32>) {
  %empty = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%a : tensor<2x3xf32>) outs(%empty : tensor<3x2xf32>) permutation = [1, 0]
  %zero = arith.constant dense<0.0> : tensor<2x2xf32>
  %r = linalg.matmul ins(%a, %t : tensor<2x3xf32>, tensor<3x2xf32>) outs(%zero : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %r, %t : tensor<2x2xf32>, tensor<3x2xf32>
}

// Functions of the C library that LLVM calls; calloc, too.
// RUN: cca-run %s --entry=library --input=%t/f32.npy --input=%t/i32.npy \
// RUN:   --output=%t/o14.npy --output=%t/o15.npy
// RUN: %python -c "import numpy as np, sys; a, b, c = map(np.load, sys.argv[1:]); \
// RUN:   np.testing.assert_allclose(b, np.sin(a) + np.cos(a) + np.exp(-abs(a)) + abs(a) ** 1.5 + np.fmod(a, 7), rtol=1e-6); \
// RUN:   assert c.shape == (2,) and not c.any()" %t/f32.npy %t/o14.npy %t/o15.npy

func.func @library(%a: tensor<2x3xf32>, %b: tensor<3xi32>) -> (tensor<2x3xf32>, tensor<?xf32>) {
  %e = arith.constant dense<1.5> : tensor<2x3xf32>
  %seven = arith.constant dense<7.0> : tensor<2x3xf32>
  %abs = math.absf %a : tensor<2x3xf32>
  %neg = arith.negf %abs : tensor<2x3xf32>
  %sin = math.sin %a : tensor<2x3xf32>
  %cos = math.cos %a : tensor<2x3xf32>
  %exp = math.exp %neg : tensor<2x3xf32>
  %pow = math.powf %abs, %e : tensor<2x3xf32>
  %rem = arith.remf %a, %seven : tensor<2x3xf32>
  %0 = arith.addf %sin, %cos : tensor<2x3xf32>
  %1 = arith.addf %0, %exp : tensor<2x3xf32>
  %2 = arith.addf %1, %pow : tensor<2x3xf32>
  %3 = arith.addf %2, %rem : tensor<2x3xf32>
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %size = func.call @opaque(%c2) : (index) -> index
  %zeros = tensor.splat %zero[%size] : tensor<?xf32>
  return %3, %zeros : tensor<2x3xf32>, tensor<?xf32>
}
func.func private @opaque(%n: index) -> index {
  return %n : index
}
