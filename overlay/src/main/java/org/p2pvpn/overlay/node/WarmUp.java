package org.p2pvpn.overlay.node;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/**
 * Exercises the cipher before packets do: the first thousand of a cold JVM take 56 microseconds
 * each, and the code is only compiled in full after some ten thousand.
 */
final class WarmUp {
  /** Ours: a quarter of a second on one core, and the compiler has seen what it needs. */
  private static final int PACKETS = 12_000;

  private static final int PACKET_BYTES = 1400;

  private static final long AFTER_MILLIS = 500;

  private WarmUp() {}

  /** Later than the first handshake, with which it would compete for the processor. */
  static void soon(Suite suite) {
    Thread.ofPlatform()
        .name("warm-up")
        .daemon()
        .start(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(AFTER_MILLIS);
                run(suite);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Takes a while: on a thread of its own. */
  static void run(Suite suite) {
    AddressGuard.Pair none = AddressGuard.Pair.NONE;
    long now = System.nanoTime();
    Session session = new Session(0, new AddressGuard(none, none, none, none), null, now);
    byte[] key = new byte[32];
    try (EpochKeys keys = new EpochKeys(suite, key, key.clone())) {
      Epoch epoch = new Epoch(session, keys, 1, 1, true, 1, now);
      byte[] sealed = new byte[PACKET_BYTES + 16];
      byte[] opened = new byte[PACKET_BYTES];
      for (int i = 0; i < PACKETS; i++) {
        Arrays.fill(sealed, (byte) 0);
        long counter = epoch.reserve(1, now);
        int length = epoch.seal(0, counter, sealed, 0, PACKET_BYTES);
        epoch.open(counter, sealed, 0, length, opened, 0, now);
      }
    }
  }
}
