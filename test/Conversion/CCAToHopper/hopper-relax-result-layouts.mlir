// RUN: cca-opt %s --pass-pipeline='builtin.module(func.func(hopper-relax-result-layouts))' | FileCheck %s

!contiguous = memref<?x64xf32>
!strided = memref<?x64xf32, strided<[?, 1], offset: ?>>

// CHECK-LABEL: func.func @result
// CHECK-SAME:    (%[[IN:.*]]: memref<?x64xf32>, %[[OUT:.*]]: memref<?x64xf32, strided<[?, 1], offset: ?>> {bufferize.result})
// CHECK-NEXT:    memref.copy %[[IN]], %[[OUT]]
// CHECK-NEXT:    return
func.func @result(%in: !contiguous, %out: !contiguous {bufferize.result}) {
  %view = memref.cast %out : !contiguous to !strided
  memref.copy %in, %view : !contiguous to !strided
  return
}

// CHECK-LABEL: func.func @operand
// CHECK-SAME:    (%[[IN:.*]]: memref<?x64xf32>)
// CHECK-NEXT:    %[[VIEW:.*]] = memref.cast %[[IN]]
// CHECK-NEXT:    memref.copy %[[VIEW]], %[[VIEW]]
func.func @operand(%in: !contiguous) {
  %view = memref.cast %in : !contiguous to !strided
  memref.copy %view, %view : !strided to !strided
  return
}

// CHECK-LABEL: func.func @result_used_as_it_is
// CHECK-SAME:    (%[[OUT:.*]]: memref<?x64xf32> {bufferize.result})
// CHECK-NEXT:    %[[VIEW:.*]] = memref.cast %[[OUT]]
// CHECK-NEXT:    memref.copy %[[OUT]], %[[VIEW]]
func.func @result_used_as_it_is(%out: !contiguous {bufferize.result}) {
  %view = memref.cast %out : !contiguous to !strided
  memref.copy %out, %view : !contiguous to !strided
  return
}

// CHECK-LABEL: func.func @result_as_two_views
// CHECK-SAME:    (%[[OUT:.*]]: memref<?x64xf32> {bufferize.result})
// CHECK-NEXT:    memref.cast %[[OUT]]
// CHECK-NEXT:    memref.cast %[[OUT]]
func.func @result_as_two_views(%out: !contiguous {bufferize.result}) {
  %a = memref.cast %out : !contiguous to !strided
  %b = memref.cast %out : !contiguous to memref<?x?xf32>
  memref.copy %a, %b : !strided to memref<?x?xf32>
  return
}
