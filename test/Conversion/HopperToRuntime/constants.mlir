// Constants are data of the program, of which each context has a copy on its device.
//
// RUN: cca-opt %s --convert-hopper-to-runtime | FileCheck %s

module attributes {gpu.container_module} {
gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a">, bin = "CUBIN">]

memref.global "private" constant @ones : memref<2xf16> = dense<1.0>
memref.global "private" constant @stored : memref<1x2xf32> = dense_resource<stored>
memref.global constant @unused : memref<2xf32> = dense<[1.0, 2.0]>

// Row by row, the one element of a splat as often as it is there. Once, however many functions read it.
// CHECK:     llvm.mlir.global internal @stored_constant()
// CHECK:     llvm.mlir.global internal constant @stored_data("\00\00\80?\00\00\00@")
// CHECK:     llvm.mlir.global internal constant @[[NAME:ones_name]]("constant @ones\00")
// CHECK:     llvm.mlir.global internal @ones_constant() {{.*}} : !llvm.struct<(ptr, i64, ptr, ptr)> {
// CHECK-DAG:   %[[DATA:.*]] = llvm.mlir.addressof @ones_data
// CHECK-DAG:   %[[BYTES:.*]] = llvm.mlir.constant(4 : i64)
// CHECK-DAG:   %[[TEXT:.*]] = llvm.mlir.addressof @[[NAME]]
// CHECK-DAG:   %[[NULL:.*]] = llvm.mlir.zero
// CHECK:       llvm.insertvalue %[[DATA]], %{{.*}}[0]
// CHECK:       llvm.insertvalue %[[BYTES]], %{{.*}}[1]
// CHECK:       llvm.insertvalue %[[TEXT]], %{{.*}}[2]
// CHECK:       llvm.insertvalue %[[NULL]], %{{.*}}[3]
// CHECK:     llvm.mlir.global internal constant @ones_data("\00<\00<")
// CHECK-NOT: _data

// CHECK-NOT: memref.global "private"
// CHECK:     memref.global constant @unused

// CHECK-LABEL: func.func @launch(
// CHECK:         %[[CONSTANT:.*]] = llvm.mlir.addressof @ones_constant
// CHECK:         %[[STATUS:.*]] = llvm.call @cca_get_constant(%[[CONSTANT]], %[[SLOT:.*]]) : (!llvm.ptr, !llvm.ptr) -> i32
// CHECK:         cf.cond_br
// CHECK:         %[[ADDRESS:.*]] = llvm.load %[[SLOT]]
// CHECK:         llvm.insertvalue %[[ADDRESS]], %{{.*}}[1]
// CHECK:         %[[BUFFER:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<2xf16>
// CHECK:         memref.extract_aligned_pointer_as_index %[[BUFFER]]
// CHECK:         llvm.call @cca_launch_kernel
func.func @launch(%n: index) {
  %ones = memref.get_global @ones : memref<2xf16>
  gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%ones : memref<2xf16>)
  return
}

// CHECK-LABEL: func.func @both(
// CHECK:         llvm.mlir.addressof @ones_constant
// CHECK:         llvm.mlir.addressof @stored_constant
func.func @both(%n: index) {
  %ones = memref.get_global @ones : memref<2xf16>
  %stored = memref.get_global @stored : memref<1x2xf32>
  gpu.launch_func @kernels::@l blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%ones : memref<2xf16>, %stored : memref<1x2xf32>)
  return
}
}

{-#
  dialect_resources: {
    builtin: {
      stored: "0x040000000000803F00000040"
    }
  }
#-}
