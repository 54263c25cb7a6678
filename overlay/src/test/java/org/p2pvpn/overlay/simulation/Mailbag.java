package org.p2pvpn.overlay.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Packets from one node to another, each with a number and bytes that follow from it. Knows which
 * came; one that comes twice, changed, or was never sent is a failure.
 */
final class Mailbag {
  private static final int NUMBER_BYTES = 12;

  private final long seed;
  private SimulatedNode from;
  private SimulatedNode to;
  private final Set<Integer> received = new HashSet<>();
  private int sent;

  Mailbag(long seed, SimulatedNode from, SimulatedNode to) {
    this.seed = seed;
    this.from = from;
    this.to = to;
  }

  void send(int count) {
    for (int i = 0; i < count; i++) {
      byte[] payload = payload(sent);
      if (sent % 2 == 0) {
        from.sendIpv6(to, payload);
      } else {
        from.sendIpv4(to, payload);
      }
      sent++;
    }
  }

  /** The node died and came back as another object. */
  void replace(SimulatedNode node, SimulatedNode again) {
    from = from == node ? again : from;
    to = to == node ? again : to;
  }

  int sent() {
    return sent;
  }

  int received() {
    return received.size();
  }

  /** Whether all have come by now. */
  boolean isComplete() {
    return received.size() == sent;
  }

  /** Gives each packet that arrived at {@code node} to the bag it belongs to. */
  static void collect(SimulatedNode node, List<Mailbag> bags) {
    List<byte[]> packets = new ArrayList<>();
    node.receive(packets);
    for (byte[] packet : packets) {
      byte[] payload = Arrays.copyOfRange(packet, packet[0] >>> 4 == 4 ? 28 : 48, packet.length);
      int sender = ByteBuffer.wrap(payload).getInt(0);
      bags.stream()
          .filter(bag -> bag.to == node && bag.from.number == sender)
          .findFirst()
          .orElseThrow(() -> new AssertionError("a packet of nobody's reached " + node.name()))
          .accept(payload);
    }
  }

  private void accept(byte[] payload) {
    int number = ByteBuffer.wrap(payload).getInt(8);
    if (number >= sent || !Arrays.equals(payload, payload(number))) {
      throw new AssertionError(this + ": packet " + number + " was changed on the way");
    }
    if (!received.add(number)) {
      throw new AssertionError(this + ": packet " + number + " came twice");
    }
  }

  private byte[] payload(int number) {
    Random random = new Random(seed ^ (long) number << 20 ^ from.number << 8 ^ to.number);
    byte[] payload = new byte[NUMBER_BYTES + random.nextInt(1200)];
    random.nextBytes(payload);
    ByteBuffer.wrap(payload).putInt(from.number).putInt(to.number).putInt(number);
    return payload;
  }

  @Override
  public String toString() {
    return from.name() + " to " + to.name() + ": " + received.size() + " of " + sent;
  }
}
