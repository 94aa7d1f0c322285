// Entries on memrefs, which the CPU target does not have.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

// RUN: not cca-run %s --entry=good --input=%t/f32_6.npy --time 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: errors-buffers.mlir:[[#@LINE+1]]:17: error: expects argument #1 (%a) of an entry to be a ranked tensor of f16, bf16, f32, f64, i32 or i64, but got 'memref<?xf32>'
func.func @good(%a: memref<?xf32>) {
  return
}

// RUN: not env LD_LIBRARY_PATH=%fake_driver cca-run %s --entry=good --target=gpu --input=%t/f64.npy --time 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: errors-buffers.mlir:8:17: error: input #1 (%a): expects 'tensor<?xf32>', but got float64 array of shape (2, 3)
// RUN: not env LD_LIBRARY_PATH=%fake_driver cca-run %s --entry=good --target=gpu --input=%t/f32_6.npy --output=%t/a.npy --output=%t/b.npy 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: errors-buffers.mlir:8:1: error: @good has 1 result: expects 1 --output file, but got 2

// RUN: not cca-run %s --entry=element --target=gpu --time 2>&1 | FileCheck %s --check-prefix=ELEMENT
// ELEMENT: errors-buffers.mlir:[[#@LINE+1]]:20: error: expects argument #1 (%a) of an entry to be a ranked tensor or memref of f16, bf16, f32, f64, i32 or i64, but got 'memref<4xi8>'
func.func @element(%a: memref<4xi8>) {
  return
}
// RUN: not cca-run %s --entry=mixed --target=gpu --time 2>&1 | FileCheck %s --check-prefix=MIXED
// MIXED: errors-buffers.mlir:[[#@LINE+1]]:37: error: expects all arguments of an entry to be memrefs if one is, but got 'tensor<4xf32>'
func.func @mixed(%a: memref<4xf32>, %b: tensor<4xf32>) {
  return
}
// RUN: not cca-run %s --entry=result --target=gpu --time 2>&1 | FileCheck %s --check-prefix=RESULT
// RESULT: errors-buffers.mlir:[[#@LINE+1]]:1: error: expects an entry on memrefs to have no results, but got 1
func.func @result(%a: memref<4xf32>) -> memref<4xf32> {
  return %a : memref<4xf32>
}
