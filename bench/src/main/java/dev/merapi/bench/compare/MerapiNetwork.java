package dev.merapi.bench.compare;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Session;

/// A model in a warm session.
final class MerapiNetwork implements LoadedNetwork {
  private final CompiledModel compiled;
  private final Session session;

  private MerapiNetwork(CompiledModel compiled) {
    this.compiled = compiled;
    session = compiled.newSession();
  }

  static MerapiNetwork of(Model model, int batch, int threads, float[] x) {
    var options = CompileOptions.cpu().size("N", batch).threads(threads);
    var network = new MerapiNetwork(model.compile(options).warmUp());
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
