// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t
// RUN: cca-run %s --input=%t/f32.npy --time | FileCheck %s
// RUN: cca-run - --input=%t/f32.npy --time < %s | FileCheck %s

// CHECK: compile: {{[0-9.]+}} ms (parse {{[0-9.]+}} ms, passes {{[0-9.]+}} ms, LLVM {{[0-9.]+}} ms)
// CHECK: run: {{[0-9.e-]+}} ms (median of {{[0-9]+}} after a warm-up; {{[0-9.e-]+}} to {{[0-9.e-]+}} ms)

// The only public function needs no --entry.
func.func @main(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = func.call @twice(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
func.func private @twice(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = arith.addf %a, %a : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
