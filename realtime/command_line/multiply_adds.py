"""Multiply-adds of a forward pass, counted in the file of a network."""

import math


def multiply_adds(content: bytes) -> int | None:
    """Those of the convolutions and dense layers of a `.tflite` file.

    Returns:
        None where the schema of such files is not installed, which LiteRT brings.
    """
    try:
        from ai_edge_litert import schema_py_generated as schema
    except ImportError:
        return None
    known = schema.BuiltinOperator
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    total = 0
    for graph in model.subgraphs:
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            # Operators of the first hundred are in the field that is older.
            kind = max(code.builtinCode, code.deprecatedBuiltinCode)
            if kind not in (known.CONV_2D, known.DEPTHWISE_CONV_2D, known.FULLY_CONNECTED):
                continue
            weights = graph.tensors[operator.inputs[1]].shape.tolist()
            output = graph.tensors[operator.outputs[0]].shape.tolist()
            # A depthwise convolution has its channels last, and each output has one of them.
            inputs = weights[1:3] if kind == known.DEPTHWISE_CONV_2D else weights[1:]
            total += math.prod(output) * math.prod(inputs)
    return total
