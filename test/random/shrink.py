# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The smallest script that fails as a random model does: what can go from a script is dropped until nothing more can."""
import ast


def is_header(statement):
    return isinstance(statement, (ast.Import, ast.ImportFrom))


def parts(tree):
    """Lists of which an element may go: statements, layers of a Sequential, inputs, outputs and keyword arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module):
            yield node.body
        elif isinstance(node, ast.List):
            yield node.elts
        elif isinstance(node, ast.Call):
            yield node.keywords


def outputs_and_losses(tree, index):
    """Drops an output of the model with all that compile() has for it."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") == "Model" and len(call.args) == 2 and isinstance(call.args[1], ast.List):
            lists = [call.args[1]]
        elif getattr(call.func, "attr", "") == "compile":
            lists = [keyword.value for keyword in call.keywords if isinstance(keyword.value, ast.List)]
        else:
            continue
        for several in lists:
            if index < len(several.elts) > 1:
                del several.elts[index]


class Rename(ast.NodeTransformer):
    """A tensor in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit_Name(self, node):
        return ast.Name(self.new if node.id == self.old else node.id, node.ctx)


def names_in(node):
    return [name.id for name in ast.walk(node) if isinstance(name, ast.Name) and name.id[0] == "t" and name.id[1:].isdigit()]


def smaller(text):
    """Scripts with one thing less each; most make no sense, and fail otherwise or not at all."""
    tree = ast.parse(text)
    for index, statement in enumerate(tree.body):  # a tensor is what it is made from
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            for source in names_in(statement.value):
                other = ast.parse(text)
                del other.body[index]
                yield ast.unparse(Rename(statement.targets[0].id, source).visit(other))
    for index in range(2):
        other = ast.parse(text)
        outputs_and_losses(other, index)
        yield ast.unparse(other)
    for number, several in enumerate(parts(tree)):
        for index, element in enumerate(several):
            if not is_header(element):
                other = ast.parse(text)
                del [*parts(other)][number][index]
                yield ast.unparse(other)


def shrink(text, fails, attempts=150):
    """The smallest script found for which fails(script) holds, in so many attempts at most."""
    text = ast.unparse(ast.parse(text))
    seen = {text}
    candidates = smaller(text)
    while attempts > 0 and (candidate := next(candidates, None)) is not None:
        if candidate in seen:
            continue
        seen.add(candidate)
        attempts -= 1
        if fails(candidate):
            text, candidates = candidate, smaller(candidate)
    return text + "\n"
