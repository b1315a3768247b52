package dev.merapi.spi;

import dev.merapi.KernelTarget;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// Offers a backend; found by `ServiceLoader`. A provider loads without what its backend needs, and
/// then says what is missing.
public interface BackendProvider {
  /// The name that selects it, such as `cpu`.
  String name();

  /// The larger is preferred where the user leaves the choice; a negative one is never chosen.
  int priority();

  /// Whether the backend works here.
  Availability probe();

  /// The backend.
  ///
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if [#probe] says no
  Backend backend();

  /// The backend, with kernels made for a target, or for the next that can be had.
  ///
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if [#probe] says no, `ARGUMENT` if it
  ///   has no such choice
  default Backend backend(KernelTarget target) {
    throw MerapiException.of(Kind.ARGUMENT, "options: the backend has no choice of targets")
        .with("backend", name())
        .with("target", target.word());
  }

  /// Does what takes a JVM long the first time and depends on no model, such as linking calls of
  /// the system. It is called on another thread while a model is traced or read, or not at all;
  /// what it throws is not reported.
  default void prepare() {}

  /// The answer of a probe.
  ///
  /// @param description what it found (device, vector width), or what is missing and how to add it
  record Availability(boolean usable, String description) {}
}
