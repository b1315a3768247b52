package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Every elementwise operation there is or will be: a [ScalarFn] applied to operands of one shape.
///
/// Operands are broadcast by [View.Broadcast] nodes beforehand; there is no implicit broadcasting
/// in the graph.
public record MapOp(ScalarFn fn) implements Op {
  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    if (operands.isEmpty()) {
      throw MerapiException.of(Kind.SHAPE, "map: no operands").with("fn", fn);
    }
    Shape shape = operands.getFirst().shape();
    for (TensorType operand : operands) {
      if (!operand.shape().equals(shape)) {
        throw MerapiException.of(Kind.SHAPE, "map: shapes differ").with("operands", operands);
      }
    }
    for (ScalarFn part : fn.parts()) {
      if (part instanceof ScalarFn.Arg arg
          && (arg.index() >= operands.size() || operands.get(arg.index()).dtype() != arg.type())) {
        throw MerapiException.of(Kind.SHAPE, "map: operand types differ from the function's")
            .with("argument", arg)
            .with("operands", operands)
            .hint("convert with toF32, toI32 or toBool");
      }
    }
    return List.of(new TensorType(fn.type(), shape));
  }

  @Override
  public void vjp(Vjp context) {
    if (!fn.type().isFloat()) {
      return;
    }
    int arity = fn.arity();
    var arguments = new ArrayList<Value>();
    IntStream.range(0, arity).forEach(i -> arguments.add(context.operand(i)));
    arguments.add(context.result(0));
    arguments.add(context.gradient());
    ScalarFn gradient = ScalarFn.arg(arity + 1);
    for (int i = 0; i < arity; i++) {
      if (context.needs(i)) {
        ScalarFn product = Simplify.product(gradient, context.partial(fn, i));
        if (product.equals(gradient)) {
          context.give(i, context.gradient());
        } else if (!product.equals(ScalarFn.f32(0))) {
          context.give(i, context.builder().map(product, arguments));
        }
      }
    }
  }

  @Override
  public String name() {
    return "map";
  }
}
