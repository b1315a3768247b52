package dev.merapi;

import java.util.Arrays;

/// The one exception of Merapi: what went wrong, the values that show it, where, and what to do.
///
/// The message reads `what: name=value, name=value; at place; hint: advice`; absent parts are left
/// out. It is built by chaining, each step giving a new exception with a longer message:
///
/// ```java
/// throw MerapiException.of(Kind.SHAPE, "dot: sizes of the contracted axis differ")
///     .with("left", a.shape())
///     .with("right", b.shape())
///     .at("Sequential.3.Dense")
///     .hint("flatten() the input first");
/// ```
public final class MerapiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What sort of mistake it was, for callers that react differently to each.
  public enum Kind {
    /// Sizes or element types do not fit together.
    SHAPE,
    /// A model cannot be traced or differentiated as written.
    TRACE,
    /// A file or text is not what its format demands.
    FORMAT,
    /// An operation has no form on this backend, or no gradient.
    UNSUPPORTED_OP,
    /// A backend cannot run on this machine or with these flags.
    BACKEND_UNAVAILABLE,
    /// The object was closed before.
    CLOSED,
    /// An object that serves one thread at a time was used by two.
    CONCURRENT_USE,
    /// A symbolic size was given no value.
    UNBOUND_SIZE,
    /// A value, name or option is not among those allowed.
    ARGUMENT,
    /// An index lies outside its axis.
    INDEX,
    /// Not enough memory, or more than `CompileOptions.maxMemory` allows.
    MEMORY,
    /// More than a limit allows that the caller may raise, such as `CompileOptions.maxOperations`.
    LIMIT,
    /// A computation gave a NaN or an infinity where training cannot go on with it.
    NOT_FINITE
  }

  private final Kind kind;
  private final String what;
  private final String values;
  private final String place;
  private final String hint;

  private MerapiException(Kind kind, String what, String values, String place, String hint) {
    this.kind = kind;
    this.what = what;
    this.values = values;
    this.place = place;
    this.hint = hint;
  }

  @Override
  public String getMessage() {
    return what + values + part("; at ", place) + part("; hint: ", hint);
  }

  private static String part(String label, String text) {
    return text.isEmpty() ? "" : label + text;
  }

  /// Starts an exception whose message is `what` alone.
  public static MerapiException of(Kind kind, String what) {
    return new MerapiException(kind, what, "", "", "");
  }

  /// Adds `name=value`. Arrays are written out element by element.
  public MerapiException with(String name, Object value) {
    String pair = name + "=" + text(value);
    return successor(values.isEmpty() ? ": " + pair : values + ", " + pair, place, hint);
  }

  /// Names the place: a layer's path, a node of the graph, or a position in a file.
  public MerapiException at(String where) {
    return successor(values, where, hint);
  }

  /// Says what the reader can do about it.
  public MerapiException hint(String advice) {
    return successor(values, place, advice);
  }

  /// Names the exception behind this one.
  public MerapiException causedBy(Throwable cause) {
    MerapiException next = successor(values, place, hint);
    next.initCause(cause);
    return next;
  }

  /// What sort of mistake it was.
  public Kind kind() {
    return kind;
  }

  /// Where it was noticed, empty if the place is not known.
  public String place() {
    return place;
  }

  private MerapiException successor(String newValues, String newPlace, String newHint) {
    MerapiException next = new MerapiException(kind, what, newValues, newPlace, newHint);
    // The chain was started by whoever noticed the mistake: that trace is the one to show.
    next.setStackTrace(getStackTrace());
    if (getCause() != null) {
      next.initCause(getCause());
    }
    return next;
  }

  private static String text(Object value) {
    return switch (value) {
      case int[] array -> Arrays.toString(array);
      case long[] array -> Arrays.toString(array);
      case float[] array -> Arrays.toString(array);
      case double[] array -> Arrays.toString(array);
      case Object[] array -> Arrays.toString(array);
      default -> String.valueOf(value);
    };
  }
}
