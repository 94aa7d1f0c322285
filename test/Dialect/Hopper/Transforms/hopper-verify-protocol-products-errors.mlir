// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @product_is_committed() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      // expected-error @below {{expects one hopper.commit of its result, in its block, but got 0}}
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @product_is_committed_once() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      // expected-error @below {{expects one hopper.commit of its result, in its block, but got 2}}
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      %c = hopper.commit %p : !pending
      %again = hopper.commit %p : !pending
      %d = hopper.wait 0, %c : !pending
      %d2 = hopper.wait 0, %again : !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @product_is_committed_in_its_block(%last: i1) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      // expected-error @below {{expects one hopper.commit of its result, in its block, but got 0}}
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      scf.if %last {
        %c = hopper.commit %p : !pending
        %d = hopper.wait 0, %c : !pending
      }
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @group_is_waited_for(%n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      scf.for %i = %c0 to %n step %c1 : i32 {
        %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
        // expected-error @below {{expects a hopper.wait for its group before its block ends}}
        %c = hopper.commit %p : !pending
      }
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @group_is_waited_for_in_its_block(%last: i1) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      // expected-error @below {{expects a hopper.wait for its group before its block ends}}
      %c = hopper.commit %p : !pending
      scf.if %last {
        %d = hopper.wait 0, %c : !pending
      }
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @wait_is_long_enough() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      // expected-note @below {{committed here}}
      %c = hopper.commit %p : !pending
      // expected-error @below {{expects to leave at most 0 groups in flight, as many as were committed after its own, but got 1}}
      %d = hopper.wait 1, %c : !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @newest_groups_are_in_flight() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      %p = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      %c = hopper.commit %p : !pending
      %p2 = hopper.wgmma %a, %b, %acc : !half, !b -> !pending
      // expected-note @below {{committed here}}
      %c2 = hopper.commit %p2 : !pending
      %d = hopper.wait 1, %c : !pending
      // expected-error @below {{expects to leave at most 0 groups in flight, as many as were committed after its own, but got 1}}
      %d2 = hopper.wait 1, %c2 : !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @registers_of_a_are_fenced() kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      // expected-error @below {{expects registers of a from hopper.wgmma_fence, but got them from arith.constant}}
      %p = hopper.wgmma %x, %b, %acc : !half, !b -> !pending
      %c = hopper.commit %p : !pending
      %d = hopper.wait 0, %c : !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @accumulator_is_fenced(%n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %zero = arith.constant dense<0.0> : !f32
      %a, %acc = hopper.wgmma_fence %x, %zero : !half, !f32
      %b = hopper.alloc : !b
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%o = %zero) -> !f32 : i32 {
        // expected-error @below {{expects an accumulator from hopper.wgmma_fence or hopper.wait, but got it from a block argument}}
        %p = hopper.wgmma %a, %b, %o : !half, !b -> !pending
        %c = hopper.commit %p : !pending
        %d = hopper.wait 0, %c : !pending
        scf.yield %d : !f32
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

// The producer would overwrite what the tensor cores read.
gpu.module @kernels {
  gpu.func @stage_is_left_after_the_wait(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %a = hopper.wgmma_fence %x : !half
      %f = hopper.get_enter %ring : !ring
      // expected-note @below {{read here}}
      %p = hopper.wgmma %a, %f : !half, !tile -> !pending
      %c = hopper.commit %p : !pending
      // expected-error @below {{expects to come after the hopper.wait for the product that reads the stage}}
      hopper.get_exit %f, %ring : !ring
      %d = hopper.wait 0, %c : !pending
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

// The wait is for the other product.
gpu.module @kernels {
  gpu.func @stage_is_left_after_its_own_wait(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %keys = hopper.ring : !ring
    %values = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %keys : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %keys : !ring
      %e1 = hopper.put_enter %values : !ring
      hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
      hopper.put_exit %e1, %values : !ring
    } consumers 1 registers 240 (%wg) {
      %x = arith.constant dense<0.0> : !half
      %a = hopper.wgmma_fence %x : !half
      %k = hopper.get_enter %keys : !ring
      %sp = hopper.wgmma %a, %k : !half, !tile -> !pending
      %sc = hopper.commit %sp : !pending
      %v = hopper.get_enter %values : !ring
      // expected-note @below {{read here}}
      %op = hopper.wgmma %a, %v : !half, !tile -> !pending
      %oc = hopper.commit %op : !pending
      %s = hopper.wait 1, %sc : !pending
      hopper.get_exit %k, %keys : !ring
      // expected-error @below {{expects to come after the hopper.wait for the product that reads the stage}}
      hopper.get_exit %v, %values : !ring
      %o = hopper.wait 0, %oc : !pending
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

// Its registers are those of %h, which the tensor cores still read.
gpu.module @kernels {
  gpu.func @successor_is_made_after_the_wait(%n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %b = hopper.alloc : !b
      %x = arith.constant dense<0.0> : !half
      %y = arith.constant dense<0.0> : !f32
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> !half : i32 {
        %a = hopper.wgmma_fence %h : !half
        // expected-note @below {{read here}}
        %p = hopper.wgmma %a, %b : !half, !b -> !pending
        %c = hopper.commit %p : !pending
        // expected-error @below {{'arith.truncf' op expects to come after the hopper.wait for the product that reads the registers it takes over in the next iteration}}
        %next = arith.truncf %y : !f32 to !half
        %d = hopper.wait 0, %c : !pending
        scf.yield %next : !half
      }
    }
    gpu.return
  }
}
