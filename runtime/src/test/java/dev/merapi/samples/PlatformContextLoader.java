package dev.merapi.samples;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Runs all tests as on a thread of a container: its context class loader is the platform's, which
/// knows nothing of Merapi. JUnit applies it only under
/// `-Djunit.jupiter.extensions.autodetection.enabled=true`.
public final class PlatformContextLoader implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace OWN = Namespace.create(PlatformContextLoader.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    Thread thread = Thread.currentThread();
    context.getStore(OWN).put("before", thread.getContextClassLoader());
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    var before = context.getStore(OWN).get("before", ClassLoader.class);
    Thread.currentThread().setContextClassLoader(before);
  }
}
