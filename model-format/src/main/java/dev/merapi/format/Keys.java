package dev.merapi.format;

import dev.merapi.spi.ModelContents;

/// The names that a Merapi file gives a meaning to; see `docs/file-format.md`.
final class Keys {
  /// What the user's own names and strings never begin with.
  static final String OWN = "merapi.";

  static final String HASH = OWN + "sha256";
  static final String VERSION = OWN + "version";
  static final String GRAPH = OWN + "graph";
  static final String TRAINING = OWN + "training";
  static final String INPUTS = OWN + "inputs";
  static final String OUTPUTS = OWN + "outputs";
  static final String LAYERS = OWN + "layers";
  static final String LABELS = OWN + "labels";
  static final String TENSORS = OWN + "tensors";

  /// What the names of large constants begin with; a number follows.
  static final String CONSTANT = OWN + "const.";

  static final String STATE = ModelContents.STATE;

  /// The version that is written.
  static final String CURRENT_VERSION = "1";

  /// What the JSON text begins with: the hash of the header comes first, so that it has a fixed
  /// place.
  static final String BEGINNING = "{\"" + Header.METADATA + "\":{\"" + HASH + "\":\"";

  /// Where the digits of that hash begin in the file.
  static final int HASH_AT = Header.PREFIX + BEGINNING.length();

  private Keys() {}
}
