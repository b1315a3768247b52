package dev.merapi.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;

/// A function of the C library or the operating system, of up to six integers or addresses.
///
/// All are called by one handle, which passes six 64-bit integers whatever the function takes. By
/// the calling conventions of 64-bit systems the superfluous ones do no harm, and a narrower
/// parameter is the lower part of its register. Linking one handle takes a fraction of the time of
/// one for each function. Not for functions with `...`, floating point or structures.
public final class SystemFunction {
  /// Empty if this system, or this JVM's flags, do not allow it.
  private static final Optional<MethodHandle> CALL = link();

  private final MethodHandle call;
  private final String name;
  private final MemorySegment address;

  private SystemFunction(MethodHandle call, String name, MemorySegment address) {
    this.call = call;
    this.name = name;
    this.address = address;
  }

  private static Optional<MethodHandle> link() {
    try {
      return Optional.of(Linker.nativeLinker().downcallHandle(sixIntegers()));
    } catch (UnsupportedOperationException | IllegalCallerException _) {
      return Optional.empty();
    }
  }

  /// What all calls look like. A handle of it takes the function's address first.
  public static FunctionDescriptor sixIntegers() {
    var integer = ValueLayout.JAVA_LONG;
    return FunctionDescriptor.of(integer, integer, integer, integer, integer, integer, integer);
  }

  /// A function of the C library; empty if there is none, or if calls are not allowed.
  public static Optional<SystemFunction> find(String name) {
    return find(name, () -> Linker.nativeLinker().defaultLookup());
  }

  /// A function of a library that the system finds by its name, such as `kernel32`; empty if there
  /// is none, or if calls are not allowed.
  public static Optional<SystemFunction> find(String library, String name) {
    return find(name, () -> SymbolLookup.libraryLookup(library, Arena.global()));
  }

  private static Optional<SystemFunction> find(String name, Supplier<SymbolLookup> lookup) {
    if (CALL.isEmpty()) {
      return Optional.empty();
    }
    try {
      return lookup.get().find(name).map(symbol -> new SystemFunction(CALL.get(), name, symbol));
    } catch (IllegalArgumentException | IllegalCallerException _) {
      return Optional.empty();
    }
  }

  /// Calls it with six arguments, of which it takes as many as it has parameters.
  ///
  /// @return what it returns; of one that returns a C `int`, only the lower half is defined
  public long call(long a, long b, long c, long d, long e, long f) {
    try {
      return (long) call.invokeExact(address, a, b, c, d, e, f);
    } catch (Error error) {
      throw error; // on the way there: no room on the stack, or none in the heap
    } catch (Throwable error) {
      throw new IllegalStateException(name, error); // such a function throws nothing
    }
  }

  /// Calls it with one argument.
  public long call(long a) {
    return call(a, 0, 0, 0, 0, 0);
  }

  /// Calls it with two arguments.
  public long call(long a, long b) {
    return call(a, b, 0, 0, 0, 0);
  }

  /// Calls it with three arguments.
  public long call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0);
  }
}
