package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.UseCount;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Plans plans;
  private final Runnable beforeRun;
  private final UseCount uses;
  private final AtomicBoolean busy = new AtomicBoolean();
  private Binding binding;

  /// @param beforeRun brings the parameters up to date
  Session(Plans plans, Runnable beforeRun) {
    this.plans = plans;
    this.beforeRun = beforeRun;
    binding = Binding.of(plans.hold(plans.options().sizes()), Optional.empty());
    uses = new UseCount("session", this::free);
  }

  private void free() {
    binding.end();
    binding.slab().close();
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
    uses.check();
    return binding.inputs();
  }

  /// The outputs by name.
  public Map<String, HostTensor> outputs() {
    uses.check();
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
      end();
    }
  }

  /// Binds a size that was compiled with `upTo`; takes or compiles a plan. Inputs and outputs asked
  /// for before must be asked for again, and inputs be filled again. If it throws, all is as it
  /// was.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if the size may not vary or is out of range
  public Session resize(String name, long size) {
    Long now = binding.plan().sizes().get(name);
    return now != null && now == size ? this : resize(Map.of(name, size));
  }

  /// Binds several sizes; see [#resize(String, long)].
  public Session resize(Map<String, Long> changes) {
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
    begin();
    try {
      return work.get();
    } finally {
      end();
    }
  }

  private void rebind(Map<String, Long> sizes) {
    Plan left = binding.plan();
    Slab slab = binding.slab();
    try {
      Binding next = Binding.of(plans.holdInstead(sizes, left), Optional.of(slab));
      binding.end();
      binding = next;
    } catch (RuntimeException | Error e) {
      if (!left.isSettled()) {
        uses.close(); // there was not enough memory for both, and now for neither
      }
      throw e;
    }
    if (binding.slab() != slab) {
      slab.close();
    }
  }

  private void begin() {
    uses.acquire();
    if (!busy.compareAndSet(false, true)) {
      uses.release();
      throw MerapiException.of(Kind.CONCURRENT_USE, "session is used by two threads at once")
          .with("thread", Thread.currentThread().getName())
          .hint("give each thread a session, or use CompiledModel.run, which has a pool");
    }
  }

  private void end() {
    busy.set(false);
    uses.release();
  }

  /// Refuses new runs; the memory is given back when a running one has returned.
  @Override
  public void close() {
    uses.close();
  }

  @Override
  public String toString() {
    return "Session" + sizes();
  }
}
