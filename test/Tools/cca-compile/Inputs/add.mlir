// A kernel with one argument of each kind, and the function that launches it.
module attributes {gpu.container_module} {
  gpu.module @kernels {
    llvm.func @add(%map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant},
        %scale: f32, %n: i32, %allocated: !llvm.ptr, %aligned: !llvm.ptr, %offset: i64, %size: i64, %stride: i64)
        attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 384>, hopper.smem_bytes = 197728 : i64} {
      llvm.store %scale, %aligned : f32, !llvm.ptr
      llvm.return
    }
  }

  func.func @add(%keys: memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>,
                 %out: memref<?xf32, strided<[?], offset: ?>>, %scale: f32, %n: i32) {
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %positive = arith.cmpf ogt, %scale, %zero : f32
    cf.assert %positive, "expects a scale above 0"
    %tokens = memref.dim %keys, %c1 : memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
    %sms = hopper.multiprocessor_count
    %blocks = arith.minui %sms, %tokens : index
    %map = hopper.make_tensor_map %keys : memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
        -> !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
    gpu.launch_func @kernels::@add blocks in (%blocks, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%map : !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>, %scale : f32, %n : i32,
             %out : memref<?xf32, strided<[?], offset: ?>>)
    return
  }
}
