package dev.merapi.kernels.emit;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Emits scalar mathematics, for vectors or scalars: a list of [ScalarOp]s whose values live in
/// local variables, or one whole expression on the operand stack.
///
/// Both forms give the same bits, because a basic primitive has one definition. (Bits of a NaN are
/// nobody's promise: any NaN equals any other.)
public final class ScalarCode {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private final Primitives primitives;
  private final Map<Integer, Integer> slots = new HashMap<>();
  private final Map<Integer, DType> types = new HashMap<>();
  private final Map<Integer, ScalarOp.Constant> constants = new HashMap<>();

  /// The value that lies on the operand stack instead of in a variable; -1 if none does.
  private int onStack = -1;

  public ScalarCode(LaneCode lane, Locals locals) {
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
    this.primitives = new Primitives(lane);
  }

  /// What it writes to.
  public CodeBuilder code() {
    return code;
  }

  /// The kind of local that holds a value of this type.
  public TypeKind kind(DType type) {
    return TypeKind.from(Primitives.classOf(type, lane.lanes()));
  }

  /// A local variable for values of this type.
  public int take(DType type) {
    return locals.take(Primitives.classOf(type, lane.lanes()));
  }

  /// Says which local variable holds a value.
  public void place(int id, DType type, int slot) {
    slots.put(id, slot);
    types.put(id, type);
  }

  /// Pops the operand stack into a new variable, which holds this value.
  public void define(int id, DType type) {
    int slot = take(type);
    code.storeLocal(kind(type), slot);
    place(id, type, slot);
  }

  /// Defines constants, which are pushed anew at each use. C2 takes them out of loops itself; a
  /// variable that holds one across a loop makes it allocate the vector in some kernels.
  public void constants(List<ScalarOp.Constant> all) {
    for (ScalarOp.Constant constant : all) {
      constants.put(constant.id(), constant);
      types.put(constant.id(), constant.type());
    }
  }

  /// Emits instructions. Values for which `isNeeded` holds can be pushed afterwards.
  public void emit(List<ScalarOp.Apply> body, IntPredicate isNeeded) {
    Map<Integer, Integer> uses = new HashMap<>();
    body.forEach(op -> op.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum)));
    for (int i = 0; i < body.size(); i++) {
      ScalarOp.Apply op = body.get(i);
      pushResult(op);
      boolean flows =
          i + 1 < body.size()
              && !isNeeded.test(op.id())
              && uses.getOrDefault(op.id(), 0) == 1
              && pushesFirst(body.get(i + 1), op.id());
      if (flows) {
        onStack = op.id();
        types.put(op.id(), op.type());
      } else {
        define(op.id(), op.type());
      }
    }
  }

  private static boolean pushesFirst(ScalarOp.Apply op, int value) {
    return op.primitive() != ScalarPrimitive.SELECT && op.operands().getFirst() == value;
  }

  private void pushResult(ScalarOp.Apply op) {
    primitives.apply(op.primitive(), op.operands().stream().map(this::operand).toList());
  }

  private Primitives.Operand operand(int id) {
    ScalarOp.Constant constant = constants.get(id);
    OptionalInt bits =
        constant != null && constant.type() == DType.I32
            ? OptionalInt.of(constant.bits())
            : OptionalInt.empty();
    return new Primitives.Operand(type(id), () -> push(id), bits);
  }

  private DType type(int id) {
    DType type = types.get(id);
    if (type == null) {
      throw new IllegalStateException("undefined value " + id);
    }
    return type;
  }

  /// Pushes a value.
  public void push(int id) {
    if (onStack == id) {
      onStack = -1;
      return;
    }
    ScalarOp.Constant constant = constants.get(id);
    Integer slot = slots.get(id);
    if (slot != null) {
      code.loadLocal(kind(type(id)), slot);
    } else if (constant != null) {
      pushConstant(constant.type(), constant.bits());
    } else {
      throw new IllegalStateException("undefined value " + id);
    }
  }

  /// Pushes the result of an expression. Each argument is pushed once, before any other code.
  public void expression(ScalarFn fn, IntConsumer pushArgument) {
    Listing listing = Listing.of(fn);
    locals.scope(() -> {
      ScalarCode inner = new ScalarCode(lane, locals);
      for (int argument : fn.arguments()) {
        pushArgument.accept(argument);
        int id = listing.arguments().get(argument);
        inner.define(id, listing.type(id));
      }
      inner.constants(listing.numbering().constants());
      inner.emit(listing.body(), id -> id == listing.result());
      inner.push(listing.result());
    });
  }

  /// Pushes the value of this type in memory.
  public void load(DType type, Runnable address) {
    lane.load(element(type), address);
    fromMemory(type);
  }

  /// Pushes the lanes that the mask in a local selects. Vectors only.
  public void loadMasked(DType type, Runnable address, int mask) {
    withMask(type, mask, local -> lane.loadMasked(element(type), address, local));
    fromMemory(type);
  }

  /// Pushes a value whose lanes all hold the element at an address.
  public void loadBroadcast(DType type, Runnable address) {
    lane.broadcast(element(type), () -> lane.loadElement(element(type), address));
    fromMemory(type);
  }

  /// Writes a value to memory.
  public void store(DType type, Runnable value, Runnable address) {
    lane.store(element(type), () -> inMemory(type, value), address);
  }

  /// Writes the lanes that the mask in a local selects. Vectors only.
  public void storeMasked(DType type, Runnable value, Runnable address, int mask) {
    withMask(
        type,
        mask,
        local -> lane.storeMasked(element(type), () -> inMemory(type, value), address, local));
  }

  /// Writes the first lane.
  public void storeFirst(DType type, Runnable value, Runnable address) {
    lane.storeElement(
        element(type),
        () -> {
          value.run();
          if (!lane.isScalar()) {
            primitives.firstLane(type);
          }
        },
        address);
  }

  /// `.. a` becomes `a` with the lanes `i` and `i ^ distance` exchanged. Vectors of numbers only.
  public void swapLanes(DType type, int distance) {
    if (type == DType.F32) {
      lane.swapLanes(distance);
    } else {
      apply(ScalarPrimitive.FROM_BITS, List.of(DType.I32), List.of(() -> {}));
      lane.swapLanes(distance);
      apply(ScalarPrimitive.BITS, List.of(DType.F32), List.of(() -> {}));
    }
  }

  /// Pushes the result of a basic primitive.
  public void apply(ScalarPrimitive primitive, List<DType> types, List<Runnable> operands) {
    primitives.apply(
        primitive,
        IntStream.range(0, operands.size())
            .mapToObj(
                i -> new Primitives.Operand(types.get(i), operands.get(i), OptionalInt.empty()))
            .toList());
  }

  /// The local variable that holds a value.
  public int slot(int id) {
    Integer slot = slots.get(id);
    if (slot == null) {
      throw new IllegalStateException("no variable for value " + id);
    }
    return slot;
  }

  /// Pushes a value whose lanes all hold the first lane of another.
  public void broadcastFirst(DType type, Runnable value) {
    lane.broadcast(
        element(type),
        () -> {
          value.run();
          primitives.firstLane(type);
        });
  }

  private static Element element(DType type) {
    return type == DType.F32 ? Element.F32 : Element.I32;
  }

  private void fromMemory(DType type) {
    if (type == DType.BOOL && !lane.isScalar()) {
      primitives.intsToMask();
    }
  }

  private void inMemory(DType type, Runnable value) {
    value.run();
    if (type == DType.BOOL && !lane.isScalar()) {
      primitives.maskToInts();
    }
  }

  private void withMask(DType type, int mask, IntConsumer body) {
    if (type == DType.F32) {
      body.accept(mask);
      return;
    }
    locals.scope(() -> {
      int ints = locals.take(Primitives.MASK);
      code.aload(mask);
      primitives.castMask(Element.I32);
      code.astore(ints);
      body.accept(ints);
    });
  }

  /// Pushes a constant by its 32 bits, in all lanes.
  public void pushConstant(DType type, int bits) {
    lane.broadcast(element(type), () -> pushBits(type, bits));
    fromMemory(type);
  }

  private void pushBits(DType type, int bits) {
    if (type == DType.F32) {
      code.loadConstant(Float.intBitsToFloat(bits));
    } else {
      code.loadConstant(bits);
    }
  }
}
