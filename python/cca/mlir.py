"""MLIR text of a module with one entry function around one `cca` operation."""

from cca.config import CCAConfig, Schedule
from cca.operands import ENTRY, Tensor, operands, results


def module_text(config: CCAConfig, op: str, batch=None, seq=None, lse=False) -> str:
    """Module for `op`, one of `ENTRY`; B and S are dynamic where None."""
    arguments = operands(config, op, batch, seq)
    outputs = results(config, op, batch, seq, lse)
    types = ", ".join(map(tensor_type, outputs))
    values = ", ".join(f"%{output.name}" for output in outputs)
    parameters = ",\n".join(f"    %{arg.name}: {tensor_type(arg)}" for arg in arguments)
    result_types = f"({types})" if len(outputs) > 1 else types
    if op == "flash":
        operations = _operation(_flash(config, arguments), outputs)
    elif op == "projection":
        operations = _operation(_projection(arguments), outputs)
    elif op == "prefill":
        # Their prologues are one: equal ops are computed once.
        qkv = results(config, "prologue", batch, seq)
        operations = _operation(_block(config, "attention", arguments), outputs[:1])
        operations += _operation(_block(config, "prologue", arguments), qkv)
    else:
        operations = _operation(_block(config, op, arguments), outputs)
    return (
        f"// {_title(config, op)}\n"
        f"func.func @{ENTRY[op]}(\n{parameters}) -> {result_types} {{\n"
        f"{operations}"
        f"  return {values} : {types}\n"
        "}\n"
    )


def tensor_type(tensor: Tensor) -> str:
    """The type as MLIR writes it, e.g. `tensor<?x?x2048xbf16>`."""
    sizes = ["?" if size is None else str(size) for size in tensor.shape]
    return f"tensor<{'x'.join([*sizes, tensor.element])}>"


def float_literal(value: float) -> str:
    """Shortest MLIR literal that reads back as the same f64.

    Python leaves out the point in `1e-12`; MLIR needs it.
    """
    mantissa, exponent, power = repr(float(value)).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + exponent + power


def schedule_attribute(schedule: Schedule) -> str:
    """`#cca.schedule<…>`, without the switches that are on."""
    parameters = [
        f"block_q = {schedule.block_q}",
        f"block_kv = {schedule.block_kv}",
        f"stages = {schedule.stages}",
        f"consumers = {schedule.consumers}",
        f"softmax = {schedule.softmax}",
    ]
    parameters += ["overlap = false"] if not schedule.overlap else []
    parameters += ["ping_pong = false"] if not schedule.ping_pong else []
    return f"#cca.schedule<{', '.join(parameters)}>"


def _operation(clauses: list[str], outputs: list[Tensor]) -> str:
    """An operation with its clauses, a line each."""
    values = ", ".join(f"%{output.name}" for output in outputs)
    types = ", ".join(map(tensor_type, outputs))
    lines = "\n      ".join([*clauses, f"-> {types}"])
    return f"  {values} = {lines}\n"


def _title(config: CCAConfig, op: str) -> str:
    subject = {
        "attention": f"CCA attention block, hidden size {config.hidden}",
        "prologue": f"CCA prologue, hidden size {config.hidden}",
        "prefill": f"CCA attention block with its keys and values, hidden size {config.hidden}",
        "projection": "Output projection of CCA",
        "flash": "Attention core of CCA",
    }[op]
    heads = f"{config.q_heads} query heads, {config.kv_heads} key heads"
    text = f"{subject}: {heads}, head dimension {config.head_dim}"
    return text + ("." if op in ("flash", "projection") else f", {config.rotary} rotary channels.")


def _clause(keyword: str, *tensors: Tensor) -> str:
    """`keyword(%a, %b : type of a, type of b)`."""
    names = ", ".join(f"%{tensor.name}" for tensor in tensors)
    return f"{keyword}({names} : {', '.join(map(tensor_type, tensors))})"


def _block(config: CCAConfig, op: str, arguments: list[Tensor]) -> list[str]:
    at = {tensor.name: tensor for tensor in arguments}
    clauses = [
        f"cca.{op} %hidden : {tensor_type(at['hidden'])}",
        _clause("query", at["w_q"]),
        _clause("key", at["w_k"]),
        _clause("value", at["w_v_current"], at["w_v_delayed"]),
    ]
    if config.bias:
        biases = ("b_q", "b_k", "b_v_current", "b_v_delayed")
        clauses.append(_clause("bias", *(at[name] for name in biases)))
    clauses += [
        _clause("depthwise", at["depthwise_weight"], at["depthwise_bias"]),
        _clause("grouped", at["grouped_weight"], at["grouped_bias"]),
    ]
    if config.per_stage_padding:
        clauses.append("per_stage_padding")
    clauses += [
        f"normalize {config.norm} eps {float_literal(config.norm_eps)}",
        _clause(f"temperature {config.temperature}", at["temperature"]),
        _clause(f"rope {config.rope}", at["cos"], at["sin"]),
    ]
    if config.packed:
        clauses.append(_clause("packed", at["cu_seqlens"]))
    if op == "attention":
        clauses += _mask(config)
        clauses += [_clause("output", at["w_o"])] if "w_o" in at else []
        clauses += [_clause("output_bias", at["b_o"])] if "b_o" in at else []
    return clauses


def _flash(config: CCAConfig, arguments: list[Tensor]) -> list[str]:
    keyword = {"temperature": "normalized", "cu_seqlens": "packed"}
    clauses = ["cca.flash_attention"]
    clauses += [_clause(keyword.get(tensor.name, tensor.name), tensor) for tensor in arguments]
    clauses += _mask(config)
    if config.schedule is not None:
        clauses.append(f"schedule {schedule_attribute(config.schedule)}")
    return clauses


def _projection(arguments: list[Tensor]) -> list[str]:
    x, *weights = arguments
    clauses = [f"cca.projection %{x.name} : {tensor_type(x)}"]
    return clauses + [_clause(*pair) for pair in zip(("weight", "bias"), weights, strict=False)]


def _mask(config: CCAConfig) -> list[str]:
    clauses = ["causal"] if config.causal else []
    if config.window is not None:
        clauses.append(f"window {config.window}")
    if config.scale is not None:
        clauses.append(f"softmax_scale {float_literal(config.scale)}")
    return [" ".join(clauses)] if clauses else []
