package dev.merapi.toolkit.arrays;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.io.IOException;
import java.util.Arrays;

/// Reads nested arrays and finds out their shape on the way.
final class JsonArrayReader {
  static final int MAX_RANK = 64;
  private static final int UNKNOWN = -1;

  private final JsonParser parser;
  private final DType dtype;
  private final long[] sizes = new long[MAX_RANK];
  private final long[] counts = new long[MAX_RANK];
  private int open;
  private int rank = UNKNOWN;
  private int[] bits = new int[16];
  private int length;

  JsonArrayReader(JsonParser parser, DType dtype) {
    this.parser = parser;
    this.dtype = dtype;
    Arrays.fill(sizes, UNKNOWN);
  }

  Tensor read() throws IOException {
    do {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw error("the text ends early");
      }
      switch (token) {
        case START_ARRAY -> begin();
        case END_ARRAY -> end();
        default -> add(bits(token));
      }
    } while (open > 0);
    if (parser.nextToken() != null) {
      throw error("something follows the array");
    }
    var shape = Shape.of(Arrays.stream(sizes, 0, rank).boxed().toArray());
    return Tensor.of(Literal.ofBits(new TensorType(dtype, shape), Arrays.copyOf(bits, length)));
  }

  private void begin() {
    if (open == MAX_RANK) {
      throw error("nested too deeply").with("limit", MAX_RANK);
    }
    if (open == rank) {
      throw error("an array among numbers");
    }
    counts[open++] = 0;
  }

  private void end() {
    if (counts[open - 1] == 0) {
      settle();
    }
    open--;
    if (sizes[open] == UNKNOWN) {
      sizes[open] = counts[open];
    } else if (sizes[open] != counts[open]) {
      throw error("arrays differ in length")
          .with("first", sizes[open])
          .with("length", counts[open]);
    }
    count();
  }

  /// What stands here stands as deep as all numbers.
  private void settle() {
    if (rank == UNKNOWN) {
      rank = open;
    } else if (rank != open) {
      throw error("depth of nesting differs").with("first", rank).with("depth", open);
    }
  }

  private void add(int value) {
    settle();
    if (length == Integer.MAX_VALUE - 16) {
      throw error("more elements than an array holds");
    }
    if (length == bits.length) {
      bits = Arrays.copyOf(bits, (int) Math.min(2L * length, Integer.MAX_VALUE - 16));
    }
    bits[length++] = value;
    count();
  }

  private void count() {
    if (open > 0) {
      counts[open - 1]++;
    }
  }

  private int bits(JsonToken token) throws IOException {
    boolean integer = token == JsonToken.VALUE_NUMBER_INT;
    switch (dtype) {
      case F32 -> {
        if (integer || token == JsonToken.VALUE_NUMBER_FLOAT) {
          return Float.floatToRawIntBits(number());
        }
      }
      case I32 -> {
        if (integer && parser.getNumberType() == NumberType.INT) {
          return parser.getIntValue();
        }
      }
      case BOOL -> {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
          return token == JsonToken.VALUE_TRUE ? 1 : 0;
        }
      }
    }
    throw error("not a value of the type").with("value", parser.getText()).with("type", dtype);
  }

  private float number() throws IOException {
    float value = parser.getFloatValue();
    if (!Float.isFinite(value)) {
      throw error("a number is too large for f32").with("value", parser.getText());
    }
    return value;
  }

  private MerapiException error(String what) {
    var at = parser.currentTokenLocation();
    return MerapiException.of(Kind.FORMAT, "json: " + what)
        .at("line " + at.getLineNr() + ", column " + at.getColumnNr());
  }
}
