// --check compares with a reference and decides the exit status.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

func.func @echo(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %a : tensor<2x3xf32>
}
func.func @two(%a: tensor<2x3xf32>, %b: tensor<2x3xbf16>) -> (tensor<2x3xf32>, tensor<2x3xbf16>) {
  return %a, %b : tensor<2x3xf32>, tensor<2x3xbf16>
}

// RUN: cca-run %s --entry=echo --input=%t/f32.npy --check=%t/f32.npy --rtol=0 | FileCheck %s --check-prefix=EQUAL
// EQUAL: result #1 against '{{.*}}f32.npy': relative error 0.00e+00, expects at most 0.00e+00{{$}}

// RUN: not cca-run %s --entry=echo --input=%t/f32.npy --check=%t/f32_off.npy --output=%t/kept.npy 2>&1 | FileCheck %s --check-prefix=OFF
// RUN: cca-run %s --entry=echo --input=%t/f32.npy --check=%t/f32_off.npy --rtol=1e-2 | FileCheck %s --check-prefix=NEAR
// OFF: error: result #1 against '{{.*}}f32_off.npy': relative error {{9.99e-04|1.00e-03}}, expects at most 1.00e-05; largest difference 6.55e+01 at [1, 1]
// NEAR-NOT: error:
// NEAR: result #1 against '{{.*}}f32_off.npy': relative error {{9.99e-04|1.00e-03}}, expects at most 1.00e-02; largest difference 6.55e+01 at [1, 1]

// A result that is wrong is written all the same: to look at.
// RUN: cmp %t/f32.npy %t/kept.npy

// NaN on one side is wrong, whatever the tolerance; on both it is right.
// RUN: not cca-run %s --entry=echo --input=%t/f32.npy --check=%t/f32_nan.npy --rtol=1e9 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not cca-run %s --entry=echo --input=%t/f32_nan.npy --check=%t/f32.npy --rtol=1e9 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: cca-run %s --entry=echo --input=%t/f32_nan.npy --check=%t/f32_nan.npy --rtol=0
// NAN: error: result #1 against '{{.*}}': relative error 0.00e+00, {{.*}}; 1 elements infinite or NaN on one side only, the first at [0, 2]

// A reference may be more precise than the result.
// RUN: cca-run %s --entry=two --input=%t/f32.npy --input=%t/bf16.npy --check=%t/f64.npy --check=%t/f64.npy --rtol=4e-3 | FileCheck %s --check-prefix=TWO
// TWO: result #1 against '{{.*}}f64.npy': relative error 0.00e+00
// TWO: result #2 against '{{.*}}f64.npy': relative error {{[1-9].*}}e-03

// Every result is looked at, also after one that is wrong.
// RUN: not cca-run %s --entry=two --input=%t/f32.npy --input=%t/bf16.npy --check=%t/f32_off.npy --check=%t/f32_nan.npy 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: error: result #1
// BOTH: error: result #2

// RUN: not cca-run %s --entry=echo --input=%t/f32.npy --check=%t/f32_3x2.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: check.mlir:[[#]]:1: error: reference #1: expects 'tensor<2x3xf32>' in any floating-point type, but got float32 array of shape (3, 2) in '{{.*}}f32_3x2.npy'
// RUN: not cca-run %s --entry=echo --input=%t/f32.npy --check=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: reference #1: expects 'tensor<2x3xf32>' in any floating-point type, but got uint16 array of shape (2, 3)
// RUN: not cca-run %s --entry=echo --input=%t/f32.npy --check=%t/none.npy 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: cannot read '{{.*}}none.npy': No such file or directory
