package dev.merapi;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// What modules provide for Merapi.
///
/// It is looked up from where Merapi itself comes from: its class loader, and the module layers
/// that belong to it. The context class loader of a thread says nothing about that: on the threads
/// of a container or a pool it knows no Merapi, or another copy of it.
final class Services {
  private Services() {}

  /// A new instance of each provider of a service.
  static <T> List<T> of(Class<T> service) {
    var found = new ArrayList<T>();
    for (T each : ServiceLoader.load(service, Services.class.getClassLoader())) {
      found.add(each);
    }
    return found;
  }
}
