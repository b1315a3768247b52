package dev.merapi.kernels.machine;

import dev.merapi.foreign.SystemFunction;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Calls of kernels: functions of up to six integers or addresses, and perhaps one back.
///
/// All kernels share one handle, which takes the address first. So no class is made for a kernel,
/// and the handle is a constant for C2. Whoever has a [CodeBlock] knows that calls are allowed.
public final class MachineCall {
  /// Without the way into and out of native code.
  private static final MethodHandle SHORT = link(Linker.Option.critical(false));

  /// Linked when it is first used.
  private static final class Long {
    static final MethodHandle CALL = link();
  }

  private MachineCall() {}

  private static MethodHandle link(Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(SystemFunction.sixIntegers(), options);
  }

  /// Calls a kernel that takes at most some 50 microseconds: the collector waits for it.
  ///
  /// @param entry of [CodeBlock#entry]
  /// @return what it leaves in `rax`: anything, if it returns nothing
  public static long call(MemorySegment entry, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SHORT.invokeExact(entry, a, b, c, d, e, f);
    } catch (Error error) {
      throw error; // on the way there: no room on the stack, or none in the heap
    } catch (Throwable error) {
      throw new IllegalStateException("machine code", error); // a kernel throws nothing
    }
  }

  /// Calls a kernel that may take long. The call itself takes some nanoseconds more.
  ///
  /// @param entry of [CodeBlock#entry]
  /// @return what it leaves in `rax`: anything, if it returns nothing
  public static long callLong(MemorySegment entry, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) Long.CALL.invokeExact(entry, a, b, c, d, e, f);
    } catch (Error error) {
      throw error;
    } catch (Throwable error) {
      throw new IllegalStateException("machine code", error);
    }
  }
}
