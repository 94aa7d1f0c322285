// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

gpu.module @kernels {
  gpu.func @there_are_16_barriers() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %c16 = arith.constant 16 : i32
      %threads = arith.constant 128 : i32
      // expected-error @below {{'nvvm.barrier' op expects a barrier in [0, 16), but got 16}}
      nvvm.barrier id = %c16 number_of_threads = %threads
    }
    gpu.return
  }
}

// -----

// Consumer 1 has one too far.
gpu.module @kernels {
  gpu.func @barrier_of_each_consumer() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%wg) {
      %c15 = arith.constant 15 : i32
      %threads = arith.constant 256 : i32
      %id = arith.addi %wg, %c15 : i32
      // expected-error @below {{'nvvm.barrier.arrive' op expects a barrier in [0, 16), but got 16}}
      nvvm.barrier.arrive id = %id number_of_threads = %threads
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @barrier_is_not_negative() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%wg) {
      %threads = arith.constant 256 : i32
      %id = arith.subi %c0, %wg : i32
      // expected-error @below {{'nvvm.barrier' op expects a barrier in [0, 16), but got -1}}
      nvvm.barrier id = %id number_of_threads = %threads
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @barrier_counts_warps() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %threads = arith.constant 100 : i32
      // expected-error @below {{expects a number of threads that is a multiple of 32 in [32, 256], but got 100}}
      nvvm.barrier id = %c1 number_of_threads = %threads
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @barrier_counts_threads_of_the_block() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %c96 = arith.constant 96 : i32
      %threads = arith.muli %c4, %c96 : i32
      // expected-error @below {{expects a number of threads that is a multiple of 32 in [32, 256], but got 384}}
      nvvm.barrier id = %c1 number_of_threads = %threads
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @barrier_counts_threads() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{expects a number of threads that is a multiple of 32 in [32, 256], but got 0}}
      nvvm.barrier.arrive id = %c1 number_of_threads = %c0
    }
    gpu.return
  }
}

// -----

// The turn of consumer 1 is what consumer 0 waits at on its own.
gpu.module @kernels {
  gpu.func @uses_of_a_barrier_agree() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%wg) {
      %one = arith.constant 128 : i32
      %both = arith.constant 256 : i32
      %turn = arith.addi %wg, %c1 : i32
      %own = arith.addi %turn, %c1 : i32
      // expected-note @below {{as many are here}}
      nvvm.barrier id = %turn number_of_threads = %both
      // expected-error @below {{expects 256 threads at barrier 2, but got 128}}
      nvvm.barrier id = %own number_of_threads = %one
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @no_barrier_of_the_whole_block() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{'gpu.barrier' op expects number_of_threads, since not all threads of the block have this role}}
      gpu.barrier
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{'nvvm.barrier' op expects number_of_threads, since not all threads of the block have this role}}
      nvvm.barrier id = %c1
    }
    gpu.return
  }
}
