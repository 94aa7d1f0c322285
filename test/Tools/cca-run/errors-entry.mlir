// What cannot be an entry is reported where it stands.
//
// RUN: not cca-run %s --entry=nowhere --time 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not cca-run %s --time 2>&1 | FileCheck %s --check-prefix=WHICH
// NOWHERE: errors-entry.mlir:{{.*}} error: expects a public function @nowhere, but the module has @scalar, @memref, @unranked, @i8, @encoded, @result, @calls, @main
// WHICH: errors-entry.mlir:{{.*}} error: expects --entry, or a module with one public function, but the module has @scalar, @memref,

// RUN: not cca-run %s --entry=hidden --time 2>&1 | FileCheck %s --check-prefix=HIDDEN
// HIDDEN: errors-entry.mlir:[[#@LINE+1]]:1: error: expects entry @hidden to be public and to have a body{{$}}
func.func private @hidden(%a: tensor<f32>) -> tensor<f32> { return %a : tensor<f32> }

// RUN: not cca-run %s --entry=external --time 2>&1 | FileCheck %s --check-prefix=EXTERNAL
// EXTERNAL: errors-entry.mlir:[[#@LINE+1]]:1: error: expects entry @external to be public and to have a body{{$}}
func.func private @external(tensor<f32>) -> tensor<f32>

// RUN: not cca-run %s --entry=scalar --time 2>&1 | FileCheck %s --check-prefix=SCALAR
// SCALAR: errors-entry.mlir:[[#@LINE+1]]:39: error: expects argument #2 (%n) of an entry to be a ranked tensor of f16, bf16, f32, f64, i32 or i64, but got 'i64'{{$}}
func.func @scalar(%a : tensor<f32>  , %n: i64) -> tensor<f32> { return %a : tensor<f32> }

// RUN: not cca-run %s --entry=memref --time 2>&1 | FileCheck %s --check-prefix=MEMREF
// MEMREF: error: expects argument #1 (%arg0) of an entry to be {{.*}}, but got 'memref<4xf32>'
func.func @memref(%arg0: memref<4xf32>) { return }

// RUN: not cca-run %s --entry=unranked --time 2>&1 | FileCheck %s --check-prefix=UNRANKED
// UNRANKED: error: expects argument #1 (%x) of an entry to be {{.*}}, but got 'tensor<*xf32>'
func.func @unranked(%x: tensor<*xf32>) { return }

// RUN: not cca-run %s --entry=i8 --time 2>&1 | FileCheck %s --check-prefix=I8
// I8: error: expects argument #1 (%x) of an entry to be {{.*}}, but got 'tensor<4xi8>'
func.func @i8(%x: tensor<4xi8>) { return }

// RUN: not cca-run %s --entry=encoded --time 2>&1 | FileCheck %s --check-prefix=ENCODED
// ENCODED: error: expects argument #1 (%x) of an entry to be {{.*}}, but got 'tensor<4xf32, "fast">'
func.func @encoded(%x: tensor<4xf32, "fast">) { return }

// RUN: not cca-run %s --entry=result --time 2>&1 | FileCheck %s --check-prefix=RESULT
// RESULT: errors-entry.mlir:[[#@LINE+1]]:1: error: expects result #2 of an entry to be {{.*}}, but got 'index'
func.func @result(%a: tensor<f32>) -> (tensor<f32>, index) {
  %c0 = arith.constant 0 : index
  return %a, %c0 : tensor<f32>, index
}

// RUN: not cca-run %s --entry=calls --time 2>&1 | FileCheck %s --check-prefix=CALLS
// CALLS: errors-entry.mlir:[[#@LINE+1]]:1: error: cannot run @calls: the module has no body for @external
func.func @calls() -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = func.call @external(%zero) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// What other functions call does not matter, nor that they cannot be entries.
// RUN: cca-run %s --entry=main --time
func.func @main() { return }
