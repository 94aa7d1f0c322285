// Races, fences and places in shared memory.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @nobody_has_written(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %s = hopper.alloc : !smem
    // expected-error @below {{kernel reads shared memory that nobody has written}}
    %y = hopper.ldmatrix %s : !smem -> !half
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@nobody_has_written blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @stored_without_fence(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.barrier id = %c1 number_of_threads = %c128
      // expected-error @below {{a copy of consumer 0 reads shared memory that consumer 0 writes without nvvm.fence.proxy and a barrier after it}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@stored_without_fence blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @stored_without_barrier(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      // expected-error @below {{a copy of consumer 0 reads shared memory that consumer 0 may still be writing}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@stored_without_barrier blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @barrier_before_the_fence(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.barrier id = %c1 number_of_threads = %c128
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      // expected-error @below {{a copy of consumer 0 reads shared memory that consumer 0 writes without nvvm.fence.proxy and a barrier after it}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@barrier_before_the_fence blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @multiplied_without_fence(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.barrier id = %c1 number_of_threads = %c128
      %a = hopper.wgmma_fence %x : !half
      // expected-error @below {{a product of consumer 0 reads shared memory that consumer 0 writes without nvvm.fence.proxy and a barrier after it}}
      %p = hopper.wgmma %a, %s : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@multiplied_without_fence blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @overwritten_while_a_copy_reads(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %c128
      // expected-note @below {{read here}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
      nvvm.barrier id = %c1 number_of_threads = %c128
      // expected-error @below {{consumer 0 writes shared memory that a copy of consumer 0 may still be reading}}
      hopper.stmatrix %x, %s : !half, !smem
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@overwritten_while_a_copy_reads blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @only_one_thread_has_waited(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %c128
      // expected-note @below {{read here}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
      hopper.tma_store_wait 0
      // expected-error @below {{consumer 0 writes shared memory that a copy of consumer 0 may still be reading}}
      hopper.stmatrix %x, %s : !half, !smem
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@only_one_thread_has_waited blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @ends_while_a_copy_reads(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %s = hopper.alloc : !smem
      %x = arith.constant dense<1.0> : !half
      %c128 = arith.constant 128 : i32
      hopper.stmatrix %x, %s : !half, !smem
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %c128
      // expected-error @below {{consumer 0 ends while this copy may still be reading shared memory: expects hopper.tma_store_wait 0}}
      hopper.tma_store %s, %out[%c0, %c0] : !smem, !map
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@ends_while_a_copy_reads blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @shared_by_consumers(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %s = hopper.alloc : !smem
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 232 (%i) {
      %x = arith.constant dense<1.0> : !half
      // expected-error @below {{consumer 1 writes shared memory that consumer 0 may still be writing}}
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !smem
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@shared_by_consumers blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @read_by_the_other_consumer(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %s = hopper.alloc : !smem
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 232 (%i) {
      %x = arith.constant dense<1.0> : !half
      %first = arith.cmpi eq, %i, %c0 : i32
      scf.if %first {
        // expected-note @below {{written here}}
        hopper.stmatrix %x, %s : !half, !smem
      } else {
        // expected-error @below {{consumer 1 reads shared memory that consumer 0 may still be writing}}
        %y = hopper.ldmatrix %s : !smem -> !half
      }
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@read_by_the_other_consumer blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @read_across_lanes(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %s = hopper.alloc : !smem
    %x = arith.constant dense<1.0> : !half
    // expected-note @below {{written here}}
    hopper.stmatrix %x, %s : !half, !smem
    // expected-error @below {{kernel reads shared memory that kernel may still be writing}}
    %y = hopper.ldmatrix %s : !smem -> !half
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@read_across_lanes blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @beyond_the_tile(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      %c8 = arith.constant 8 : i32
      // expected-error @below {{expects a row that is a multiple of 8 in [0, 0], but got 8}}
      %w = hopper.slice_rows %g[%c8] : !smem -> !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 64>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@beyond_the_tile blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @rows_beyond_the_buffer(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %z = arith.constant 0 : index
    %c64 = arith.constant 64 : i32
    %m = memref.alloc() : memref<63xf32>
    %l = arith.constant dense<1.0> : tensor<64xf32>
    // expected-error @below {{expects rows inside of 63, but got an element at 63}}
    hopper.store_rows %l, %m[%z] along 0 limit %c64 : tensor<64xf32>, memref<63xf32>
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@rows_beyond_the_buffer blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @beyond_the_kernel(%in: !map, %out: !map) kernel attributes {hopper.smem_bytes = 8191} {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{expects to end within the kernel's 8191 bytes of shared memory, but got 8192}}
    %s = hopper.alloc {offset = 0} : !smem
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@beyond_the_kernel blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @beyond_the_device(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{expects at most 232448 bytes of shared memory, but got 237568}}
    %r = hopper.ring : !hopper.ring<29, !smem>
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@beyond_the_device blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @overlapping(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-note @below {{which belong to this}}
    %s = hopper.alloc {offset = 0} : !smem
    // expected-error @below {{expects shared memory of its own, but bytes [7168, 15360) overlap [0, 8192)}}
    %s1 = hopper.alloc {offset = 7168} : !smem
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@overlapping blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @barriers_overlap_stages(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{expects shared memory of its own, but bytes [0, 16) overlap [0, 8192)}}
    // expected-note @below {{which belong to this}}
    %r = hopper.ring {offset = 0, barriers = 0} : !ring
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@barriers_overlap_stages blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @column_before_the_first(%bias: memref<8xf32>) kernel {
    %i = arith.constant -1 : i32
    // expected-error @below {{expects columns from 0 on of a buffer that has some, but got column -1 of 8}}
    %b = hopper.load_columns %bias[%i] : memref<8xf32> -> tensor<64x8xf32>
    gpu.return
  }
}
func.func @launch(%bias: memref<8xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@column_before_the_first blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%bias : memref<8xf32>)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @part_of_a_tile_at_a_known_column() kernel {
    %i = arith.constant 8 : index
    %tile = arith.constant dense<0.0> : tensor<64x64xf32>
    // expected-error @below {{the simulator expects a part of a tile at static offsets}}
    %part = tensor.extract_slice %tile[0, %i] [64, 8] [1, 1] : tensor<64x64xf32> to tensor<64x8xf32>
    gpu.return
  }
}
func.func @launch() {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@part_of_a_tile_at_a_known_column blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
  return
}
}

// -----

!smem = !hopper.smem<72x64xbf16, swizzle = 128>
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @rows_beyond_the_tile() kernel {
    %c9 = arith.constant 9 : i32
    %s = hopper.alloc : !smem
    // expected-error @below {{expects a row in [0, 8], but got 9}}
    %y = hopper.ldmatrix %s[%c9] : !smem -> tensor<64x64xbf16, #hopper.fragment>
    gpu.return
  }
}
func.func @launch() {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@rows_beyond_the_tile blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @rows_beyond_the_buffer(%table: memref<8x16xbf16>) kernel {
    %c0 = arith.constant 0 : index
    %rows = arith.constant dense<8> : tensor<64xi32, #hopper.rows>
    // expected-error @below {{expects rows inside of 8, 16, but got an element at 8, 0}}
    %t = hopper.gather %table[%c0, %c0] rows %rows along 0
        : memref<8x16xbf16>, tensor<64xi32, #hopper.rows> -> tensor<64x16xbf16, #hopper.fragment>
    gpu.return
  }
}
func.func @launch(%table: memref<8x16xbf16>) {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@rows_beyond_the_buffer blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%table : memref<8x16xbf16>)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @left_without_fence(%in: !map) kernel {
    %c0 = arith.constant 0 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %e0 : !map, !smem
      hopper.put_exit %e0, %r : !ring
      %e1 = hopper.put_enter %r : !ring
      // expected-error @below {{a copy writes shared memory that consumer 0 reads without nvvm.fence.proxy after it}}
      hopper.tma_load %in[%c0, %c0], %e1 : !map, !smem
      hopper.put_exit %e1, %r : !ring
    } consumers 1 registers 232 (%i) {
      %f0 = hopper.get_enter %r : !ring
      // expected-note @below {{read here}}
      %x0 = hopper.ldmatrix %f0 : !smem -> !half
      hopper.get_exit %f0, %r : !ring
      %f1 = hopper.get_enter %r : !ring
      hopper.get_exit %f1, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@left_without_fence blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map)
  return
}
}
