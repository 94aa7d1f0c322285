// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

gpu.module @kernels {
  gpu.func @store_is_fenced(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-error @below {{'hopper.tma_store' op expects an nvvm.fence.proxy, and then an nvvm.barrier, after its tile was written}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// A fence of another proxy.
gpu.module @kernels {
  gpu.func @store_is_fenced_for_tma(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<alias>}
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-error @below {{'hopper.tma_store' op expects an nvvm.fence.proxy, and then an nvvm.barrier, after its tile was written}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

gpu.module @kernels {
  gpu.func @all_threads_have_fenced(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.barrier id = %c1 number_of_threads = %threads
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      // expected-error @below {{'hopper.tma_store' op expects an nvvm.barrier after the nvvm.fence.proxy, since each thread fences its own writes only}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// On one path.
gpu.module @kernels {
  gpu.func @store_is_fenced_on_all_paths(%map: !map, %last: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !tile
      scf.if %last {
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
        nvvm.barrier id = %c1 number_of_threads = %threads
      }
      // expected-error @below {{'hopper.tma_store' op expects an nvvm.fence.proxy, and then an nvvm.barrier, after its tile was written}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// The tensor cores read through the async proxy, too.
gpu.module @kernels {
  gpu.func @product_reads_what_is_fenced() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      // expected-note @below {{written here}}
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-error @below {{'hopper.wgmma' op expects an nvvm.fence.proxy, and then an nvvm.barrier, after its tile was written}}
      %p = hopper.wgmma %s, %s : !tile, !tile -> !pending
      %c = hopper.commit %p : !pending
      %d = hopper.wait 0, %c : !pending
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

gpu.module @kernels {
  gpu.func @store_has_read(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-note @below {{read here}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-error @below {{'hopper.stmatrix' op expects a hopper.tma_store_wait before it writes what a store may still read}}
      hopper.stmatrix %x, %s : !half, !tile
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

gpu.module @kernels {
  gpu.func @all_threads_know(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-note @below {{read here}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 0
      // expected-error @below {{'hopper.stmatrix' op expects an nvvm.barrier after the hopper.tma_store_wait, since only one thread has waited}}
      hopper.stmatrix %x, %s : !half, !tile
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// The store of the iteration before.
gpu.module @kernels {
  gpu.func @store_has_read_in_a_loop(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-error @below {{'hopper.stmatrix' op expects a hopper.tma_store_wait before it writes what a store may still read}}
        hopper.stmatrix %x, %s : !half, !tile
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
        nvvm.barrier id = %c1 number_of_threads = %threads
        // expected-note @below {{read here}}
        hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      }
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// One of the two newest may read still.
gpu.module @kernels {
  gpu.func @wait_for_the_right_store(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      %t = hopper.alloc : !tile
      hopper.stmatrix %x, %s : !half, !tile
      hopper.stmatrix %x, %t : !half, !tile
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %threads
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
      // expected-note @below {{read here}}
      hopper.tma_store %t, %map[%c0, %c0] : !tile, !map
      hopper.tma_store_wait 1
      nvvm.barrier id = %c1 number_of_threads = %threads
      hopper.stmatrix %x, %s : !half, !tile
      // expected-error @below {{'hopper.stmatrix' op expects a hopper.tma_store_wait before it writes what a store may still read}}
      hopper.stmatrix %x, %t : !half, !tile
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!pending = !hopper.pending<tensor<64x64xf32, #hopper.fragment>>

// The kernel would end, and its shared memory with it.
gpu.module @kernels {
  gpu.func @stores_end_before_the_role(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %threads = arith.constant 128 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %s = hopper.alloc : !tile
      hopper.stmatrix %x, %s : !half, !tile
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %c1 number_of_threads = %threads
      // expected-error @below {{expects a hopper.tma_store_wait before its role ends}}
      hopper.tma_store %s, %map[%c0, %c0] : !tile, !map
    }
    gpu.return
  }
}
