package dev.merapi.kernels.ir.interpret;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.MaskType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Printer;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Runs routines over given memory, and over nothing else: an access outside of the buffer that its
/// pointer came from is an error.
public final class Interpreter {
  private final Buffers buffers;

  /// @param memory native segments: all that routines may read and write
  public Interpreter(List<MemorySegment> memory) {
    this.buffers = new Buffers(memory);
  }

  /// Runs a verified routine.
  ///
  /// @param arguments one for each parameter; a pointer as an address in the memory
  /// @throws IndexOutOfBoundsException that names the instruction which left its buffer
  public void run(Routine routine, long... arguments) {
    List<Value> parameters = routine.parameters();
    if (arguments.length != parameters.size()) {
      throw new IllegalArgumentException(
          "wrong number of arguments: given=" + arguments.length + ", wanted=" + parameters.size());
    }
    Frame frame = new Frame(routine);
    for (int i = 0; i < arguments.length; i++) {
      set(frame, parameters.get(i), arguments[i]);
    }
    new Run(frame).block(routine.body());
  }

  private void set(Frame frame, Value word, long content) {
    if (word.type() == Word.POINTER) {
      frame.pointer(word, content, buffers.find(content));
    } else {
      frame.word(word, content);
    }
  }

  /// The run of one routine.
  private final class Run {
    private final Frame frame;
    private final PureSteps pureSteps;

    Run(Frame frame) {
      this.frame = frame;
      this.pureSteps = new PureSteps(frame);
    }

    void block(Block block) {
      for (Instruction instruction : block.instructions()) {
        switch (instruction) {
          case Pure pure -> pureSteps.run(pure);
          case Load load -> load(load);
          case LoadWord load ->
              set(frame, load.result(), get(load, load.element(), load.address(), 0));
          case LoadSplat load -> {
            long[] lanes = new long[load.result().count()];
            Arrays.fill(lanes, get(load, load.element(), load.address(), 0));
            frame.lanes(load.result(), lanes);
          }
          case Store store -> store(store);
          case Prefetch _ -> {}
          case Loop loop -> loop(loop);
          case If branch -> {
            Block taken = frame.word(branch.condition()) != 0 ? branch.then() : branch.otherwise();
            block(taken);
            assign(branch.results(), taken.yields());
          }
          case Call call -> call(call);
        }
      }
    }

    private void loop(Loop loop) {
      assign(loop.carried(), loop.initial());
      long to = frame.word(loop.to());
      for (long i = frame.word(loop.from()); i < to; i = Math.addExact(i, loop.step())) {
        frame.word(loop.counter(), i);
        block(loop.body());
        assign(loop.carried(), loop.body().yields());
      }
      assign(loop.results(), loop.carried());
    }

    /// All at once: values may change places.
    private void assign(List<Value> to, List<Value> from) {
      List<Frame.Content> contents = from.stream().map(frame::content).toList();
      for (int i = 0; i < contents.size(); i++) {
        frame.content(to.get(i), contents.get(i));
      }
    }

    private void call(Call call) {
      Frame inner = new Frame(call.routine());
      List<Value> parameters = call.routine().parameters();
      for (int i = 0; i < parameters.size(); i++) {
        inner.content(parameters.get(i), frame.content(call.operands().get(i)));
      }
      new Run(inner).block(call.routine().body());
    }

    private void load(Load load) {
      Value result = load.result();
      long[] lanes = new long[result.count()];
      for (int i = 0; i < lanes.length; i++) {
        if (frame.isOn(load.mask(), i)) {
          lanes[i] = get(load, load.element(), load.address(), i);
        }
      }
      if (result.type() instanceof MaskType) {
        long mask = 0;
        for (int i = 0; i < lanes.length; i++) {
          mask |= lanes[i] << i;
        }
        frame.word(result, mask);
      } else {
        frame.lanes(result, lanes);
      }
    }

    private void store(Store store) {
      Value value = store.value();
      int count = value.type() instanceof Word ? 1 : value.count();
      for (int i = 0; i < count; i++) {
        if (frame.isOn(store.mask(), i)) {
          long bits =
              value.type() instanceof VectorType
                  ? frame.lanes(value)[i]
                  : value.type() instanceof MaskType
                      ? frame.word(value) >>> i & 1
                      : frame.word(value);
          long offset = offset(store, store.element(), store.address(), i);
          Buffers.set(buffer(store, store.address()), store.element(), offset, bits);
        }
      }
    }

    private long get(Instruction reader, MemoryType type, Address address, int element) {
      long offset = offset(reader, type, address, element);
      return Buffers.get(buffer(reader, address), type, offset);
    }

    private MemorySegment buffer(Instruction user, Address address) {
      MemorySegment buffer = frame.buffer(address.base());
      if (buffer == null) {
        throw new IndexOutOfBoundsException(
            "kernel IR: pointer into no buffer: pointer="
                + address.base()
                + (", address=" + frame.word(address.base()))
                + (", instruction=" + Printer.line(user)));
      }
      return buffer;
    }

    /// The offset of an element in its buffer, all of which is inside.
    private long offset(Instruction user, MemoryType type, Address address, int element) {
      MemorySegment buffer = buffer(user, address);
      long bytes = type.bytes();
      long offset = pureSteps.address(address) + element * bytes - buffer.address();
      if (offset < 0 || offset > buffer.byteSize() - bytes) {
        throw new IndexOutOfBoundsException(
            "kernel IR: access out of its buffer: offset="
                + offset
                + (", bytes=" + bytes + ", size=" + buffer.byteSize())
                + (", element=" + element + ", instruction=" + Printer.line(user)));
      }
      return offset;
    }
  }
}
