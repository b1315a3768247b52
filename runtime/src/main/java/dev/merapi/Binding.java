package dev.merapi;

import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.memory.UseCount;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Runner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A plan bound to a session's memory: what runs, and the views of inputs and outputs.
final class Binding {
  private static final Runner NOTHING = () -> {};

  private final Plan plan;
  private final Workspace workspace;
  private final Runner runner;
  private final UseCount life;
  private final Map<String, HostTensor> inputs;
  private final Map<String, HostTensor> outputs;

  /// Set while it runs. Unlike a count it is changed back without a call, which might overflow the
  /// stack.
  private volatile boolean running;

  /// Whether it has given up its use of the plan.
  private final AtomicBoolean released = new AtomicBoolean();

  /// Binds a plan to the memory that a session has, or to a larger one: smaller sizes need less but
  /// for rare plans.
  ///
  /// @param plan held for the binding, which lets go of it when it ends; at once if this throws
  static Binding of(Plan plan, Optional<Workspace> known) {
    try {
      plan.prepare();
      plan.uses().acquire();
      try {
        Binding binding =
            known
                .filter(workspace -> workspace.suffices(plan))
                .map(workspace -> new Binding(plan, workspace).withClearInputs())
                .orElseGet(() -> inNewMemory(plan));
        plan.add(binding);
        return binding;
      } catch (RuntimeException | Error e) {
        plan.uses().release();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      plan.letGo();
      throw e;
    }
  }

  private static Binding inNewMemory(Plan plan) {
    Workspace workspace = Workspace.of(plan);
    try {
      return new Binding(plan, workspace);
    } catch (RuntimeException | Error e) {
      workspace.close();
      throw e;
    }
  }

  private Binding(Plan plan, Workspace workspace) {
    this.plan = plan;
    this.workspace = workspace;
    runner = plan.executable().bind(plan.addresses(workspace));
    life = new UseCount("a tensor of a session that was resized or closed", () -> {});
    inputs = views(Space.INPUT, workspace.values());
    outputs = views(Space.OUTPUT, workspace.values());
  }

  /// Inputs are zeros until they are filled, as in new memory: what lay there before may be no
  /// boolean, or belong to another caller.
  private Binding withClearInputs() {
    for (Buffer buffer : plan.program().buffers()) {
      if (buffer.space() == Space.INPUT) {
        long offset = plan.program().offset(buffer);
        workspace.values().segment().asSlice(offset, buffer.bytes()).fill((byte) 0);
      }
    }
    return this;
  }

  private Map<String, HostTensor> views(Space space, Slab slab) {
    var views = new LinkedHashMap<String, HostTensor>();
    for (Buffer buffer : plan.program().buffers()) {
      if (buffer.space() == space) {
        var slot = new Slot(plan.program().offset(buffer), buffer.bytes());
        views.put(buffer.label(), slab.view(buffer.label(), buffer.type(), slot, life));
      }
    }
    return Collections.unmodifiableMap(views);
  }

  Plan plan() {
    return plan;
  }

  Map<String, HostTensor> inputs() {
    return inputs;
  }

  Map<String, HostTensor> outputs() {
    return outputs;
  }

  /// Runs once, unless the plan's owner was closed.
  void run() {
    run(runner);
  }

  /// Goes the way of a run, so that the first one finds done what a JVM does only once.
  void rehearse() {
    run(NOTHING);
    runner.rehearse();
  }

  private void run(Runner work) {
    running = true;
    try {
      plan.uses().check();
      plan.run(work);
    } finally {
      running = false;
      if (plan.isClosed()) {
        releaseIdle();
      }
    }
  }

  /// Gives up its use of a closed plan, at once or at the end of a run that is on.
  void releaseIdle() {
    if (!running && released.compareAndSet(false, true)) {
      plan.uses().release();
    }
  }

  /// The memory of the session.
  Workspace workspace() {
    return workspace;
  }

  /// Ends the views, and lets go of the plan. The memory stays the session's.
  void end() {
    life.close();
    plan.remove(this);
    releaseIdle();
    plan.letGo();
  }
}
