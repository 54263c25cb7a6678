package org.p2pvpn.overlay.circuit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;

/** Shards of a relay in virtual time: senders that offer a rate, and a count of what went out. */
final class RelayModel {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;
  private static final long STEP_NANOS = MILLI / 10;
  private static final AddressGuard GUARD =
      new AddressGuard(
          AddressGuard.Pair.NONE,
          AddressGuard.Pair.NONE,
          AddressGuard.Pair.NONE,
          AddressGuard.Pair.NONE);

  final RelayBandwidth bandwidth = new RelayBandwidth();
  final List<Shard> shards = new ArrayList<>();
  long nowNanos = -5 * SECOND; // nanoTime may be negative
  private int circuits;

  RelayModel(long bitsPerSecond, int shardCount, int budgetBytes) {
    bandwidth.total().limit(bitsPerSecond, nowNanos);
    for (int i = 0; i < shardCount; i++) {
      shards.add(new Shard(i, budgetBytes));
    }
  }

  Shard shard() {
    return shards.getFirst();
  }

  Client client(long allowedBitsPerSecond) {
    return new Client(new Allowance(allowedBitsPerSecond, nowNanos));
  }

  /** Lets the senders send, and everything go that may. */
  void run(long nanos, Sender... senders) {
    long end = nowNanos + nanos;
    while (nowNanos - end < 0) {
      nowNanos += STEP_NANOS;
      for (Sender sender : senders) {
        sender.step();
      }
      for (Shard shard : shards) {
        if (!shard.queue.isEmpty() && nowNanos - shard.wakeNanos >= 0) {
          shard.drain();
        }
      }
    }
  }

  /** One peer of the relay. */
  final class Client {
    final Session session = new Session(0, GUARD, null, 0);
    private final Allowance allowance;

    Client(Allowance allowance) {
      this.allowance = allowance;
    }

    RelayedCircuit circuit() {
      return new RelayedCircuit(++circuits, session, new Session(1, GUARD, null, 0), allowance, 0);
    }

    Sender sender(Shard shard, long bitsPerSecond, int datagramBytes) {
      return new Sender(shard, circuit(), bitsPerSecond, datagramBytes);
    }
  }

  /** Offers datagrams at a steady rate, each with its number. */
  static final class Sender {
    final RelayedCircuit circuit;
    private final Shard shard;
    private final double bytesPerStep;
    private final byte[] datagram;
    private double owed;
    private int number;

    Sender(Shard shard, RelayedCircuit circuit, long bitsPerSecond, int datagramBytes) {
      this.shard = shard;
      this.circuit = circuit;
      this.bytesPerStep = bitsPerSecond / 8e9 * STEP_NANOS;
      this.datagram = new byte[datagramBytes];
      this.owed = -(circuit.index() * 37 % datagramBytes); // not all at once
    }

    void step() {
      for (owed += bytesPerStep; owed >= datagram.length; owed -= datagram.length) {
        send();
      }
    }

    Verdict send() {
      ByteBuffer.wrap(datagram).putInt(number++);
      return shard.offer(circuit, datagram);
    }

    long sentBytes() {
      return shard.sentBytes.getOrDefault(circuit, 0L);
    }
  }

  /** One queue, and the socket behind it. */
  final class Shard implements FairQueue.Outlet {
    final Counters counters = new Counters();
    final FairQueue queue;
    final Map<RelayedCircuit, Long> sentBytes = new HashMap<>();
    final Map<RelayedCircuit, List<Integer>> numbers = new HashMap<>();
    final List<RelayedCircuit> order = new ArrayList<>();
    boolean writable = true;
    long wakeNanos = Long.MIN_VALUE;

    Shard(int number, int budgetBytes) {
      queue = new FairQueue(number, budgetBytes, bandwidth, counters);
    }

    Verdict offer(RelayedCircuit circuit, byte[] datagram) {
      if (queue.passes(circuit, datagram.length, writable, nowNanos)) {
        send(circuit, true, datagram, datagram.length, nowNanos);
        return Verdict.PASSED;
      }
      boolean wasEmpty = queue.isEmpty();
      Verdict kept = queue.enqueue(circuit, true, datagram, 0, datagram.length, nowNanos);
      if (kept != Verdict.PASSED) {
        counters.count(kept);
      }
      if (wasEmpty) {
        wakeNanos = nowNanos;
      }
      return kept;
    }

    void drain() {
      long wait = queue.drain(this, nowNanos);
      wakeNanos = wait == FairQueue.NOTHING ? nowNanos : nowNanos + wait;
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void send(
        RelayedCircuit circuit, boolean toNext, byte[] datagram, int bytes, long nowNanos) {
      sentBytes.merge(circuit, (long) bytes, Long::sum);
      numbers
          .computeIfAbsent(circuit, _ -> new ArrayList<>())
          .add(ByteBuffer.wrap(datagram).getInt());
      order.add(circuit);
    }
  }
}
