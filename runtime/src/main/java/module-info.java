/// The core of Merapi: models, the graph and its compiler, memory and sessions. Needs `java.base`
/// only.
@SuppressWarnings("module") // the backend is compiled after this module, which names it
module dev.merapi.runtime {
  requires static org.jspecify;

  exports dev.merapi;
  exports dev.merapi.autodiff;
  exports dev.merapi.data;
  exports dev.merapi.foreign to
      dev.merapi.kernels;
  exports dev.merapi.graph;
  exports dev.merapi.memory;
  exports dev.merapi.nn;
  exports dev.merapi.ops;
  exports dev.merapi.optim;
  exports dev.merapi.reference;
  exports dev.merapi.spi;
  exports dev.merapi.train;

  uses dev.merapi.spi.BackendProvider;
  uses dev.merapi.spi.ModelReader;
  uses dev.merapi.spi.ModelWriter;
  uses dev.merapi.spi.WeightsReader;
  uses dev.merapi.train.TrainingListener;

  provides dev.merapi.spi.BackendProvider with
      dev.merapi.reference.ReferenceProvider;
}
