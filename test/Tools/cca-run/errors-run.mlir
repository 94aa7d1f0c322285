// Failures while the entry runs end in a message and status 1 as well.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

// A check that the compiler put there has the location of the op.
// RUN: cca-run %s --entry=extract --input=%t/f32_6.npy --input=%t/one.npy --time
// RUN: not cca-run %s --entry=extract --input=%t/f32_6.npy --input=%t/far.npy --time 2>&1 | FileCheck %s --check-prefix=EXTRACT
// RUN: not cca-run %s --entry=extract --input=%t/f32_6.npy --input=%t/minus.npy --time 2>&1 | FileCheck %s --check-prefix=EXTRACT
func.func @extract(%a: tensor<?xf32>, %n: tensor<i64>) -> tensor<f32> {
  %0 = tensor.extract %n[] : tensor<i64>
  %1 = arith.index_cast %0 : i64 to index
  // EXTRACT: {{^.*}}errors-run.mlir:[[#@LINE+1]]:8: error: out-of-bounds access{{$}}
  %2 = tensor.extract %a[%1] : tensor<?xf32>
  %3 = tensor.from_elements %2 : tensor<f32>
  return %3 : tensor<f32>
}

// A check that the module brought along.
// RUN: cca-run %s --entry=assert --input=%t/one.npy --time
// RUN: not cca-run %s --entry=assert --input=%t/zero.npy --time 2>&1 | FileCheck %s --check-prefix=ASSERT
// ASSERT: {{^}}error: expects something else than 0{{$}}
func.func @assert(%n: tensor<i64>) -> tensor<i64> {
  %0 = tensor.extract %n[] : tensor<i64>
  %zero = arith.constant 0 : i64
  %1 = arith.cmpi ne, %0, %zero : i64
  cf.assert %1, "expects something else than 0"
  return %n : tensor<i64>
}

// Sizes that disagree.
// RUN: cca-run %s --entry=add --input=%t/f32.npy --input=%t/f32.npy --time
// RUN: not cca-run %s --entry=add --input=%t/f32.npy --input=%t/f32_3x2.npy --time 2>&1 | FileCheck %s --check-prefix=ADD
// ADD: errors-run.mlir:[[#@LINE+2]]:8: error: {{.*}}dimension
func.func @add(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = linalg.add ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%a : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// More memory than there is; a size that is none.
// RUN: cca-run %s --entry=fill --input=%t/zero.npy --time
// RUN: not cca-run %s --entry=fill --input=%t/huge.npy --time 2>&1 | FileCheck %s --check-prefix=FILL
// RUN: not cca-run %s --entry=fill --input=%t/minus.npy --time 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// FILL: error: out of memory: the entry asks for {{70368744[0-9]+}} bytes
// NEGATIVE: error: the entry returned a tensor of shape (-5,)
func.func @fill(%n: tensor<i64>) -> tensor<?xf32> {
  %0 = tensor.extract %n[] : tensor<i64>
  %1 = arith.index_cast %0 : i64 to index
  %one = arith.constant 1.0 : f32
  %2 = tensor.splat %one[%1] : tensor<?xf32>
  return %2 : tensor<?xf32>
}

// No check stands before these: what the processor objects to is reported.
// RUN: not cca-run %s --entry=divide --input=%t/one.npy --input=%t/zero.npy --time 2>&1 | FileCheck %s --check-prefix=DIVIDE
// DIVIDE: error: the entry divided an integer by zero, or overflowed
func.func @divide(%a: tensor<i64>, %b: tensor<i64>) -> tensor<i64> {
  %0 = arith.divsi %a, %b : tensor<i64>
  return %0 : tensor<i64>
}

// RUN: not cca-run %s --entry=recurse --input=%t/one.npy --time 2>&1 | FileCheck %s --check-prefix=RECURSE
// RECURSE: error: the entry accessed memory outside of its buffers, or overflowed the stack
func.func @recurse(%n: tensor<i64>) -> tensor<i64> {
  %0 = func.call @recurse(%n) : (tensor<i64>) -> tensor<i64>
  %1 = arith.muli %0, %n : tensor<i64>
  %2 = arith.addi %1, %0 : tensor<i64>
  return %2 : tensor<i64>
}
