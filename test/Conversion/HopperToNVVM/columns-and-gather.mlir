// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(convert-hopper-to-nvvm))' --split-input-file \
// RUN:   | FileCheck %s --implicit-check-not=hopper.concat --implicit-check-not=hopper.gather

// Registers in another order: nothing is computed but signs.
// CHECK-LABEL: gpu.func @columns
// CHECK-COUNT-8:  memref.load
// CHECK-NOT:      arith.addf
// CHECK-COUNT-4:  arith.negf
// CHECK-NOT:      arith.negf
// CHECK:          gpu.return
gpu.module @columns {
  gpu.func @columns(%x: memref<?xf32>, %i: i32) kernel {
    %a = hopper.load_columns %x[%i] : memref<?xf32> -> tensor<64x8xf32, #hopper.fragment>
    %b = hopper.load_columns %x[%i] : memref<?xf32> -> tensor<64x8xf32, #hopper.fragment>
    %c = hopper.load_columns %x[%i] : memref<?xf32> -> tensor<64x16xf32, #hopper.fragment>
    %ab = hopper.concat_columns %a, %b : tensor<64x8xf32, #hopper.fragment>, tensor<64x8xf32, #hopper.fragment>
        -> tensor<64x16xf32, #hopper.fragment>
    %r = hopper.rotate_pairs %ab : tensor<64x16xf32, #hopper.fragment>
    gpu.return
  }
}

// -----

// A thread has two rows, and in each eight columns two neighbours: one load of both.
// CHECK-LABEL: gpu.func @gather_tile
// CHECK-SAME:    %[[TABLE:[a-z0-9]*]]: memref<2x?x16xbf16>
// CHECK:         %[[SPLAT:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK-COUNT-4: vector.load %[[TABLE]][{{.*}}] {alignment = 4 : i64} : memref<2x?x16xbf16>, vector<2xbf16>
// CHECK-NOT:     vector.load
// CHECK:         llvm.bitcast %{{.*}} : vector<2xbf16> to i32
// CHECK:         %[[LOWER:.*]] = arith.shli
// CHECK:         %[[UPPER:.*]] = arith.andi
// CHECK:         llvm.bitcast %[[LOWER]] : i32 to f32
// CHECK-NEXT:    llvm.bitcast %[[UPPER]] : i32 to f32
gpu.module @gather_tile {
  gpu.func @gather_tile(%table: memref<2x?x16xbf16>, %i: index, %p: i32) kernel {
    %rows = tensor.splat %p : tensor<64xi32, #hopper.rows>
    %t = hopper.gather %table[%i, %i, %i] rows %rows along 1
        : memref<2x?x16xbf16>, tensor<64xi32, #hopper.rows> -> tensor<64x16xbf16, #hopper.fragment>
    %e = arith.extf %t : tensor<64x16xbf16, #hopper.fragment> to tensor<64x16xf32, #hopper.fragment>
    gpu.return
  }
}

// -----

// Rows that are all the same are loaded once.
// CHECK-LABEL: gpu.func @gather_columns
// CHECK-COUNT-2: vector.load {{.*}} {alignment = 8 : i64} : memref<?xf32>, vector<2xf32>
// CHECK-NOT:     vector.load
// CHECK:         gpu.return
gpu.module @gather_columns {
  gpu.func @gather_columns(%bias: memref<?xf32>, %i: index) kernel {
    %t = hopper.gather %bias[%i] : memref<?xf32> -> tensor<64x16xf32, #hopper.fragment>
    gpu.return
  }
}

// -----

// CHECK-LABEL: gpu.func @gather_rows
// CHECK-COUNT-2: memref.load %{{.*}} : memref<?xi32>
// CHECK-NOT:     memref.load
// CHECK-COUNT-4: arith.select {{.*}} : vector<2xf16>
gpu.module @gather_rows {
  gpu.func @gather_rows(%bounds: memref<?xi32>, %table: memref<?x16xf16>, %i: index, %p: i32) kernel {
    %rows = tensor.splat %p : tensor<64xi32, #hopper.rows>
    %begin = hopper.gather %bounds[%i] rows %rows along 0
        : memref<?xi32>, tensor<64xi32, #hopper.rows> -> tensor<64xi32, #hopper.rows>
    %inside = arith.cmpi sge, %begin, %rows : tensor<64xi32, #hopper.rows>
    %t = hopper.gather %table[%i, %i] rows %rows along 0
        : memref<?x16xf16>, tensor<64xi32, #hopper.rows> -> tensor<64x16xf16, #hopper.fragment>
    %m = hopper.mask_rows %t where %inside : tensor<64x16xf16, #hopper.fragment>, tensor<64xi1, #hopper.rows>
    gpu.return
  }
}

// -----

// The row that is the first one changes where its chunks are: it is part of the line that is xor'ed in.
// CHECK-LABEL: gpu.func @shifted_rows
// CHECK-SAME:    %[[ROW:[a-z0-9]*]]: i32
// CHECK:         %[[MINE:.*]] = arith.addi %{{.*}}, %[[ROW]] : i32
// CHECK:         %[[BYTES:.*]] = arith.muli %[[MINE]], %c128_i32
// CHECK:         arith.shrui %[[BYTES]]
// CHECK-COUNT-4: llvm.inline_asm {{.*}}xor.b32 a, $4, {{.*}}ldmatrix
gpu.module @shifted_rows {
  gpu.func @shifted_rows(%row: i32) kernel {
    %tile = hopper.alloc {offset = 1024} : !hopper.smem<72x64xbf16, swizzle = 128>
    %a = hopper.ldmatrix %tile[%row] : !hopper.smem<72x64xbf16, swizzle = 128> -> tensor<64x64xbf16, #hopper.fragment>
    gpu.return
  }
}
