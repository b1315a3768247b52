package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.loop.Cursor.Kind;
import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Stage;
import dev.merapi.spi.Access;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A nest prepared for [NestRoutine]: its structure, and apart from that what is particular to it.
///
/// @param sources what each cursor of the structure walks
record Plan(Schedule schedule, Structure structure, List<Source> sources) {
  /// A cursor's own place and strides.
  ///
  /// @param buffer empty for a number
  /// @param strides in elements, for each loop of the nest
  record Source(Optional<Buffer> buffer, long offset, List<Long> strides) {
    static Source of(Access access) {
      return new Source(Optional.of(access.buffer()), access.offset(), access.strides());
    }

    Kind kind() {
      return buffer.isPresent() ? Kind.ADDRESS : Kind.NUMBER;
    }
  }

  static Plan of(LoopNest nest) {
    Schedule schedule = Schedule.of(nest);
    return new Builder(nest, schedule).build();
  }

  /// Translates the instructions of one nest.
  private static final class Builder {
    private final LoopNest nest;
    private final Schedule schedule;
    private final ValueNumbering numbering = new ValueNumbering();
    private final Map<Integer, Integer> values = new HashMap<>();
    private final Map<Source, Integer> cursors = new LinkedHashMap<>();
    private List<Step> steps = new ArrayList<>();
    private List<ScalarOp.Apply> pending = new ArrayList<>();

    Builder(LoopNest nest, Schedule schedule) {
      this.nest = nest;
      this.schedule = schedule;
    }

    Plan build() {
      List<Stage> stages =
          LongSums.in(nest, schedule, nest.stages().stream().map(this::stage).toList());
      Set<Integer> used = new HashSet<>();
      stages.stream()
          .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
          .flatMap(step -> step.operands().stream())
          .forEach(used::add);
      List<ScalarOp.Constant> constants =
          numbering.constants().stream().filter(each -> used.contains(each.id())).toList();
      Structure structure =
          new Structure(
              schedule.form(),
              schedule.isStrided(),
              Unroll.of(nest, schedule, stages),
              schedule.levels().size(),
              cursors.keySet().stream().map(this::structural).toList(),
              constants,
              stages);
      return new Plan(schedule, structure, List.copyOf(cursors.keySet()));
    }

    private Cursor structural(Source source) {
      return new Cursor(
          source.kind(),
          Stride.of(source.strides().get(schedule.vector())),
          schedule.levels().stream()
              .map(level -> source.strides().get(level) == 0 ? Stride.ZERO : Stride.ANY)
              .toList());
    }

    private Stage stage(LoopNest.Stage stage) {
      List<Step> inner = new ArrayList<>();
      numbering.scope(() -> inner.addAll(section(stage.inner())));
      return new Stage(inner, section(stage.point()));
    }

    private List<Step> section(List<Instr> code) {
      steps = new ArrayList<>();
      code.forEach(this::translate);
      flush();
      return steps;
    }

    private void translate(Instr instr) {
      switch (instr) {
        case Instr.Const(int id, DType type, int bits) ->
            values.put(id, numbering.constant(type, bits));
        case Instr.Apply(int id, _, ScalarPrimitive primitive, List<Integer> operands) ->
            values.put(
                id,
                numbering.apply(primitive, operands.stream().map(this::value).toList(), pending));
        case Instr.Load(int id, DType type, Access access) -> {
          flush();
          steps.add(new Step.Load(define(id, type), type, cursor(Source.of(access))));
        }
        case Instr.Index(int id, DType type, long offset, List<Long> strides) ->
            index(id, type, new Source(Optional.empty(), offset, strides));
        case Instr.Fold(int id, DType type, var monoid, int operand) -> {
          flush();
          steps.add(new Step.Fold(define(id, type), type, monoid, value(operand), false));
        }
        case Instr.ArgFold(int id, DType type, var monoid, int operand) -> {
          flush();
          int position = cursor(position());
          DType of = numbering.type(value(operand));
          steps.add(new Step.ArgFold(define(id, type), of, monoid, value(operand), position));
        }
        case Instr.Store(DType type, Access access, int operand) -> {
          flush();
          steps.add(new Step.Store(type, cursor(Source.of(access)), value(operand)));
        }
      }
    }

    private void index(int id, DType type, Source source) {
      flush();
      int number = numbering.fresh(DType.I32);
      steps.add(new Step.Index(number, cursor(source)));
      values.put(
          id,
          type == DType.I32
              ? number
              : numbering.apply(ScalarPrimitive.TO_F32, List.of(number), pending));
    }

    /// The position in the inner loops, row-major.
    private Source position() {
      List<Long> inner = nest.extents().subList(nest.outerRank(), nest.rank());
      List<Long> strides = new ArrayList<>();
      IntStream.range(0, nest.outerRank()).forEach(_ -> strides.add(0L));
      strides.addAll(Access.rowMajorStrides(inner.stream().mapToLong(Long::longValue).toArray()));
      return new Source(Optional.empty(), 0, strides);
    }

    private void flush() {
      if (!pending.isEmpty()) {
        steps.add(new Step.Compute(pending));
        pending = new ArrayList<>();
      }
    }

    private int define(int id, DType type) {
      int number = numbering.fresh(type);
      values.put(id, number);
      return number;
    }

    private int value(int id) {
      Integer number = values.get(id);
      if (number == null) {
        throw new IllegalArgumentException("nest " + nest.label() + ": undefined value " + id);
      }
      return number;
    }

    private int cursor(Source source) {
      return cursors.computeIfAbsent(source, _ -> cursors.size());
    }
  }
}
