package org.p2pvpn.overlay.score;

import org.p2pvpn.overlay.identity.NodeId;

/**
 * A first hop that we keep. All times in seconds since the epoch, 0 for never.
 *
 * @param sampledAt moved into the past by up to a tenth of the lifetime, so that its end tells
 *     nobody its beginning (guard-spec A.2)
 * @param confirmedAt when it first carried our traffic, likewise
 * @param failingSince reset when it answers
 * @param triedAt the last failure
 * @param unlistedSince when it first was not in our table
 */
public record Guard(
    NodeId id,
    long sampledAt,
    long confirmedAt,
    long failingSince,
    long triedAt,
    long unlistedSince) {
  boolean isConfirmed() {
    return confirmedAt != 0;
  }

  /** Reachable, or due for another try. */
  boolean isWorthTrying(long nowEpochSecond) {
    return failingSince == 0
        || nowEpochSecond - triedAt >= retryAfterSeconds(nowEpochSecond - failingSince);
  }

  /**
   * Ours, and far more eager than Tor's half-hour (guard-spec A.1): one initiation costs us a
   * kilobyte and hosts here are people's own, which come back after a reboot.
   */
  private static long retryAfterSeconds(long failingSeconds) {
    if (failingSeconds < 5 * 60) {
      return 30;
    }
    return failingSeconds < 6 * 3600 ? 10 * 60 : 3600;
  }

  Guard withConfirmed(long at) {
    return new Guard(id, sampledAt, at, 0, 0, unlistedSince);
  }

  Guard withAnswer() {
    return new Guard(id, sampledAt, confirmedAt, 0, 0, unlistedSince);
  }

  Guard withFailure(long at) {
    return new Guard(
        id, sampledAt, confirmedAt, failingSince == 0 ? at : failingSince, at, unlistedSince);
  }

  Guard withUnlistedSince(long at) {
    return new Guard(id, sampledAt, confirmedAt, failingSince, triedAt, at);
  }
}
