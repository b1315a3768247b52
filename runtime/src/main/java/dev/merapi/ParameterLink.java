package dev.merapi;

import dev.merapi.memory.HostTensor;
import java.util.Map;

/// The tensors that two memories have in common, to be copied again and again: allocates nothing.
final class ParameterLink {
  private final HostTensor[] from;
  private final HostTensor[] into;

  private ParameterLink(HostTensor[] from, HostTensor[] into) {
    this.from = from;
    this.into = into;
  }

  static ParameterLink of(Map<String, HostTensor> from, Map<String, HostTensor> into) {
    String[] names = into.keySet().stream().filter(from::containsKey).toArray(String[]::new);
    return new ParameterLink(tensors(names, from), tensors(names, into));
  }

  private static HostTensor[] tensors(String[] names, Map<String, HostTensor> all) {
    var tensors = new HostTensor[names.length];
    for (int i = 0; i < names.length; i++) {
      tensors[i] = Names.find("parameter", names[i], all);
    }
    return tensors;
  }

  void copy() {
    for (int i = 0; i < from.length; i++) {
      into[i].copyFrom(from[i]);
    }
  }
}
