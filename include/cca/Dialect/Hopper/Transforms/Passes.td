//===- Passes.td - Passes on the hopper dialect ------------*- tablegen -*-===//
//
// In the order in which `cca-to-tiles` runs them: from what a block computes to
// who computes it when. They read the schedule of the kernel, its attribute
// `cca.schedule`, of any kind.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_TD
#define CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

class HopperPass<string flag> : Pass<flag, "::mlir::gpu::GPUFuncOp"> {
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::hopper::HopperDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def HopperOverlapSoftmax : HopperPass<"hopper-overlap-softmax"> {
  let summary = "The second product of a step is issued with the next step's first";
  let description = [{
    A step of attention is a chain: scores, softmax, weighted values. Nothing in it can
    run beside the softmax, but the scores of the *next* step can. So loops are rotated:
    an iteration computes the scores of its block, then the weighted values of the block
    before, whose exponentials, accumulator and coordinates are carried; what was
    computed before the loop moves into its first iteration, and the last block's
    product comes after it. Loops that follow each other are rotated together.

    Only order changes, no value does. Products are asynchronous later, and each is
    waited for where its result is used: then the tensor cores have work while the
    softmax runs. Not with `overlap = false` in the schedule.

    Example: test/Dialect/Hopper/Transforms/hopper-overlap-softmax.mlir
  }];
}

def HopperBufferLoads : HopperPass<"hopper-buffer-loads"> {
  let summary = "Loads through rings in shared memory";
  let description = [{
    `hopper.load` becomes a put of a `hopper.ring`, by TMA, and a get. The loads from one
    tensor map share a ring, of as many stages as the schedule says for what is
    loaded again and again (second operands of products, first ones of a sum of
    products, and what is no operand of any), and of one for the rest. Second
    operands that products in a loop read, but that are loaded before it, have a stage
    each. An attribute `hopper.stages` of the load says it otherwise. A stage is left
    after the last use of the tile.

    Loads with the same `hopper.shared_ring`, a string, share a ring whatever their maps
    are: tiles of one type that are read one after the other take turns at its stages.

    Where a tile, or rows of it (`tensor.extract_slice`), is used by other ops than
    products, these read the stage into registers: `hopper.ldmatrix`.

    Still sequential: a put and the get of the same tile stand next to each other.

    Example: test/Dialect/Hopper/Transforms/hopper-buffer-loads.mlir
  }];
}

def HopperShareTiles : HopperPass<"hopper-share-tiles"> {
  let summary = "Tiles whose rows all consumers read through shared memory";
  let description = [{
    `hopper.share` becomes a tile of the block, `hopper.alloc`, that registers are stored to,
    `hopper.stmatrix`. What uses it reads it there, into registers, `hopper.ldmatrix`: rows
    where they are sliced, the whole tile for other uses. Rows that are used again after
    another tile was stored or shared are read again, since registers are scarcer than
    reads. The next time that the op is executed it writes the same memory.

    Still sequential: what is written is read by the same program, later.
    `hopper-insert-fences` adds the barriers when consumers write and read rows of each
    other.

    Example: test/Dialect/Hopper/Transforms/hopper-share-tiles.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::hopper::HopperDialect"
  ];
}

def HopperAssignLayouts : HopperPass<"hopper-assign-layouts"> {
  let summary = "Tiles to the registers of warpgroups";
  let description = [{
    The rows of a tile are spread over the consumers of the schedule, 64 or a multiple
    each: a tile becomes that of one consumer, with a `#hopper.fragment` or `#hopper.rows`
    encoding, and row indices and coordinates move by `hopper.consumer_index`. Consumers
    that do not share tiles (`cooperative = false`) have all rows. Where rows are fewer
    than that, as 126 of two consumers, the last consumer begins further up: it computes
    rows of the one before, too, and stores the same values to the same place.

    First operands of products in shared memory are sliced, and those of up to 128
    columns that several products read are loaded into registers once:
    `hopper.ldmatrix`. Stores go through a staging tile of each consumer, one for all
    stores of a box, or several in turn where the schedule has room for them:
    `hopper.stmatrix` and `hopper.tma_store`. Of a tile of the block that
    `hopper.stmatrix` writes each consumer writes rows of its own. Sums and maxima of rows
    are partial, and combined at once (see `hopper-defer-row-sums`).

    Example: test/Dialect/Hopper/Transforms/hopper-assign-layouts.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::hopper::HopperDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def HopperDeferRowSums : HopperPass<"hopper-defer-row-sums"> {
  let summary = "Sums of rows are combined over lanes once, after a loop";
  let description = [{
    `hopper.combine_rows add` moves down over what is linear: an addition of two sums, a
    product with a factor that all lanes of a row have, the value carried by a loop. Four
    lanes share a row; each sums up its columns, and the two shuffles are needed once per
    tile instead of once per step.

    Example: test/Dialect/Hopper/Transforms/hopper-defer-row-sums.mlir
  }];
}

def HopperIssueDots : HopperPass<"hopper-issue-dots"> {
  let summary = "Products to issue, commit and wait";
  let description = [{
    `hopper.dot` becomes `hopper.wgmma` and `hopper.commit` where it stands, each product
    a group of its own, and `hopper.wait` before the first use of its result: what comes
    between runs beside it. Stages that it reads are left after the wait.

    A product with an operand in registers reads them until it completes: the tile
    that takes their place in the next iteration is converted after the wait.

    A sum of products that a loop carries, with both operands in stages of their own,
    stays in flight: each product is issued onto the one before, while that is still
    computed. Only then `hopper.wait_older` waits for the one before, and its stages,
    which the loop carries too, are left. The sum is waited for behind the loop.

    Example: test/Dialect/Hopper/Transforms/hopper-issue-dots.mlir
  }];
}

def HopperSpecializeWarps : HopperPass<"hopper-specialize-warps"> {
  let summary = "A producer and consumers out of one program";
  let description = [{
    The kernel's body is copied into both regions of `hopper.warp_specialize`: the
    producer keeps the puts, the consumers the rest. Loops, branches and index arithmetic
    are in both; what a role does not need is dead and left to canonicalization. Both
    follow the same control flow, which makes the n-th put and the n-th get the same
    tile.

    Rings, and tiles that consumers read back (`hopper-share-tiles`), are there once, before
    the roles; of tiles that results leave through each consumer has its own.

    Consumers that do not share tiles (`cooperative = false`) take the iterations of loops
    with the attribute `hopper.dealt` in turn. Rings that are used there become one for
    each consumer, which `hopper.select_ring` tells apart; the producer's loop executes as
    many iterations at a time as there are consumers, into one's ring after the other's.
    Consumers of a product take turns at one ring instead: each skips what the others get
    (`hopper.skip`), which must be as many tiles in each iteration.

    Register budgets are those of the schedule's number of consumers, and of blocks per
    multiprocessor; more than one of these is the kernel's `nvvm.minctasm`, too.

    Example: test/Dialect/Hopper/Transforms/hopper-specialize-warps.mlir
  }];
}

def HopperPingPong : HopperPass<"hopper-ping-pong"> {
  let summary = "Two consumers take turns at the tensor cores";
  let description = [{
    In each loop body with products a consumer waits for its turn before it issues the
    first, and passes the turn on after it has issued the last: while one computes its
    softmax, the other has the tensor cores. Two named barriers; the first turn is
    consumer 0's. Not with `ping_pong = false` in the schedule, nor with another
    number of consumers.

    Where consumers take turns at rings, a turn is a whole tile: it begins before the
    first get and ends when the last product is issued. One stores then while the other
    multiplies.

    Example: test/Dialect/Hopper/Transforms/hopper-ping-pong.mlir
  }];
  let dependentDialects = [
    "::mlir::NVVM::NVVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::hopper::HopperDialect", "::mlir::scf::SCFDialect"
  ];
}

def HopperInsertFences : HopperPass<"hopper-insert-fences"> {
  let summary = "What the tensor cores and TMA see of other threads' writes";
  let description = [{
    - Before each `hopper.wgmma` a `hopper.wgmma_fence`, directly, which takes the
      operands in registers that ordinary instructions have written. Those from
      outside of the loop are fenced where they are defined. Where there are none, as of
      a product that is added to one in flight, the fence stands alone: without it ptxas
      puts one there, and says so.
    - Around `hopper.stmatrix` to a tile of a consumer: before it the warpgroup's stores must have read the staging
      tile (`hopper.tma_store_wait`, and a barrier, since only one thread knows); after it
      a proxy fence of each thread and a barrier, since TMA reads through the async proxy.
    - Around a `hopper.stmatrix` to a tile of the block a barrier of all consumers: before it
      all have read what was there, after it all have written their rows.
    - Before a stage is left that `hopper.ldmatrix` has read, a proxy fence: an arrival
      at a barrier overtakes loads of registers that nobody has used yet, and TMA would
      write the next tile under their eyes.
    - At the end of a role, a wait for its stores.

    Example: test/Dialect/Hopper/Transforms/hopper-insert-fences.mlir
  }];
  let dependentDialects = [
    "::mlir::NVVM::NVVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::hopper::HopperDialect", "::mlir::scf::SCFDialect"
  ];
}

def HopperAllocateSmem : HopperPass<"hopper-allocate-smem"> {
  let summary = "Addresses in shared memory";
  let description = [{
    Sets `offset` of each ring and tile, one after the other, then the `barriers` of
    rings, and the kernel's `hopper.smem_bytes`. More than the multiprocessor has is an
    error that says by how much.

    Example: test/Dialect/Hopper/Transforms/hopper-allocate-smem.mlir
  }];
}

def HopperVerifyProtocol
    : Pass<"hopper-verify-protocol", "::mlir::gpu::GPUFuncOp"> {
  let summary = "Checks how the roles of a kernel work together";
  let description = [{
    Changes nothing. Of a kernel with `hopper.warp_specialize`, errors are:

    - *Roles.* They are not the last op of the kernel, or for another number of threads
      than the block has; an op is in the wrong role.
    - *Stages.* A put without exactly one `hopper.tma_load` into its tile on every path;
      an enter without exactly one exit in its block, or a loop that carries the tile on;
      carried tiles of several rings, or not left once themselves; a use of a tile after
      its exit; an exit without a proxy fence since `hopper.ldmatrix` has read the stage;
      a ring that is made inside of a role.
    - *As many gets as puts.* The puts of a ring are not in the same loops and branches as
      its gets, or those have other bounds or conditions. Bounds agree if they are copies
      of one expression over values from outside of the roles; what loops carry agrees
      if it begins so and equal values stay equal.
    - *Deadlock.* The producer waits for a stage that a consumer leaves only after a get
      of what the producer puts later. Both are followed through all their loops, once
      around and until the rings are full.
    - *Products.* A `hopper.wgmma` that is not committed in its block, and waited for,
      added to once or carried by a loop; a carried stage that is left before a wait for
      the products that the loop carries; a wait that leaves its own group in flight; operands in registers that do not come out of a
      `hopper.wgmma_fence` (accumulators: or a `hopper.wait`); a stage that is left
      while a product reads it; the next iteration's first operand, made while
      a product reads the registers that it takes over.
    - *Staging.* A `hopper.tma_store` or `hopper.wgmma` of a tile that `hopper.stmatrix` has
      written, without a proxy fence and then a barrier between; a `hopper.stmatrix` to a
      tile that a store may still read; stores in flight at the end of a role.
    - *Sharing.* A `hopper.ldmatrix` of a tile of the block that `hopper.stmatrix` has
      written, or the other way round, without a barrier of all consumers between.
    - *Named barriers.* Ids out of range, thread counts that are no whole warps, more than
      the block has or not the same in all uses of a barrier, barriers of the whole
      block in a role. As far as they are sums and products of constants and the
      consumer's index.

    Not checked here, but by the simulator, which runs the kernel: that arrivals at
    named barriers and waits for them balance, and that the right threads take part; that
    coordinates and rows are the right ones; that allocations do not overlap; control
    flow that depends on the thread index or on memory that the kernel itself writes.

    ```
    error: 'hopper.ring' op expects a get for each put, in the same loops and branches,
           but got puts 'put, scf.for {put}' and gets 'get'
    ```
  }];
}

#endif // CCA_DIALECT_HOPPER_TRANSFORMS_PASSES_TD
