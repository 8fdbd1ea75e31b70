# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the mutants of Python files. Each mutant is the file with one error.

Usage: mutations.py <file> ...

Most mutants come from the operators of cosmic-ray, in whose virtual environment this tool runs. cosmic-ray replaces an
operator with every other one. This tool uses only the replacements that a good test can detect: ``"a" << "b"`` fails
without any test. It adds mutants that cosmic-ray does not have: a removed statement, a negated filter of a
comprehension, "not in" instead of "in" and vice versa, and a missing return value. The output is a list of JSON objects
with the keys path, line, operator, source and diff.
"""

import ast
import json
import os
import pathlib
import sys

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

REPLACEMENTS = {
    "ReplaceBinaryOperator": (
        "Add_Sub",
        "Sub_Add",
        "Mul_Div",
        "Div_Mul",
        "FloorDiv_Mul",
        "Mod_Mul",
        "Pow_Mul",
        "BitOr_BitAnd",
        "BitAnd_BitOr",
    ),
    "ReplaceComparisonOperator": (
        "Eq_NotEq",
        "NotEq_Eq",
        "Lt_LtE",
        "Lt_GtE",
        "LtE_Lt",
        "LtE_Gt",
        "Gt_GtE",
        "Gt_LtE",
        "GtE_Gt",
        "GtE_Lt",
        "Is_IsNot",
        "IsNot_Is",
    ),
    "ReplaceUnaryOperator": ("USub_UAdd", "Delete_Not"),
}
SINGLE = (
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)
OPERATORS = [f"{group}_{one}" for group, ones in REPLACEMENTS.items() for one in ones] + list(SINGLE)

# Statements that can be removed from a program that then still runs.
REMOVABLE = (ast.Assign, ast.AugAssign, ast.Delete, ast.Expr, ast.Raise)


def by_cosmic_ray(source):
    """Yield operator, line and source of each mutant that cosmic-ray makes."""
    for name in OPERATORS:
        operator = plugins.get_operator(f"core/{name}")()
        starts = [start for node in ast_nodes(get_ast(source)) for start, _end in operator.mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            yield name, start[0], mutate_code(source, operator, occurrence)


def by_this_tool(source):
    """Yield operator, line and source of each mutant that cosmic-ray does not make."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for inner in ast.walk(node):
                yield from _in_function(source, inner)
        if isinstance(node, ast.comprehension):
            for condition in node.ifs:
                yield "TurnFilter", condition.lineno, splice(source, condition, f"not ({ast.unparse(condition)})")
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            operator = "not in" if isinstance(node.ops[0], ast.In) else "in"
            negated = f"({ast.unparse(node.left)} {operator} {ast.unparse(node.comparators[0])})"
            yield "TurnIn", node.lineno, splice(source, node, negated)


def _in_function(source, node):
    if isinstance(node, REMOVABLE) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield "RemoveStatement", node.lineno, splice(source, node, "pass")
    if (
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
    ):
        yield "ForgetReturn", node.lineno, splice(source, node, "return None")


def splice(source, node, text):
    """Return the source with a node's text replaced. The number of lines stays the same."""
    lines = source.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno - 1
    before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    filler = b" \\\n" * (last - first)
    return b"".join([*lines[:first], before + text.encode() + filler + after, *lines[last + 1 :]]).decode()


class WithoutAnnotations(ast.NodeTransformer):
    """Removes the annotations, which have no effect in a module that postpones their evaluation."""

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node):
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def syntax(source):
    """Return the syntax tree of a source as text, for comparisons, or None if the source is not valid Python."""
    try:
        return ast.dump(WithoutAnnotations().visit(ast.parse(source)))
    except SyntaxError:
        return None


def diff(before, after):
    """Return the lines that differ, as a diff shows them."""
    before, after = before.splitlines(), after.splitlines()
    head = len(os.path.commonprefix([before, after]))
    tail = len(os.path.commonprefix([before[head:][::-1], after[head:][::-1]]))
    lines = [f"-{line}" for line in before[head : len(before) - tail]] + [
        f"+{line}" for line in after[head : len(after) - tail]
    ]
    return [line for line in lines if line.strip("+- \\")]


def mutants(path):
    source = path.read_text(encoding="utf-8")
    known = {syntax(source), None}
    for makers in (by_cosmic_ray, by_this_tool):
        for operator, line, mutated in makers(source):
            tree = syntax(mutated)
            if tree not in known:
                known.add(tree)
                yield {
                    "path": str(path),
                    "line": line,
                    "operator": operator,
                    "source": mutated,
                    "diff": diff(source, mutated),
                }


def main():
    found = [mutant for name in sys.argv[1:] for mutant in mutants(pathlib.Path(name))]
    json.dump(
        sorted(found, key=lambda mutant: (mutant["path"], mutant["line"], mutant["operator"], mutant["source"])),
        sys.stdout,
    )


if __name__ == "__main__":
    main()
