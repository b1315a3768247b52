package dev.merapi.bench.compare;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.bench.compare.Workload.Start;

/// A model in a session.
final class MerapiNetwork implements LoadedNetwork {
  private final CompiledModel compiled;
  private final Session session;

  private MerapiNetwork(CompiledModel compiled) {
    this.compiled = compiled;
    session = compiled.newSession();
  }

  static MerapiNetwork of(Model model, int batch, CompileOptions options, Start start, float[] x) {
    CompiledModel compiled = model.compile(options.size("N", batch));
    if (start == Start.WARM) {
      compiled.warmUp();
    }
    var network = new MerapiNetwork(compiled);
    network.session.input("x").copyFrom(x);
    return network;
  }

  @Override
  public void run() {
    session.run();
  }

  @Override
  public float[] output() {
    return session.output(Model.OUTPUT).toFloats();
  }

  @Override
  public void close() {
    session.close();
    compiled.close();
  }
}
