// The passes of cca-to-ptx, in order, which are those of its three parts.
//
// RUN: cca-opt %s --cca-to-ptx --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefixes=TILES,NVVM,PTX
// RUN: cca-opt %s --cca-to-tiles --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=TILES
// RUN: cca-opt %s --cca-to-tiles=outline-packing=false --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=INLINE
// RUN: cca-opt %s --cca-to-tiles=prologue=fused --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=FUSED
// RUN: cca-opt %s --tiles-to-nvvm --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=NVVM
// RUN: cca-opt %s --nvvm-to-ptx --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s --check-prefix=PTX

// INLINE-NOT: cca-outline-packing
// FUSED: cca-lower-prologue{structure=fused}

// TILES:      cca-decompose{into=kernels}
// TILES-NEXT: cse
// TILES-NEXT: cca-lower-prologue{structure=split}
// TILES-NEXT: func.func(
// TILES-NEXT:   cca-fold-packing
// TILES-NEXT: ),
// TILES-NEXT: cca-outline-packing
// TILES-NEXT: cca-select-schedule
// TILES-NEXT: convert-cca-to-hopper
// TILES-NEXT: canonicalize
// TILES-NEXT: cse

// The host's tensors to buffers of its callers.
// TILES-NEXT: func.func(
// TILES-NEXT:   convert-elementwise-to-linalg
// TILES-NEXT:   linalg-fuse-elementwise-ops
// TILES-NEXT: ),
// TILES-NEXT: one-shot-bufferize{{.*}}function-boundary-type-conversion=infer-layout-map
// TILES-NEXT: buffer-results-to-out-params{{.*}}hoist-dynamic-allocs=true{{.*}}hoist-static-allocs=true
// TILES:      canonicalize
// TILES-NEXT: cse
// TILES-NEXT: hopper-allocate-workspace
// TILES-NEXT: canonicalize
// TILES-NEXT: cse
// TILES-NEXT: hopper-sink-constants

// The schedule.
// TILES-NEXT: gpu.module(
// TILES-NEXT:   gpu.func(
// TILES-NEXT:     hopper-overlap-softmax
// TILES-NEXT:     hopper-buffer-loads
// TILES-NEXT:     hopper-share-tiles
// TILES-NEXT:     hopper-assign-layouts
// TILES-NEXT:     hopper-defer-row-sums
// TILES-NEXT:     canonicalize
// TILES-NEXT:     cse
// TILES-NEXT:     hopper-issue-dots
// TILES-NEXT:     hopper-specialize-warps
// TILES-NEXT:     canonicalize
// TILES-NEXT:     cse
// TILES-NEXT:     hopper-ping-pong
// TILES-NEXT:     hopper-insert-fences
// TILES-NEXT:     hopper-allocate-smem
// TILES:      hopper-finalize-launches
// TILES-NEXT: hopper-programmatic-launch

// NVVM:       convert-linalg-to-parallel-loops
// NVVM-NEXT:  hopper-launch-loops
// NVVM:       gpu-kernel-outlining
// NVVM:       convert-hopper-to-nvvm
// NVVM-NEXT:  canonicalize
// NVVM-NEXT:  cse
// NVVM-NEXT:  expand-strided-metadata
// NVVM-NEXT:  lower-affine
// NVVM-NEXT:  convert-vector-to-llvm
// NVVM-NEXT:  convert-scf-to-cf
// NVVM-NEXT:  convert-gpu-to-nvvm
// NVVM-NEXT:  convert-nvvm-to-llvm
// NVVM-NEXT:  reconcile-unrealized-casts
// NVVM-NEXT:  llvm.func(
// NVVM-NEXT:    nvvm-mark-grid-constants
// NVVM-NEXT:  ),
// NVVM-NEXT:  canonicalize
// NVVM-NEXT:  cse

// PTX:        hopper-merge-kernels
// PTX-NEXT:   nvvm-attach-target{{.*}}chip=sm_90a{{.*}}features=+ptx83
// PTX-NEXT:   gpu-module-to-binary{{.*}}format=isa
