package org.p2pvpn.overlay.discovery.advert;

/** How large and how old an advert may be. All are ours; what is over a limit is refused. */
public final class AdvertLimits {
  /** A body of another version may mean anything. */
  public static final int VERSION = 1;

  /**
   * Signature included. With frame and type byte, seal (32), UDP and IPv6 (48) and the four layers
   * of 37 that five hops add, it is 1,254 bytes: one datagram everywhere, IPv6's least MTU is
   * 1,280.
   */
  public static final int SIGNED_BYTES_MAX = 1_024;

  /** threats.md 29: a stolen or outdated statement is worth nothing after a quarter of an hour. */
  public static final long LIFETIME_SECONDS_MAX = 15 * 60;

  /** How far ahead another's clock may be. */
  public static final long SKEW_SECONDS = 10 * 60;

  static final int ENDPOINTS_MAX = 8;
  static final int DENIED_PORT_RANGES_MAX = 16;
  static final int ALLOWED_PREFIXES_MAX = 8;
  static final int WIRE_VERSIONS_MAX = 4;
  static final int SUITES_MAX = 8;

  /** Vivaldi in Serf uses 8. */
  static final int DIMENSIONS_MAX = 8;

  /** Round trips above a minute are no round trips. */
  public static final int MICROS_MAX = 60_000_000;

  static final int REGION_CHARS_MAX = 3;
  static final int CITY_BYTES_MAX = 40;
  static final int OPERATOR_BYTES_MAX = 63;
  static final int SOFTWARE_BYTES_MAX = 32;

  private AdvertLimits() {}
}
