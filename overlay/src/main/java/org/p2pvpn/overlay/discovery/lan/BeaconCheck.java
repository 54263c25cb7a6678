package org.p2pvpn.overlay.discovery.lan;

import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Looks at what comes by the multicast group: each check in the order of its cost, the signature
 * last and within a budget. Whatever the link sends, it costs a hundredth of a core at most. One
 * thread; anyone may read the counters.
 */
@SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
public final class BeaconCheck {
  /** Ours: a node sends four in its first seconds on each of its addresses, then two a minute. */
  static final double SOURCE_PER_SECOND = 1;

  static final double SOURCE_BURST = 10;

  /** At the limit the source heard longest ago is forgotten and begins with a full share. */
  static final int SOURCES_MAX = 256;

  /** Ours: hashes of 0.5 us, so a hundredth of a core; 10,000 peers are tried twice a second. */
  static final double TRIES_PER_SECOND = 20_000;

  /** Ours: verifications of 52 us. */
  static final double SIGNATURES_PER_SECOND = 20;

  static final double SIGNATURES_BURST = 40;

  /** At the limit the node heard longest ago is forgotten: its old beacons would count again. */
  static final int SEQUENCES_MAX = 1024;

  private static final BeaconRefusal[] REFUSALS = BeaconRefusal.values();

  private final NodeId own;
  private final byte @Nullable [] network;
  private final Bucket tries;
  private final Bucket signatures;
  private final Map<InetAddress, Bucket> sources = limited(SOURCES_MAX);
  private final Map<NodeId, Long> sequences = limited(SEQUENCES_MAX);

  /** The key that was right for a source is tried first. */
  private final Map<InetAddress, byte[]> lastKeys = limited(SOURCES_MAX);

  private final AtomicLongArray refused = new AtomicLongArray(REFUSALS.length);
  private final AtomicLongArray taken = new AtomicLongArray(1);

  /** A beacon that may be believed. */
  public sealed interface Result {
    record Heard(Beacon beacon, Beacon.Form form) implements Result {}

    record Refused(BeaconRefusal why) implements Result {}
  }

  public BeaconCheck(NodeId own, @Nullable NetworkKey network, long nowNanos) {
    this.own = own;
    this.network = network == null ? null : secret(network);
    tries = new Bucket(TRIES_PER_SECOND, TRIES_PER_SECOND, nowNanos);
    signatures = new Bucket(SIGNATURES_PER_SECOND, SIGNATURES_BURST, nowNanos);
  }

  static byte[] secret(NetworkKey network) {
    return network.derive("p2pvpn beacon network 1");
  }

  /**
   * One datagram.
   *
   * @param from the address it came from, without the port
   * @param links of this host; it came by one of them
   * @param known signing keys of the nodes that we know
   */
  public Result check(
      byte[] datagram,
      InetAddress from,
      List<LanLink> links,
      Collection<byte[]> known,
      long nowNanos) {
    Result result = look(datagram, from, links, known, nowNanos);
    switch (result) {
      case Result.Refused(var why) -> refused.incrementAndGet(why.ordinal());
      case Result.Heard _ -> taken.incrementAndGet(0);
    }
    return result;
  }

  private Result look(
      byte[] datagram,
      InetAddress from,
      List<LanLink> links,
      Collection<byte[]> known,
      long nowNanos) {
    Bucket source =
        sources.computeIfAbsent(from, _ -> new Bucket(SOURCE_PER_SECOND, SOURCE_BURST, nowNanos));
    if (!source.take(nowNanos)) {
      return new Result.Refused(BeaconRefusal.TOO_OFTEN);
    }
    boolean headed =
        datagram.length >= BeaconCodec.SEALED_BYTES_MIN
            && datagram[0] == BeaconCodec.TYPE
            && datagram[1] == BeaconCodec.VERSION
            && datagram[3] == 0;
    Beacon.Form form = headed ? BeaconCodec.form(datagram) : null;
    if (form == null || !BeaconCodec.isSize(form, datagram.length)) {
      return new Result.Refused(BeaconRefusal.MALFORMED);
    }
    if (links.stream().noneMatch(link -> link.holds(from))) {
      return new Result.Refused(BeaconRefusal.OFF_LINK);
    }
    if ((network != null) != (form == Beacon.Form.TO_NETWORK)
        || (network != null && !BeaconCodec.isMarked(datagram, network))) {
      return new Result.Refused(BeaconRefusal.OTHER_NETWORK);
    }
    byte[] secret = network;
    if (form == Beacon.Form.TO_PEERS) {
      if (!tries.take(known.size() + 1, nowNanos)) {
        return new Result.Refused(BeaconRefusal.TOO_MANY);
      }
      secret = sender(datagram, from, known);
      if (secret == null) {
        return new Result.Refused(BeaconRefusal.UNKNOWN);
      }
    }
    BeaconCodec.Opened opened =
        secret == null ? BeaconCodec.openClear(datagram) : BeaconCodec.open(datagram, secret);
    return opened == null
        ? new Result.Refused(BeaconRefusal.DAMAGED)
        : believe(datagram, from, opened, form, nowNanos);
  }

  private byte @Nullable [] sender(byte[] datagram, InetAddress from, Collection<byte[]> known) {
    byte[] last = lastKeys.get(from);
    if (last != null && BeaconCodec.isMarked(datagram, last)) {
      return last;
    }
    for (byte[] key : known) {
      if (BeaconCodec.isMarked(datagram, key)) {
        lastKeys.put(from, key);
        return key;
      }
    }
    return null;
  }

  private Result believe(
      byte[] datagram,
      InetAddress from,
      BeaconCodec.Opened opened,
      Beacon.Form form,
      long nowNanos) {
    NodeId id = opened.beacon().keys().id();
    if (id.equals(own)) {
      return new Result.Refused(BeaconRefusal.OWN);
    }
    Long highest = sequences.get(id);
    if (highest != null && opened.beacon().sequence() <= highest) {
      return new Result.Refused(BeaconRefusal.BEHIND);
    }
    if (!signatures.take(nowNanos)) {
      return new Result.Refused(BeaconRefusal.OVER_BUDGET);
    }
    if (!BeaconCodec.verify(datagram, from.getAddress(), opened)) {
      return new Result.Refused(BeaconRefusal.FORGED);
    }
    sequences.put(id, opened.beacon().sequence());
    return new Result.Heard(opened.beacon(), form);
  }

  public long get(BeaconRefusal refusal) {
    return refused.get(refusal.ordinal());
  }

  /** Beside the other counters, refusals as {@code beacon_refused_forged}. */
  public void addTo(Map<String, Long> sums) {
    sums.merge("beacons_taken", taken.get(0), Long::sum);
    for (BeaconRefusal refusal : REFUSALS) {
      sums.merge(
          "beacon_refused_" + refusal.name().toLowerCase(Locale.ROOT), get(refusal), Long::sum);
    }
  }

  private static <K, V> Map<K, V> limited(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }
}
