// RUN: cca-opt %s --hopper-finalize-launches --nvvm-to-ptx --host-to-llvm | FileCheck %s --implicit-check-not=hopper. --implicit-check-not=gpu. --implicit-check-not=unrealized
// RUN: echo "" | cca-opt --host-to-llvm --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=PASSES

// PASSES:      builtin.module(
// PASSES-NEXT:   func.func(
// PASSES-NEXT:     convert-scf-to-cf
// PASSES-NEXT:   ),
// PASSES-NEXT:   convert-hopper-to-runtime
// PASSES-NEXT:   expand-strided-metadata
// PASSES-NEXT:   lower-affine
// PASSES-NEXT:   convert-to-llvm
// PASSES-NEXT:   reconcile-unrealized-casts
// PASSES-NEXT:   canonicalize
// PASSES-NEXT:   cse
// PASSES-NEXT:   hopper-export-host-functions
// PASSES-NEXT: )

module attributes {gpu.container_module} {
  // CHECK: llvm.mlir.global internal constant @kernels_image("{{.*}}.target sm_90a{{.*}}.entry fill{{.*}}\00")
  gpu.module @kernels {
    llvm.func @fill(%map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant}, %n: i64)
        attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 128>} {
      llvm.return
    }
  }

  // What is called from C: pointers to descriptors, scalars, the stream.
  // CHECK: llvm.func internal @[[IMPLEMENTATION:fill_rows_0]](%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: !llvm.ptr) -> i32
  // CHECK:   llvm.call @cca_encode_tensor_map
  // CHECK:   llvm.call @cca_launch_kernel
  // CHECK: llvm.func @fill_rows(%[[DESCRIPTOR:.*]]: !llvm.ptr, %[[ROW:.*]]: i64, %[[STREAM:.*]]: !llvm.ptr) -> i32
  // CHECK:   llvm.load %[[DESCRIPTOR]] : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
  // CHECK:   %[[STATUS:.*]] = llvm.call @[[IMPLEMENTATION]]({{.*}}, %[[ROW]], %[[STREAM]])
  // CHECK:   llvm.return %[[STATUS]] : i32
  func.func @fill_rows(%a: memref<?x64xf16>, %row: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %rows = memref.dim %a, %c0 : memref<?x64xf16>
    %left = arith.subi %rows, %row : index
    %some = arith.cmpi sgt, %left, %c0 : index
    scf.if %some {
      %view = memref.subview %a[%row, 0] [%left, 64] [1, 1] : memref<?x64xf16> to memref<?x64xf16, strided<[64, 1], offset: ?>>
      %map = hopper.make_tensor_map %view : memref<?x64xf16, strided<[64, 1], offset: ?>> -> !hopper.tensor_map<8x64xf16, swizzle = 128>
      gpu.launch_func @kernels::@fill blocks in (%left, %c1, %c1) threads in (%c1, %c1, %c1)
          args(%map : !hopper.tensor_map<8x64xf16, swizzle = 128>, %row : index)
    }
    return
  }
}
