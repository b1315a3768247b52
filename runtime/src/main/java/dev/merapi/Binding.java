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

/// A plan bound to a session's memory: what runs, and the views of inputs and outputs.
final class Binding {
  private final Plan plan;
  private final Runner runner;
  private final UseCount life;
  private final Map<String, HostTensor> inputs;
  private final Map<String, HostTensor> outputs;

  Binding(Plan plan, Slab slab) {
    this.plan = plan;
    runner = plan.executable().bind(plan.addresses(slab));
    life = new UseCount("a tensor of a session that was resized or closed", () -> {});
    inputs = views(Space.INPUT, slab);
    outputs = views(Space.OUTPUT, slab);
    plan.bound.incrementAndGet();
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
    plan.uses().acquire();
    try {
      runner.run();
    } finally {
      plan.uses().release();
    }
  }

  /// Ends the views.
  void end() {
    life.close();
    plan.bound.decrementAndGet();
  }
}
