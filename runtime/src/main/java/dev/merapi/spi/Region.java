package dev.merapi.spi;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.CustomCall;
import dev.merapi.graph.Index;
import dev.merapi.graph.Reduce;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// One step of a program: a kernel call for the backend.
public sealed interface Region {
  /// Places in the user's model that it computes.
  String label();

  /// The buffers it reads, each once.
  List<Buffer> reads();

  /// The buffers it writes, each once.
  List<Buffer> writes();

  /// A fused loop nest.
  record Loops(LoopNest nest) implements Region {
    @Override
    public String label() {
      return nest.label();
    }

    @Override
    public List<Buffer> reads() {
      var buffers = new LinkedHashSet<Buffer>();
      for (LoopNest.Instr instr : instructions()) {
        if (instr instanceof LoopNest.Instr.Load load) {
          buffers.add(load.access().buffer());
        }
      }
      return List.copyOf(buffers);
    }

    @Override
    public List<Buffer> writes() {
      var buffers = new LinkedHashSet<Buffer>();
      for (LoopNest.Instr instr : instructions()) {
        if (instr instanceof LoopNest.Instr.Store store) {
          buffers.add(store.access().buffer());
        }
      }
      return List.copyOf(buffers);
    }

    private List<LoopNest.Instr> instructions() {
      var all = new ArrayList<LoopNest.Instr>();
      for (LoopNest.Stage stage : nest.stages()) {
        all.addAll(stage.inner());
        all.addAll(stage.point());
      }
      return all;
    }
  }

  /// `out[b,m,n] = epilogue(sum over k of left[b,m,k] * right[b,k,n])`. The result is dense along
  /// its columns (`out.colStride == 1`).
  record Product(
      String label,
      long batch,
      long m,
      long n,
      long k,
      Matrix left,
      Matrix right,
      Matrix out,
      Epilogue epilogue)
      implements Region {
    @Override
    public List<Buffer> reads() {
      return withEpilogue(epilogue, left.buffer(), right.buffer());
    }

    @Override
    public List<Buffer> writes() {
      return List.of(out.buffer());
    }
  }

  /// A convolution over dense row-major operands. In the epilogue the result is seen as a batch of
  /// matrices: its first axis is the batch, its second the rows, its spatial axes together the
  /// columns.
  record Convolution(
      String label,
      Contract.Conv conv,
      Operand first,
      Operand second,
      Operand out,
      Epilogue epilogue)
      implements Region {
    @Override
    public List<Buffer> reads() {
      return withEpilogue(epilogue, first.buffer(), second.buffer());
    }

    @Override
    public List<Buffer> writes() {
      return List.of(out.buffer());
    }
  }

  /// Pooling over dense row-major operands.
  record Pool(String label, Reduce.Window window, Operand in, Operand out) implements Region {
    @Override
    public List<Buffer> reads() {
      return List.of(in.buffer());
    }

    @Override
    public List<Buffer> writes() {
      return List.of(out.buffer());
    }
  }

  /// The gradient of pooling over dense row-major operands: `(x, dy) -> dx`.
  record PoolGradient(
      String label, Reduce.WindowGrad window, Operand in, Operand gradient, Operand out)
      implements Region {
    @Override
    public List<Buffer> reads() {
      return buffers(List.of(in, gradient));
    }

    @Override
    public List<Buffer> writes() {
      return List.of(out.buffer());
    }
  }

  /// Gather or scatter over dense row-major operands, operands in the operation's order. Every
  /// index is checked before memory is touched.
  record Indexed(String label, Index op, List<Operand> operands, Operand out) implements Region {
    @Override
    public List<Buffer> reads() {
      return buffers(operands);
    }

    @Override
    public List<Buffer> writes() {
      return List.of(out.buffer());
    }
  }

  /// A user's operation over dense row-major operands.
  record UserDefined(String label, Custom op, List<Operand> operands, List<Operand> results)
      implements Region {
    /// The call of its reference.
    public CustomCall call() {
      return new CustomCall(
          op,
          label,
          operands.stream().map(Operand::type).toList(),
          results.stream().map(Operand::type).toList());
    }

    @Override
    public List<Buffer> reads() {
      return buffers(operands);
    }

    @Override
    public List<Buffer> writes() {
      return buffers(results);
    }
  }

  private static List<Buffer> buffers(List<Operand> operands) {
    return operands.stream().map(Operand::buffer).distinct().toList();
  }

  private static List<Buffer> withEpilogue(Epilogue epilogue, Buffer... operands) {
    var buffers = new ArrayList<>(List.of(operands));
    epilogue.operands().forEach(operand -> buffers.add(operand.buffer()));
    return buffers.stream().distinct().toList();
  }
}
