package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.UseCount;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;

/// A cheap workspace of a compiled model: the memory of one run at a time.
///
/// ```java
/// try (Session session = compiled.newSession()) {
///   session.input("image").copyFrom(pixels);
///   session.run();
///   session.output("logits").copyTo(scores);
/// }
/// ```
///
/// A session may move between threads; used by two at once it throws (kind `CONCURRENT_USE`). A run
/// allocates nothing. Inputs keep their contents from run to run.
public final class Session implements AutoCloseable {
  /// Unlike a `VarHandle` it needs nothing linked, for which the first run of a process would wait.
  private static final AtomicIntegerFieldUpdater<Session> BUSY =
      AtomicIntegerFieldUpdater.newUpdater(Session.class, "busy");

  private final Plans plans;
  private final Runnable beforeRun;

  /// 1 while somebody uses it. Changed to that, and read, through the updater above.
  @SuppressWarnings("unused")
  private volatile int busy;

  private volatile boolean closed;
  private Binding binding;

  /// @param beforeRun brings the parameters up to date
  Session(Plans plans, Runnable beforeRun) {
    this.plans = plans;
    this.beforeRun = beforeRun;
    StackReserve.check();
    binding = Binding.of(plans.hold(plans.options().sizes()), Optional.empty());
    try {
      rehearse();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// What the first run of a process would do once, and take hundreds of microseconds for.
  private void rehearse() {
    begin();
    try {
      binding.rehearse();
    } finally {
      busy = 0;
    }
  }

  /// The input of that name, to be filled before a run.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor input(String name) {
    return Names.find("input", name, inputs());
  }

  /// The output of that name, as the last run left it.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public HostTensor output(String name) {
    return Names.find("output", name, outputs());
  }

  /// The inputs by name.
  public Map<String, HostTensor> inputs() {
    checkOpen();
    return binding.inputs();
  }

  /// The outputs by name.
  public Map<String, HostTensor> outputs() {
    checkOpen();
    return binding.outputs();
  }

  /// The numbers bound to the named sizes now.
  public Map<String, Long> sizes() {
    return binding.plan().sizes();
  }

  /// Computes the outputs of the inputs.
  ///
  /// @throws MerapiException of kind `CLOSED` if the session or its model is closed,
  ///   `CONCURRENT_USE` if another thread runs it, `INDEX` if an index is out of range
  public void run() {
    begin();
    try {
      beforeRun.run();
      binding.run();
    } finally {
      busy = 0; // calls nothing: see StackReserve
      if (closed) {
        close();
      }
    }
  }

  /// Binds a size that was compiled with `upTo`; takes or compiles a plan. Inputs and outputs asked
  /// for before must be asked for again; inputs are zeros until they are filled again. If it
  /// throws, all is as it was.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the size may not vary or is out of range
  public Session resize(String name, long size) {
    Long now = binding.plan().sizes().get(name);
    return now != null && now == size ? this : resize(Map.of(name, size));
  }

  /// Binds several sizes; see [#resize(String, long)].
  public Session resize(Map<String, Long> changes) {
    StackReserve.check();
    begin();
    try {
      Map<String, Long> sizes = plans.resized(binding.plan().sizes(), changes);
      if (!sizes.equals(binding.plan().sizes())) {
        rebind(sizes);
      }
    } finally {
      end();
    }
    return this;
  }

  /// Does something while no run can.
  <T> T exclusively(Supplier<T> work) {
    StackReserve.check();
    begin();
    try {
      return work.get();
    } finally {
      end();
    }
  }

  private void rebind(Map<String, Long> sizes) {
    Plan left = binding.plan();
    Workspace workspace = binding.workspace();
    try {
      Binding next = Binding.of(plans.holdInstead(sizes, left), Optional.of(workspace));
      binding.end();
      binding = next;
    } catch (RuntimeException | Error e) {
      if (!left.isSettled()) {
        close(); // there was not enough memory for both, and now for neither
      }
      throw e;
    }
    if (binding.workspace() != workspace) {
      workspace.close();
    }
  }

  /// Keeps other threads from doing anything with it, until [#end()].
  void begin() {
    if (!BUSY.compareAndSet(this, 0, 1)) {
      checkOpen();
      throw MerapiException.of(Kind.CONCURRENT_USE, "session is used by two threads at once")
          .with("thread", Thread.currentThread().getName())
          .hint("give each thread a session, or use CompiledModel.run, which has a pool");
    }
    if (closed) {
      end();
      checkOpen();
    }
  }

  void end() {
    busy = 0;
    if (closed) { // meanwhile
      close();
    }
  }

  boolean isClosed() {
    return closed;
  }

  private void checkOpen() {
    if (closed) {
      throw UseCount.closed("session");
    }
  }

  /// Refuses new runs; the memory is given back when a running one has returned. Further calls do
  /// nothing.
  @Override
  public void close() {
    StackReserve.check();
    closed = true;
    if (BUSY.compareAndSet(this, 0, 1)) { // and it stays so
      binding.end();
      binding.workspace().close();
    }
  }

  @Override
  public String toString() {
    return "Session" + sizes();
  }
}
