// RUN: cca-opt %s --hopper-export-host-functions | FileCheck %s

// CHECK:      llvm.func @cca_launch_kernel(!llvm.ptr, !llvm.ptr) -> i32
llvm.func @cca_launch_kernel(!llvm.ptr, !llvm.ptr) -> i32

// CHECK:      llvm.func internal @[[IMPLEMENTATION:attend_0]](%{{.*}}: !llvm.ptr, %{{.*}}: i64)
llvm.func @attend(%address: !llvm.ptr, %size: i64) -> i32 {
  %0 = llvm.mlir.constant(0 : i32) : i32
  llvm.return %0 : i32
}

// CHECK:      llvm.func @attend(%[[DESCRIPTOR:.*]]: !llvm.ptr) -> i32
// CHECK:        llvm.call @[[IMPLEMENTATION]]
llvm.func @_mlir_ciface_attend(%descriptor: !llvm.ptr) -> i32 {
  %0 = llvm.load %descriptor : !llvm.ptr -> !llvm.ptr
  %1 = llvm.mlir.constant(4 : i64) : i64
  %2 = llvm.call @attend(%0, %1) : (!llvm.ptr, i64) -> i32
  llvm.return %2 : i32
}

// Neither a C interface of anything, nor public.
// CHECK:      llvm.func internal @helper()
llvm.func @helper() {
  llvm.return
}
// CHECK:      llvm.func internal @_mlir_ciface_nothing()
llvm.func @_mlir_ciface_nothing() {
  llvm.return
}
