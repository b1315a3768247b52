package dev.merapi.data;

import java.util.Arrays;

/// Where the pixels of a new image come from: the affine map `u = ux * x + uy * y + u0`, `v = vx *
/// x + vy * y + v0` from a place of the new image (column x, row y) to one of the old. Changes are
/// joined at the side of the new image: each acts on the outcome of those before.
final class PixelMap {
  private final int oldHeight;
  private final int oldWidth;
  private int height;
  private int width;
  private double ux;
  private double uy;
  private double u0;
  private double vx;
  private double vy;
  private double v0;

  /// The identity of images of that size.
  PixelMap(int height, int width) {
    oldHeight = height;
    oldWidth = width;
    reset();
  }

  /// Becomes the identity again.
  void reset() {
    height = oldHeight;
    width = oldWidth;
    ux = 1;
    uy = 0;
    u0 = 0;
    vx = 0;
    vy = 1;
    v0 = 0;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /// The new image has another size, with the same upper left corner.
  void resize(int newHeight, int newWidth) {
    height = newHeight;
    width = newWidth;
  }

  /// Moves the image to the right and down.
  void translate(double right, double down) {
    u0 -= ux * right + uy * down;
    v0 -= vx * right + vy * down;
  }

  /// Left becomes right.
  void mirror() {
    u0 += ux * (width - 1);
    v0 += vx * (width - 1);
    ux = -ux;
    vx = -vx;
  }

  /// Turns counter-clockwise about the middle. Quarter turns are exact.
  void rotate(double degrees) {
    double quarters = degrees / 90;
    double cos = StrictMath.cos(Math.toRadians(degrees));
    double sin = StrictMath.sin(Math.toRadians(degrees));
    if (quarters == Math.rint(quarters)) {
      cos = Math.rint(cos);
      sin = Math.rint(sin);
    }
    // Rows count downwards, so this is the turn back, from the new image to the old one.
    linear(cos, -sin, sin, cos);
  }

  /// Enlarges about the middle.
  void scale(double factor) {
    linear(1 / factor, 0, 0, 1 / factor);
  }

  /// Joins `middle + M * (place - middle)`.
  private void linear(double xx, double xy, double yx, double yy) {
    double x = (width - 1) / 2.0;
    double y = (height - 1) / 2.0;
    double right = x - (xx * x + xy * y);
    double down = y - (yx * x + yy * y);
    u0 += ux * right + uy * down;
    v0 += vx * right + vy * down;
    double a = ux * xx + uy * yx;
    uy = ux * xy + uy * yy;
    ux = a;
    double b = vx * xx + vy * yx;
    vy = vx * xy + vy * yy;
    vx = b;
  }

  /// Makes the new image of an old one. Where every pixel is one of the old image it is copied,
  /// elsewhere it is interpolated between four (bilinear).
  ///
  /// @param old holds channels of the old size from `start` on
  /// @param fill what lies outside the old image
  /// @param made channels of the new size
  void draw(float[] old, int start, float fill, float[] made) {
    int oldSize = oldHeight * oldWidth;
    int size = height * width;
    if (isCopy()) {
      for (int from = start, to = 0; to < made.length; from += oldSize, to += size) {
        copy(old, from, fill, made, to);
      }
    } else {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double u = ux * x + uy * y + u0;
          double v = vx * x + vy * y + v0;
          interpolate(u, v, old, start, fill, made, y * width + x);
        }
      }
    }
  }

  private boolean isCopy() {
    return Math.abs(ux) == 1
        && uy == 0
        && vx == 0
        && vy == 1
        && u0 == Math.rint(u0)
        && v0 == Math.rint(v0);
  }

  private void copy(float[] old, int from, float fill, float[] made, int to) {
    int step = (int) ux;
    // Columns first ... last - 1 come from within the old image.
    int first = (int) Math.clamp(step > 0 ? -u0 : u0 - (oldWidth - 1), 0, width);
    int last = (int) Math.clamp(step > 0 ? oldWidth - u0 : u0 + 1, first, width);
    for (int y = 0; y < height; y++) {
      double v = y + v0;
      int line = to + y * width;
      if (v < 0 || v >= oldHeight || first == last) {
        Arrays.fill(made, line, line + width, fill);
        continue;
      }
      Arrays.fill(made, line, line + first, fill);
      Arrays.fill(made, line + last, line + width, fill);
      int place = from + (int) v * oldWidth + (int) (step * first + u0);
      if (step > 0) {
        System.arraycopy(old, place, made, line + first, last - first);
      } else {
        for (int x = first; x < last; x++) {
          made[line + x] = old[place--];
        }
      }
    }
  }

  /// One pixel of each channel.
  private void interpolate(
      double u, double v, float[] old, int start, float fill, float[] made, int to) {
    int oldSize = oldHeight * oldWidth;
    int size = height * width;
    if (!(u > -1 && u < oldWidth && v > -1 && v < oldHeight)) {
      for (int place = to; place < made.length; place += size) {
        made[place] = fill;
      }
      return;
    }
    int left = (int) Math.floor(u);
    int top = (int) Math.floor(v);
    float right = (float) (u - left);
    float down = (float) (v - top);
    boolean inside = left >= 0 && left + 1 < oldWidth && top >= 0 && top + 1 < oldHeight;
    int from = start + top * oldWidth + left;
    for (int place = to; place < made.length; place += size, from += oldSize) {
      float upper;
      float lower;
      if (inside) {
        upper = mix(old[from], old[from + 1], right);
        lower = mix(old[from + oldWidth], old[from + oldWidth + 1], right);
      } else {
        upper = line(old, from, left, top, right, fill);
        lower = line(old, from + oldWidth, left, top + 1, right, fill);
      }
      made[place] = mix(upper, lower, down);
    }
  }

  private float line(float[] old, int at, int left, int row, float right, float fill) {
    boolean exists = row >= 0 && row < oldHeight;
    float first = exists && left >= 0 ? old[at] : fill;
    float second = exists && left + 1 < oldWidth ? old[at + 1] : fill;
    return mix(first, second, right);
  }

  /// Exactly the first where the share is 0.
  private static float mix(float first, float second, float share) {
    return share == 0 ? first : first + share * (second - first);
  }
}
