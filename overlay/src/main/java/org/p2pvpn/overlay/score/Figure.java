package org.p2pvpn.overlay.score;

/**
 * A number and who says so.
 *
 * @param value in the unit of its term, see {@link Term}; NaN when unknown
 */
public record Figure(double value, Origin origin) {
  public static final Figure UNKNOWN = new Figure(Double.NaN, Origin.UNKNOWN);

  public Figure {
    if (Double.isNaN(value) != (origin == Origin.UNKNOWN)) {
      throw new IllegalArgumentException(origin + " figure: " + value);
    }
  }

  public static Figure measured(double value) {
    return new Figure(value, Origin.MEASURED);
  }

  public static Figure derived(double value) {
    return new Figure(value, Origin.DERIVED);
  }

  public static Figure claimed(double value) {
    return new Figure(value, Origin.CLAIMED);
  }
}
