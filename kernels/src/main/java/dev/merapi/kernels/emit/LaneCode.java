package dev.merapi.kernels.emit;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/// Writes the elementary steps of a kernel for one lane count: a vector instruction, or its scalar
/// form for [Lanes#SCALAR].
///
/// Values travel on the operand stack. Where the order on the stack differs between the forms, an
/// operand is given as a `Runnable` that emits the code which pushes it. An address is a `long` on
/// the stack.
public final class LaneCode {
  private static final ClassDesc MEMORY = ClassDesc.of(LaneCode.class.getPackageName(), "Memory");
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final ClassDesc LAYOUTS = ValueLayout.class.describeConstable().orElseThrow();
  private static final ClassDesc LONG_LAYOUT =
      ValueLayout.OfLong.class.describeConstable().orElseThrow();
  private static final ClassDesc ORDER = ByteOrder.class.describeConstable().orElseThrow();
  private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector", "Vector");
  private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector", "VectorSpecies");
  private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector", "VectorMask");
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final ClassDesc FMA =
      (Fma.missing().isEmpty() ? Math.class : Fma.class).describeConstable().orElseThrow();
  private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector", "VectorShuffle");
  private static final ClassDesc PERMUTATIONS =
      ClassDesc.of(LaneCode.class.getPackageName(), "Permutations");
  private static final ClassDesc INT = ConstantDescs.CD_int;
  private static final ClassDesc LONG = ConstantDescs.CD_long;
  private static final ClassDesc VOID = ConstantDescs.CD_void;

  private final CodeBuilder code;
  private final Lanes lanes;
  private final boolean plain;

  public LaneCode(CodeBuilder code, Lanes lanes) {
    this(code, lanes, false);
  }

  private LaneCode(CodeBuilder code, Lanes lanes, boolean plain) {
    this.code = code;
    this.lanes = lanes;
    this.plain = plain;
  }

  /// The same code, with every address of a vector made plain: for loops of many accesses at
  /// addresses of their own, where the checks are much of the work.
  public LaneCode withPlainAddresses() {
    return new LaneCode(code, lanes, true);
  }

  public CodeBuilder code() {
    return code;
  }

  public Lanes lanes() {
    return lanes;
  }

  public boolean isScalar() {
    return lanes == Lanes.SCALAR;
  }

  /// `.. address` stays what it is, and C2 knows that it is not negative: accesses at it and
  /// closely behind it need no check that they are inside [Memory#ALL].
  public void plainAddress() {
    code.loadConstant(Memory.ADDRESS_BITS).land();
  }

  /// The same for an address in a local.
  ///
  /// In one that a loop steps, it also hides that the address grows by a constant. C2 would compute
  /// it anew from the loop's counter in each turn, with shifts and additions that take the places
  /// of multiply-adds.
  public void plainAddress(int local) {
    code.lload(local);
    plainAddress();
    code.lstore(local);
  }

  /// Pushes the value that lies at an address.
  public void load(Element element, Runnable address) {
    if (isScalar()) {
      loadElement(element, address);
      return;
    }
    beginLoad(element, address);
    code.invokestatic(
        element.vector(),
        "fromMemorySegment",
        type(element.vector(), SPECIES, SEGMENT, LONG, ORDER));
  }

  /// Pushes the lanes that the mask in a local selects, zero in the others, whose memory is not
  /// touched. Vectors only.
  public void loadMasked(Element element, Runnable address, int mask) {
    beginLoad(element, address);
    code.aload(mask);
    code.invokestatic(
        element.vector(),
        "fromMemorySegment",
        type(element.vector(), SPECIES, SEGMENT, LONG, ORDER, MASK));
  }

  /// Pushes one element, whatever the lane count.
  public void loadElement(Element element, Runnable address) {
    all();
    layout(element);
    address.run();
    code.invokeinterface(SEGMENT, "get", type(element.scalar(), element.layout(), LONG));
  }

  /// Pushes the `long` at an address, whatever the lane count.
  public void loadLong(Runnable address) {
    all();
    code.getstatic(LAYOUTS, "JAVA_LONG_UNALIGNED", LONG_LAYOUT);
    address.run();
    code.invokeinterface(SEGMENT, "get", type(LONG, LONG_LAYOUT, LONG));
  }

  /// Pushes the `long` at an address of an argument block, 8-byte aligned. Not for inner loops.
  public void loadArgument(Runnable address) {
    address.run();
    code.invokestatic(MEMORY, "argument", type(LONG, LONG));
  }

  /// Writes a value to an address.
  public void store(Element element, Runnable value, Runnable address) {
    if (isScalar()) {
      storeElement(element, value, address);
      return;
    }
    beginStore(value, address);
    code.invokevirtual(element.vector(), "intoMemorySegment", type(VOID, SEGMENT, LONG, ORDER));
  }

  /// Writes one element, whatever the lane count.
  public void storeElement(Element element, Runnable scalar, Runnable address) {
    all();
    layout(element);
    address.run();
    scalar.run();
    code.invokeinterface(SEGMENT, "set", type(VOID, element.layout(), LONG, element.scalar()));
  }

  /// Writes the lanes that the mask in a local selects. Vectors only.
  public void storeMasked(Element element, Runnable value, Runnable address, int mask) {
    beginStore(value, address);
    code.aload(mask);
    code.invokevirtual(
        element.vector(), "intoMemorySegment", type(VOID, SEGMENT, LONG, ORDER, MASK));
  }

  /// Pushes a value whose lanes all hold the element that `scalar` pushes.
  public void broadcast(Element element, Runnable scalar) {
    if (isScalar()) {
      scalar.run();
      return;
    }
    species(element);
    scalar.run();
    code.invokestatic(
        element.vector(), "broadcast", type(element.vector(), SPECIES, element.scalar()));
  }

  /// Pushes zero in all lanes: +0.0 for floats.
  public void zero(Element element) {
    if (!isScalar()) {
      species(element);
      code.invokestatic(element.vector(), "zero", type(element.vector(), SPECIES));
    } else if (element == Element.F32) {
      code.fconst_0();
    } else {
      code.iconst_0();
    }
  }

  /// `.. a, b, c` becomes `.. a * b + c`, rounded once.
  public void fma() {
    if (isScalar()) {
      ClassDesc f = ConstantDescs.CD_float;
      code.invokestatic(FMA, "fma", type(f, f, f, f));
    } else {
      ClassDesc v = Element.F32.vector();
      code.invokevirtual(v, "fma", type(v, VECTOR, VECTOR));
    }
  }

  /// `.. a, b` becomes `.. a + b`.
  public void add(Element element) {
    if (isScalar()) {
      arithmetic(element, code::fadd, code::iadd);
    } else {
      code.invokevirtual(element.vector(), "add", type(element.vector(), VECTOR));
    }
  }

  /// `.. a, b` becomes `.. a - b`.
  public void sub(Element element) {
    if (isScalar()) {
      arithmetic(element, code::fsub, code::isub);
    } else {
      code.invokevirtual(element.vector(), "sub", type(element.vector(), VECTOR));
    }
  }

  /// `.. a, b` becomes `.. a * b`.
  public void mul(Element element) {
    if (isScalar()) {
      arithmetic(element, code::fmul, code::imul);
    } else {
      code.invokevirtual(element.vector(), "mul", type(element.vector(), VECTOR));
    }
  }

  /// `.. a` becomes the vector whose lane `i` is lane `i ^ distance` of it. Float vectors only.
  public void swapLanes(int distance) {
    permute("SWAP_" + distance + "_");
  }

  /// `.. a, b` becomes the vector of a's lanes whose number lacks the bit `distance`, and b's
  /// others. Float vectors only.
  public void mergeUpper(int distance) {
    code.getstatic(PERMUTATIONS, "UPPER_" + distance + "_" + lanes.count(), MASK);
    ClassDesc v = Element.F32.vector();
    code.invokevirtual(v, "blend", type(v, VECTOR, MASK));
  }

  /// `.. a` becomes the vector of its even lanes followed by its odd ones. Float vectors only.
  public void unzip() {
    permute("UNZIP_");
  }

  /// `.. a` becomes what [#unzip] turns into `a`. Float vectors only.
  public void zip() {
    permute("ZIP_");
  }

  private void permute(String name) {
    code.getstatic(PERMUTATIONS, name + lanes.count(), SHUFFLE);
    code.invokevirtual(Element.F32.vector(), "rearrange", type(Element.F32.vector(), SHUFFLE));
  }

  /// `.. a, b`, two ints, becomes the lesser.
  public void min() {
    code.invokestatic(MATH, "min", type(INT, INT, INT));
  }

  /// Pushes the number of each lane. Vectors only.
  public void laneNumbers() {
    zero(Element.I32);
    code.iconst_1();
    code.invokevirtual(Element.I32.vector(), "addIndex", type(Element.I32.vector(), INT));
  }

  /// Allocates locals that hold a value each.
  public int[] locals(Element element, int count) {
    return IntStream.range(0, count).map(_ -> code.allocateLocal(element.kind(lanes))).toArray();
  }

  /// Pops a value into a local, or pushes it from there.
  public void storeLocal(Element element, int slot) {
    code.storeLocal(element.kind(lanes), slot);
  }

  public void loadLocal(Element element, int slot) {
    code.loadLocal(element.kind(lanes), slot);
  }

  /// Pushes the mask of the lanes below an `int` count (0 and negative: none, above the lane count:
  /// all).
  public void maskBelow(Runnable count) {
    species(Element.F32);
    code.iconst_0();
    count.run();
    code.invokeinterface(SPECIES, "indexInRange", type(MASK, INT, INT));
  }

  /// Pushes the species of this lane count.
  public void species(Element element) {
    code.getstatic(element.vector(), lanes.speciesField(), SPECIES);
  }

  private void beginLoad(Element element, Runnable address) {
    species(element);
    all();
    address.run();
    if (plain) {
      plainAddress();
    }
    order();
  }

  private void beginStore(Runnable value, Runnable address) {
    value.run();
    all();
    address.run();
    if (plain) {
      plainAddress();
    }
    order();
  }

  private void arithmetic(Element element, Runnable onFloats, Runnable onInts) {
    switch (element) {
      case F32 -> onFloats.run();
      case I32 -> onInts.run();
    }
  }

  private void all() {
    code.getstatic(MEMORY, "ALL", SEGMENT);
  }

  private void order() {
    code.getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
  }

  private void layout(Element element) {
    code.getstatic(LAYOUTS, element.layoutField(), element.layout());
  }

  private static MethodTypeDesc type(ClassDesc result, ClassDesc... parameters) {
    return MethodTypeDesc.of(result, parameters);
  }
}
