package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.AddressGuard.Pair;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;

/** Alice and the hops of her path, each with keys of its own; the last is Bob. */
final class HopChain {
  /** The index that a hop's answers bear; by {@code shardOf} of a power of two they differ. */
  static int alicesIndex(int hop) {
    return 0x0A0A_0000 + hop;
  }

  /** Alice's sessions, guard first. */
  final List<Session> sessions = new ArrayList<>();

  final List<Epoch> alices = new ArrayList<>();
  final List<Epoch> hops = new ArrayList<>();

  HopChain(int length) {
    long now = System.nanoTime();
    for (int hop = 0; hop < length; hop++) {
      AddressGuard guard = new AddressGuard(TwoNodes.BOB, Pair.NONE, TwoNodes.ALICE, Pair.NONE);
      Session session = new Session(hop, guard, null, now);
      if (hop > 0) {
        session.way(new Way(sessions.subList(0, Math.min(hop, Way.HOPS_MAX - 1))));
      }
      int there = 2 * hop + 1;
      int back = 2 * hop + 2;
      Suite suite = Suite.AESGCM_SHA256;
      int hopsIndex = 0x0B0B_0000 + hop;
      Epoch alice =
          new Epoch(
              session, Epochs.keys(suite, there, back), alicesIndex(hop), hopsIndex, true, 1, now);
      session.sendWith(alice);
      sessions.add(session);
      alices.add(alice);
      hops.add(
          new Epoch(
              Epochs.session(hop),
              Epochs.keys(suite, back, there),
              hopsIndex,
              alicesIndex(hop),
              false,
              1,
              now));
    }
  }

  void connect(InetSocketAddress guard) {
    sessions.getFirst().moveTo(guard);
  }

  Session last() {
    return sessions.getLast();
  }

  EpochTable alicesTable(int shards) {
    EpochTable table = new EpochTable(shards);
    alices.forEach(table::add);
    return table;
  }

  /** What this hop finds in a message. */
  byte[] open(int hop, byte[] message) {
    if (!DataMessage.isData(message, 0)
        || DataMessage.receiverIndex(message, 0) != hops.get(hop).localIndex()) {
      throw new AssertionError("not for hop " + hop);
    }
    byte[] plaintext = new byte[message.length];
    int opened =
        hops.get(hop)
            .open(
                DataMessage.counter(message, 0),
                message,
                DataMessage.HEADER_BYTES,
                message.length - DataMessage.HEADER_BYTES,
                plaintext,
                0,
                System.nanoTime());
    if (opened < 0) {
      throw new AssertionError("hop " + hop + ": " + Epoch.verdict(opened));
    }
    return Arrays.copyOf(plaintext, opened);
  }

  /** What the last hop finds, after each before it found a forward frame with the right id. */
  byte[] openAll(byte[] message) {
    byte[] found = message;
    for (int hop = 0; hop < hops.size() - 1; hop++) {
      byte[] plaintext = open(hop, found);
      if (plaintext[0] != Frame.FORWARD || Frame.circuit(plaintext, 0) != alicesIndex(hop + 1)) {
        throw new AssertionError("hop " + hop + " found no forward frame for the next");
      }
      found = Arrays.copyOfRange(plaintext, Frame.FORWARD_BYTES, plaintext.length);
    }
    return open(hops.size() - 1, found);
  }

  /** What this hop seals for Alice. */
  byte[] sealed(int hop, byte... plaintext) {
    Epoch epoch = hops.get(hop);
    byte[] message = new byte[DataMessage.BYTES_MIN + plaintext.length];
    long counter = epoch.reserve(1, System.nanoTime());
    DataMessage.writeHeader(message, 0, epoch.remoteIndex(), counter);
    System.arraycopy(plaintext, 0, message, DataMessage.HEADER_BYTES, plaintext.length);
    epoch.seal(0, counter, message, DataMessage.HEADER_BYTES, plaintext.length);
    return message;
  }

  /** An answer of this hop's with the layers that the hops before it put around it. */
  byte[] answer(int from, byte... plaintext) {
    return carried(from, alicesIndex(from), sealed(from, plaintext));
  }

  /** Any datagram that arrived at the hop before {@code from}, and went on by this circuit. */
  byte[] carried(int from, int circuit, byte[] datagram) {
    byte[] message = datagram;
    int id = circuit;
    for (int hop = from - 1; hop >= 0; hop--) {
      message = sealed(hop, forward(id, message));
      id = alicesIndex(hop);
    }
    return message;
  }

  static byte[] forward(int circuit, byte[] datagram) {
    byte[] plaintext = new byte[Frame.FORWARD_BYTES + datagram.length];
    Frame.writeForward(plaintext, 0, circuit);
    System.arraycopy(datagram, 0, plaintext, Frame.FORWARD_BYTES, datagram.length);
    return plaintext;
  }

  static byte[] framed(byte frame, byte[] packet) {
    byte[] plaintext = new byte[1 + packet.length];
    plaintext[0] = frame;
    System.arraycopy(packet, 0, plaintext, 1, packet.length);
    return plaintext;
  }
}
