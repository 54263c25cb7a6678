package org.p2pvpn.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/** One message through the AEAD: what a core spends on a packet in either direction. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EpochBenchmark {
  private static final int MESSAGES = 1024;
  private static final int TAG_BYTES = 16;
  private static final long NOW = 0;
  private static final AddressGuard.Pair NONE = AddressGuard.Pair.NONE;

  @Param({"AESGCM_SHA256", "CHACHAPOLY_BLAKE2S"})
  private Suite suite = Suite.AESGCM_SHA256;

  @Param({"64", "1400"})
  private int bytes;

  private final Session session =
      new Session(0, new AddressGuard(NONE, NONE, NONE, NONE), null, NOW);
  private final byte[][] sealed = new byte[MESSAGES][];
  private byte[] buffer = {};
  private long counter;
  private Epoch sealer = epoch();

  @Setup
  public void seal1024() {
    sealer = epoch();
    buffer = new byte[bytes + TAG_BYTES];
    for (int i = 0; i < MESSAGES; i++) {
      sealed[i] = new byte[bytes + TAG_BYTES];
      sealer.seal(0, i, sealed[i], 0, bytes);
    }
    counter = MESSAGES;
  }

  @Benchmark
  public int seal() {
    return sealer.seal(0, counter++, buffer, 0, bytes);
  }

  /** A message opens once, so each thousand has an epoch of its own; its cost is in the result. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long open() {
    Epoch opener = epoch();
    long sum = 0;
    for (int i = 0; i < MESSAGES; i++) {
      sum += opener.open(i, sealed[i], 0, sealed[i].length, buffer, 0, NOW);
    }
    if (sum != (long) MESSAGES * bytes) {
      throw new IllegalStateException("a message did not open");
    }
    return sum;
  }

  private Epoch epoch() {
    return new Epoch(session, new EpochKeys(suite, key(), key()), 1, 1, true, 1, NOW);
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 7);
    return key;
  }
}
