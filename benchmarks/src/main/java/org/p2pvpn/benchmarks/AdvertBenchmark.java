package org.p2pvpn.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.AdvertBook;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Outcome;
import org.p2pvpn.overlay.discovery.advert.AdvertCounters;
import org.p2pvpn.overlay.discovery.advert.AdvertRules;
import org.p2pvpn.overlay.discovery.advert.AdvertSigner;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.Validity;
import org.p2pvpn.overlay.discovery.advert.VerifyBudget;
import org.p2pvpn.overlay.identity.NodeId;

/** What an advert costs who receives it: a right one, one seen before, and rubbish. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdvertBenchmark {
  private static final long NOW_SECONDS = 1_800_000_000;
  private static final NodeId SELF = NodeId.ofBytes(new byte[NodeId.BYTES]);

  private final byte[][] signed = new byte[1_000][];
  private byte[] rubbish = new byte[0];
  private AdvertCheck check = fresh();
  private int next;
  private long nowNanos;

  private static AdvertCheck fresh() {
    return new AdvertCheck(
        AdvertRules.INTERNET, new AdvertBook(SELF), new VerifyBudget(0), new AdvertCounters());
  }

  @Setup
  public void sign() {
    try (Identity identity = Identity.ofSeed(new byte[Identity.SEED_BYTES])) {
      AdvertSigner signer = new AdvertSigner(identity);
      Claims claims =
          new Claims(
              List.of(new InetSocketAddress(InetAddress.ofLiteral("20.1.2.3"), 28790)),
              Set.of(Role.RELAY),
              Place.UNSAID,
              Capacity.UNSAID,
              new Protocols(List.of(1), List.of(1, 2), "p2pvpn"),
              null,
              null,
              "",
              0);
      for (int i = 0; i < signed.length; i++) {
        Validity validity = new Validity(i, NOW_SECONDS, NOW_SECONDS + 900);
        signed[i] = signer.sign(claims, validity).toBytes();
      }
    }
    rubbish = Arrays.copyOf(signed[0], signed[0].length - 1);
  }

  /** Verified and put in the book. */
  @Benchmark
  public Outcome right() {
    if (next == signed.length) {
      next = 0;
      check = fresh();
    }
    return take(signed[next++]);
  }

  @Benchmark
  public Outcome seenBefore() {
    return take(signed[0]);
  }

  @Benchmark
  public Outcome rubbish() {
    return take(rubbish);
  }

  private Outcome take(byte[] bytes) {
    nowNanos += 1_000_000_000;
    return check.take(bytes, SELF, null, new Moment(NOW_SECONDS, nowNanos));
  }
}
