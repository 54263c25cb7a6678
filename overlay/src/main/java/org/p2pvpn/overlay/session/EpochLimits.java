package org.p2pvpn.overlay.session;

import java.util.concurrent.TimeUnit;

/**
 * How long one epoch's keys may live. Times are those of the WireGuard paper, section 6.1; counts
 * for AES-GCM are those of RFC 9001, B.1; a line that says "ours" is neither.
 */
public final class EpochLimits {
  /** The property is for tests that must see several rekeys within a minute. */
  public static final long REKEY_AFTER_NANOS =
      TimeUnit.SECONDS.toNanos(Long.getLong("p2pvpn.rekey.seconds", 120));

  public static final long REJECT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(180);

  /** The initiator also rekeys when it only receives, this much before the end. */
  public static final long REKEY_RECEIVING_AFTER_NANOS = TimeUnit.SECONDS.toNanos(165);

  public static final long KEEPALIVE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
  public static final long RETRY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);
  public static final long RETRY_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(333);
  public static final long GIVE_UP_AFTER_NANOS = TimeUnit.SECONDS.toNanos(90);

  /** Sent something, heard nothing for this long: shake hands anew. */
  public static final long SILENCE_NANOS = KEEPALIVE_AFTER_NANOS + RETRY_AFTER_NANOS;

  /** Ours: two hosts that start together should meet in a second, not in five. */
  public static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  public static final long AES_GCM_REKEY_AFTER_MESSAGES = 1L << 27;
  public static final long AES_GCM_REJECT_AFTER_MESSAGES = 1L << 28;
  public static final long CHACHA_REKEY_AFTER_MESSAGES = 1L << 60;

  /** The paper's 2^64 - 2^13 - 1, cut to what a signed long counts: it is never reached. */
  public static final long CHACHA_REJECT_AFTER_MESSAGES = Long.MAX_VALUE - (1L << 13);

  static {
    assert REKEY_AFTER_NANOS < REKEY_RECEIVING_AFTER_NANOS : "the sender asks first";
    assert REKEY_RECEIVING_AFTER_NANOS < REJECT_AFTER_NANOS : "rekey before keys are rejected";
    assert AES_GCM_REKEY_AFTER_MESSAGES < AES_GCM_REJECT_AFTER_MESSAGES : "as for time";
  }

  private EpochLimits() {}
}
