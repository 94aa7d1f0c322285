// What callers pass is checked against the types of memrefs.
//
// RUN: cca-opt %s --convert-hopper-to-runtime | FileCheck %s

// Offset, sizes and strides; the smallest i64 is what the type leaves open.
// CHECK-DAG: @[[NAME:argument_name.*]]("argument #1 of @takes\00")
// CHECK-DAG: @[[EXPECTED:expected_fields.*]](dense<[0, -9223372036854775808, 8, 64, 512, 64, 1]> : tensor<7xi64>)
// CHECK-DAG: @{{expected_fields.*}}(dense<[-9223372036854775808, 4, -9223372036854775808]> : tensor<3xi64>)
// CHECK-DAG: @{{expected_fields.*}}(dense<0> : tensor<1xi64>)

// CHECK-LABEL: func.func @takes(
// CHECK-SAME:    %[[A:.*]]: memref<?x?x?xf16, strided<[?, ?, ?], offset: ?>>, %{{.*}}: memref<?xi32, strided<[?], offset: ?>>, %{{.*}}: memref<f32, strided<[], offset: ?>>, %{{.*}}: f32, %{{.*}}: !llvm.ptr) -> i32
// CHECK:         %[[FIELDS:.*]] = llvm.alloca %{{.*}} x !llvm.array<7 x i64>
// CHECK:         %{{.*}}, %[[OFFSET:.*]], %[[SIZES:.*]]:3, %[[STRIDES:.*]]:3 = memref.extract_strided_metadata %[[A]]
// CHECK:         %[[AT:.*]] = llvm.getelementptr %[[FIELDS]][0, 0]
// CHECK-NEXT:    %[[FIELD:.*]] = arith.index_cast %[[OFFSET]]
// CHECK-NEXT:    llvm.store %[[FIELD]], %[[AT]]
// CHECK-NEXT:    %[[AT:.*]] = llvm.getelementptr %[[FIELDS]][0, 1]
// CHECK-NEXT:    %[[FIELD:.*]] = arith.index_cast %[[SIZES]]#0
// CHECK-NEXT:    llvm.store %[[FIELD]], %[[AT]]
// CHECK:         %[[AT:.*]] = llvm.getelementptr %[[FIELDS]][0, 6]
// CHECK-NEXT:    %[[FIELD:.*]] = arith.index_cast %[[STRIDES]]#2
// CHECK-NEXT:    llvm.store %[[FIELD]], %[[AT]]
// CHECK-DAG:     %[[TEXT:.*]] = llvm.mlir.addressof @[[NAME]]
// CHECK-DAG:     %[[RANK:.*]] = arith.constant 3 : i64
// CHECK-DAG:     %[[WANT:.*]] = llvm.mlir.addressof @[[EXPECTED]]
// CHECK:         %[[STATUS:.*]] = llvm.call @cca_check_argument(%[[TEXT]], %[[RANK]], %[[FIELDS]], %[[WANT]])
// CHECK:         cf.cond_br %{{.*}}, ^[[EXIT:.*]](%[[STATUS]] : i32), ^
// From here on it is what its type said.
// CHECK:         %[[CAST:.*]] = memref.cast %[[A]] : {{.*}} to memref<?x8x64xf16>
// CHECK-COUNT-2: llvm.call @cca_check_argument
// CHECK-NOT:     llvm.call
// CHECK:         memref.dim %[[CAST]]
func.func @takes(%a: memref<?x8x64xf16>, %b: memref<4xi32, strided<[?], offset: ?>>, %c: memref<f32>, %d: f32) {
  %c0 = arith.constant 0 : index
  %0 = memref.dim %a, %c0 : memref<?x8x64xf16>
  return
}

// Functions of this module know what they pass.
// CHECK-LABEL: func.func private @inner(
// CHECK-SAME:    memref<4xf16>
// CHECK-NOT:     cca_check_argument
func.func private @inner(%a: memref<4xf16>) {
  %0 = hopper.multiprocessor_count
  return
}
