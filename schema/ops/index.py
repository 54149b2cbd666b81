"""Which family declares which operator, so that a program's operators alone are imported.

The order is that of the specification. A test compares it with the declarations.
"""

from __future__ import annotations

#: The names of each family's operators.
NAMES: dict[str, str] = {
    "elementwise": (
        "add clip subtract multiply divide floor_divide remainder pow negative abs sign maximum minimum "
        "floor ceil trunc round sqrt exp expm1 log log1p sin cos tanh atan2 erf"
    ),
    "comparison": (
        "equal not_equal less less_equal greater greater_equal isnan isinf isfinite logical_and "
        "logical_or logical_xor logical_not where bitwise_and bitwise_or bitwise_xor bitwise_invert "
        "bitwise_left_shift bitwise_right_shift"
    ),
    "reduction": "sum prod max min all any argmax argmin cumulative_sum",
    "linear": "matmul",
    "shape": "reshape permute_dims broadcast_to concat pad slice flip",
    "indexing": (
        "take take_along_axis gather update_slice scatter scatter_add scatter_max scatter_min nonzero"
    ),
    "creation": "full arange eye astype from_scalar item",
    "network": "conv reduce_window_max reduce_window_sum",
    "sorting": "sort argsort top_k",
    "random": "random_bits random_split uniform",
    "scalar": (
        "int.add int.subtract int.multiply int.floor_divide int.remainder int.divide int.power "
        "int.negative int.abs int.min int.max int.equal int.less int.less_equal int.to_float int.to_bool "
        "float.add float.subtract float.multiply float.divide float.floor_divide float.remainder "
        "float.power float.negative float.abs float.equal float.less float.less_equal float.floor "
        "float.ceil float.round float.to_int float.to_bool bool.and bool.or bool.not bool.equal "
        "bool.to_int complex.new complex.real complex.imag size rank shape dtype"
    ),
    "string": (
        "str.concat str.equal str.less str.len str.get str.slice str.contains str.find str.join "
        "int.to_str float.to_str bool.to_str"
    ),
    "container": (
        "list.new list.len list.get list.set list.append list.concat list.slice dict.new dict.len "
        "dict.get dict.set dict.contains dict.delete dict.keys dict.values tuple.new tuple.get "
        "record.new record.get record.set optional.some optional.none optional.has optional.get"
    ),
    "composite": (
        "relu sigmoid silu softplus gelu softmax log_softmax mean var stack one_hot tril triu layer_norm "
        "rms_norm batch_norm linear lstm_cell scaled_dot_product_attention avg_pool"
    ),
}

#: The family of each operator.
FAMILY_OF: dict[str, str] = {name: family for family, names in NAMES.items() for name in names.split()}
