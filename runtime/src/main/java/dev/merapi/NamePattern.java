package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A pattern of full parameter names, such as `conv1.*` or `*.bias`: `*` stands for any characters,
/// dots too, and `?` for one; everything else for itself.
public record NamePattern(String glob) {
  public NamePattern {
    if (glob.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "pattern: is empty")
          .hint("write the full name of a parameter, or * for all");
    }
  }

  /// The patterns of some texts.
  public static List<NamePattern> all(String... globs) {
    return List.of(globs).stream().map(NamePattern::new).toList();
  }

  /// Whether the whole name is as this says.
  public boolean matches(String name) {
    // greedy: where characters differ, the last star takes one more
    int g = 0;
    int star = -1;
    int resume = 0;
    for (int n = 0; n < name.length(); ) {
      char wanted = g < glob.length() ? glob.charAt(g) : '\0';
      if (wanted == '*') {
        star = g++;
        resume = n;
      } else if (g < glob.length() && (wanted == '?' || wanted == name.charAt(n))) {
        g++;
        n++;
      } else if (star >= 0) {
        g = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    return glob.substring(g).chars().allMatch(each -> each == '*');
  }

  /// The names that match, in their order.
  ///
  /// @param what who asks, for the message
  /// @throws MerapiException of kind `ARGUMENT` if none does, with the names that there are
  public Set<String> select(String what, Collection<String> names) {
    var selected = new LinkedHashSet<>(names);
    selected.removeIf(name -> !matches(name));
    if (selected.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, what + ": pattern matches no parameter")
          .with("pattern", glob)
          .with("parameters", names);
    }
    return selected;
  }

  @Override
  public String toString() {
    return glob;
  }
}
