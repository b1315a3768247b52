package dev.merapi.graph;

import dev.merapi.graph.ScalarFn.Apply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Walks expressions with a stack of its own: one may be deeper than a thread's stack allows.
final class ScalarParts {
  /// How many sub-expressions a hash looks at.
  private static final int HASHED = 32;

  private ScalarParts() {}

  /// The sub-expressions of a function, each object once, operands before what uses them; the
  /// function itself is last.
  static List<ScalarFn> of(ScalarFn whole) {
    var parts = new ArrayList<ScalarFn>();
    if (addShallow(whole, parts)) {
      return parts;
    }
    Set<ScalarFn> begun = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<ScalarFn> done = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<ScalarFn>();
    open.push(whole);
    while (!open.isEmpty()) {
      ScalarFn fn = open.peek();
      if (fn instanceof Apply apply && begun.add(fn)) {
        apply.operands().reversed().forEach(open::push);
      } else {
        open.pop();
        if (done.add(fn)) {
          parts.add(fn);
        }
      }
    }
    return parts;
  }

  /// Adds the sub-expressions of one primitive of arguments and constants, which most functions
  /// are.
  ///
  /// @return false, and nothing added, if the function is another one
  private static boolean addShallow(ScalarFn whole, List<ScalarFn> parts) {
    if (whole instanceof Apply apply) {
      List<ScalarFn> operands = apply.operands();
      for (ScalarFn operand : operands) {
        if (operand instanceof Apply) {
          return false;
        }
      }
      for (int i = 0; i < operands.size(); i++) {
        boolean isNew = true;
        for (int before = 0; before < i; before++) {
          isNew &= operands.get(before) != operands.get(i);
        }
        if (isNew) {
          parts.add(operands.get(i));
        }
      }
    }
    parts.add(whole);
    return true;
  }

  /// Whether two expressions are equal, however their sub-expressions are shared: each pair of
  /// objects is compared once.
  static boolean areEqual(ScalarFn a, ScalarFn b) {
    Set<IdentityPair> seen = new HashSet<>();
    var open = new ArrayDeque<IdentityPair>();
    open.push(new IdentityPair(a, b));
    while (!open.isEmpty()) {
      IdentityPair pair = open.pop();
      if (pair.first() == pair.second() || !seen.add(pair)) {
        continue;
      }
      if (!(pair.first() instanceof Apply left && pair.second() instanceof Apply right)) {
        if (!pair.first().equals(pair.second())) {
          return false;
        }
        continue;
      }
      if (left.primitive() != right.primitive()
          || left.operands().size() != right.operands().size()) {
        return false;
      }
      for (int i = 0; i < left.operands().size(); i++) {
        open.push(new IdentityPair(left.operands().get(i), right.operands().get(i)));
      }
    }
    return true;
  }

  /// A hash of the first few sub-expressions in the order of the text: equal expressions have equal
  /// ones, and one that is shared again and again is not walked as often as it is used.
  static int hash(ScalarFn whole) {
    int hash = 0;
    int left = HASHED;
    var open = new ArrayDeque<ScalarFn>();
    open.push(whole);
    while (!open.isEmpty() && left-- > 0) {
      ScalarFn fn = open.pop();
      if (fn instanceof Apply apply) {
        hash = 31 * hash + apply.primitive().hashCode();
        apply.operands().reversed().forEach(open::push);
      } else {
        hash = 31 * hash + fn.hashCode();
      }
    }
    return hash;
  }
}
