"""What a program may ask for at most; a verifier refuses more. SPEC 13.2.

They bound the work and the stack of whoever reads a program, not what people write.
"""

from __future__ import annotations

#: Blocks inside one another: an ``if`` or ``loop`` in a function's body is at depth 1.
BLOCK_NESTING = 32

#: Types inside one another, and all types of which one type consists.
TYPE_NESTING = 32
TYPE_PARTS = 4096

#: Dimensions of a tensor type.
RANK = 32

#: Lists, tuples, dicts and records inside one another, in attributes and initial values.
VALUE_NESTING = 32

#: Symbolic dimensions: parts of an expression, atoms inside one another, pairs of terms that one
#: multiplication makes. All numbers in one are less than 2**63 in magnitude. SPEC 4.2.3.
DIM_SIZE = 256
DIM_DEPTH = 16
DIM_PRODUCT = 512
