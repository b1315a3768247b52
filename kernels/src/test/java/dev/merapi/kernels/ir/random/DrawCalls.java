package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.random.Pools.APtr;
import java.util.ArrayList;
import java.util.List;

/// Draws calls of routines that were drawn before.
final class DrawCalls {
  /// What a routine may rely on of an argument.
  sealed interface Promise {
    /// A pointer to an element of a buffer.
    record Pointer(int buffer, int element) implements Promise {}

    record Number(long low, long high) implements Promise {}
  }

  /// @param work the steps of a run
  record Callee(Routine routine, List<Promise> promises, long work) {}

  private final List<Callee> callees;

  DrawCalls(List<Callee> callees) {
    this.callees = callees;
  }

  /// Draws a call if one is possible.
  ///
  /// @return its work
  long call(Draft draft, DrawIntegers integers) {
    if (callees.isEmpty()) {
      return 0;
    }
    Callee callee = draft.dice().of(callees);
    var arguments = new ArrayList<Handle>();
    for (Promise promise : callee.promises()) {
      switch (promise) {
        case Promise.Number(long low, long high) ->
            arguments.add(integers.between(low, high).value());
        case Promise.Pointer(int buffer, int element) -> {
          List<APtr> known =
              draft.pools().pointers(each -> each.buffer() == buffer && each.elements().isExact());
          if (known.isEmpty()) {
            return 0;
          }
          APtr from = draft.dice().of(known);
          long distance = element - from.elements().low();
          arguments.add(from.value().plus(distance * draft.buffers().get(buffer).type().bytes()));
        }
      }
    }
    draft.builder().call(callee.routine(), arguments.toArray(Handle[]::new));
    return callee.work();
  }
}
