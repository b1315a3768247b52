package dev.merapi.kernels.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is wrong with a routine is found, and said with the instruction.
class VerifierTest {
  private static final VectorType F32 = new VectorType(Lane.F32, 8);
  private static final VectorType I32 = new VectorType(Lane.I32, 8);
  private static final VectorType F64 = new VectorType(Lane.F64, 8);
  private static final MaskType MASK = new MaskType(8);

  private static int next = 10;

  private static final Value p = new Value(0, Word.POINTER, "p");
  private static final Value n = new Value(1, Word.INTEGER, "n");
  private static final Value f = new Value(2, F32, "f");
  private static final Value i = new Value(3, I32, "i");
  private static final Value m = new Value(4, MASK, "m");
  private static final Value c = new Value(5, Word.CONDITION, "c");
  private static final List<Instruction> DEFINED =
      List.of(new Constant(f, 0), new Constant(i, 0), new Constant(m, 1), new Constant(c, 1));

  private static Value out(Type type) {
    return new Value(next++, type, "x");
  }

  private static Routine routine(Instruction... instructions) {
    var all = new ArrayList<Instruction>(DEFINED);
    all.addAll(List.of(instructions));
    return new Routine("test", List.of(p, n), new Block(List.of(), all, List.of()), 1000);
  }

  private static Block block(List<Value> parameters, Value... yields) {
    return new Block(parameters, List.of(), List.of(yields));
  }

  private static Arguments wrong(String message, Instruction instruction) {
    return Arguments.of(message, instruction);
  }

  static List<Arguments> wrongInstructions() {
    Address here = Address.of(p, 0);
    Value counter = out(Word.INTEGER);
    return List.of(
        wrong("wrong type: value=i", new Lanewise(out(F32), LaneOp.ADD, List.of(f, i))),
        wrong("wrong number of operands", new Lanewise(out(F32), LaneOp.FMA, List.of(f, f))),
        wrong("not defined for these lanes", new Lanewise(out(I32), LaneOp.DIV, List.of(i, i))),
        wrong("not defined for these lanes", new Lanewise(out(F32), LaneOp.AND, List.of(f, f))),
        wrong("not a vector: value=x", new Lanewise(out(MASK), LaneOp.ADD, List.of(f, f))),
        wrong("not integer lanes", new Shift(out(F32), LaneOp.SHL, f, 1)),
        wrong("distance out of range: distance=32", new Shift(out(I32), LaneOp.SHL, i, 32)),
        wrong("not a shift", new Shift(out(I32), LaneOp.ADD, i, 1)),
        wrong("wrong type: value=x", new Compare(out(new MaskType(4)), Comparison.LT, f, f)),
        wrong("wrong type: value=f", new Select(out(F32), f, f, f)),
        wrong("wrong number of operands", new MaskLogic(out(MASK), MaskOp.NOT, List.of(m, m))),
        wrong("no such conversion", new Convert(out(F32), f)),
        wrong("lane counts differ", new Convert(out(F64.withCount(4)), f)),
        wrong("wrong type: value=x", new Reinterpret(out(F64), i)),
        wrong("not integer lanes", new Splat(out(F32), n)),
        wrong("wrong type: value=f", new Splat(out(F32), f)),
        wrong("lanes out of range: from=2", new Slice(out(F32.withCount(4)), f, 2)),
        wrong("lanes out of range: from=8", new Slice(out(F32.withCount(4)), f, 8)),
        wrong("not twice as long", new Concat(out(F32), f, f)),
        wrong("distance does not fit", new Permute(out(F32), Permutation.SWAP, f, 8)),
        wrong("distance does not fit", new Permute(out(F32), Permutation.SWAP, f, 3)),
        wrong("distance does not fit", new Permute(out(F32), Permutation.ZIP, f, 1)),
        wrong("bits beyond the lane", new Constant(out(F32), 1L << 32)),
        wrong("bits beyond the lanes", new Constant(out(MASK), 0x100)),
        wrong("a pointer is no constant", new Constant(out(Word.POINTER), 0)),
        wrong("a condition is 0 or 1", new Constant(out(Word.CONDITION), 2)),
        wrong("wrong type: value=p", new IntBinary(out(Word.INTEGER), IntOp.ADD, p, n)),
        wrong("wrong type: value=n", new Load(out(F32), MemoryType.F32, Address.of(n, 0), null)),
        wrong("wrong type: value=x", new Load(out(I32), MemoryType.F16, here, null)),
        wrong("wrong type: value=m", new Load(out(I32.withCount(4)), MemoryType.I8, here, m)),
        wrong(
            "scale must be 1, 2, 4 or 8: scale=3",
            new Load(out(F32), MemoryType.F32, new Address(p, n, 3, 0), null)),
        wrong(
            "scale without an index: scale=2",
            new Load(out(F32), MemoryType.F32, new Address(p, null, 2, 0), null)),
        wrong(
            "offset beyond 32 bits",
            new Load(out(F32), MemoryType.F32, Address.of(p, 1L << 31), null)),
        wrong("a pointer is loaded", new LoadWord(out(Word.POINTER), MemoryType.I32, here)),
        wrong("an integer is loaded", new LoadWord(out(Word.INTEGER), MemoryType.F32, here)),
        wrong("not a vector", new LoadSplat(out(MASK), MemoryType.BOOL, here)),
        wrong("element and lane type differ", new LoadSplat(out(F32), MemoryType.I32, here)),
        wrong("wrong type: value=f", new Store(MemoryType.I32, here, f, null)),
        wrong("element type does not fit", new Store(MemoryType.F32, here, n, null)),
        wrong("element type does not fit", new Store(MemoryType.I32, here, p, null)),
        wrong("element type does not fit", new Store(MemoryType.BOOL, here, c, null)),
        wrong("stored without a mask", new Store(MemoryType.I32, here, n, m)),
        wrong(
            "step must be positive: step=0",
            new Loop(List.of(), n, n, 0, List.of(), block(List.of(counter)))),
        wrong(
            "wrong number of values",
            new Loop(List.of(), n, n, 1, List.of(f), block(List.of(counter)))),
        wrong(
            "wrong type: value=i",
            new Loop(List.of(out(F32)), n, n, 1, List.of(f), block(List.of(counter, out(F32)), i))),
        wrong(
            "a condition does not leave its block",
            new If(List.of(out(Word.CONDITION)), c, block(List.of(), c), block(List.of(), c))),
        wrong(
            "wrong number of values",
            new If(List.of(out(F32)), c, block(List.of(), f), block(List.of()))),
        wrong("wrong type: value=n", new If(List.of(), n, block(List.of()), block(List.of()))),
        wrong("wrong type: value=n", new Call(routine(), List.of(n, n))),
        wrong("wrong number of values", new Call(routine(), List.of(p))));
  }

  @ParameterizedTest
  @MethodSource("wrongInstructions")
  void wrongInstructionsAreNamed(String message, Instruction instruction) {
    assertRefused(message, routine(instruction), Printer.line(instruction));
  }

  private static void assertRefused(String message, Routine routine, String where) {
    var error = assertThrows(IllegalArgumentException.class, () -> Verifier.verify(routine));
    String text = String.valueOf(error.getMessage());
    assertEquals(true, text.contains(message) && text.contains(where), text);
    assertEquals(true, text.endsWith("routine=test"), text);
  }

  @Test
  void usesMustSeeTheirDefinitions() {
    Value inner = new Value(20, F32, "inner");
    Value counter = new Value(21, Word.INTEGER, "i1");
    var body = new Block(List.of(counter), List.of(new Constant(inner, 0)), List.of());
    Loop loop = new Loop(List.of(), n, n, 1, List.of(), body);
    Store store = new Store(MemoryType.F32, Address.of(p, 0), inner, null);
    assertRefused("not defined: value=inner", routine(loop, store), "store f32 [p], inner");
    assertRefused(
        "not defined: value=inner", routine(store, new Constant(inner, 0)), "store f32 [p], inner");
  }

  @Test
  void valuesAreDefinedOnce() {
    assertRefused("defined twice", routine(new Constant(f, 0)), "f = constant f32x8 0.0");
    Value sameName = new Value(30, F32, "f");
    assertRefused("not unique: value=f", routine(new Constant(sameName, 0)), "f = constant");
    Value tooLarge = new Value(1000, F32, "y");
    assertRefused("out of range: value=y, id=1000", routine(new Constant(tooLarge, 0)), "y = ");
  }

  @Test
  void namesAreIdentifiers() {
    Routine nameless = new Routine("7up", List.of(), block(List.of()), 0);
    var error = assertThrows(IllegalArgumentException.class, () -> Verifier.verify(nameless));
    assertEquals("kernel IR: not a Java identifier: name=7up, routine=7up", error.getMessage());
  }

  @Test
  void parametersAreWords() {
    Block empty = block(List.of());
    assertRefused(
        "parameter of type f32x8: name=f", new Routine("test", List.of(f), empty, 10), "f");
    var seven = new ArrayList<Value>();
    for (int k = 0; k < 7; k++) {
      seven.add(new Value(k, Word.INTEGER, "a" + k));
    }
    assertRefused("too many parameters: count=7", new Routine("test", seven, empty, 10), "");
  }
}
