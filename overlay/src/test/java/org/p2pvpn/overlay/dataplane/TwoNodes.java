package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.AddressGuard.Pair;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.DataMessage;

/** Alice, who sends, and Bob, who receives: what both know of each other after a handshake. */
final class TwoNodes {
  static final Pair ALICE = new Pair(0xF000_0001, 0xFD70_0000_0000_0001L, 1);
  static final Pair BOB = new Pair(0xF000_0002, 0xFD70_0000_0000_0002L, 2);
  static final Pair STRANGER = new Pair(0xF000_0003, 0xFD70_0000_0000_0003L, 3);
  static final int BOBS_INDEX = 0x0B0B_0002;

  final Session toBob = new Session(0, guard(BOB, ALICE), null, System.nanoTime());
  final Session toAlice = new Session(0, guard(ALICE, BOB), null, System.nanoTime());
  final Epoch alices;
  final Epoch bobs;
  final EpochTable bobsEpochs = new EpochTable(1);

  TwoNodes() {
    Epochs.Pair pair =
        Epochs.pair(
            Suite.AESGCM_SHA256, toBob, 0x0A0A_0001, toAlice, BOBS_INDEX, System.nanoTime());
    alices = pair.initiator();
    bobs = pair.responder();
    bobsEpochs.add(bobs);
  }

  RouteTable alicesRoutes() {
    return new RouteTable(List.of(new RouteTable.HostRoute(BOB, toBob)), null, null);
  }

  void connect(InetSocketAddress bobsEndpoint) {
    toBob.moveTo(bobsEndpoint);
    toBob.sendWith(alices);
  }

  /** What Alice would put on the wire for this plaintext, frame byte first. */
  byte[] sealed(long counter, byte... plaintext) {
    byte[] message = new byte[DataMessage.HEADER_BYTES + plaintext.length + DataMessage.TAG_BYTES];
    DataMessage.writeHeader(message, 0, BOBS_INDEX, counter);
    System.arraycopy(plaintext, 0, message, DataMessage.HEADER_BYTES, plaintext.length);
    alices.seal(0, counter, message, DataMessage.HEADER_BYTES, plaintext.length);
    return message;
  }

  byte[] sealedPacket(long counter, byte frame, byte[] packet) {
    byte[] plaintext = new byte[1 + packet.length];
    plaintext[0] = frame;
    System.arraycopy(packet, 0, plaintext, 1, packet.length);
    return sealed(counter, plaintext);
  }

  /** Opens what Alice sent; the plaintext with its frame byte. */
  byte[] open(byte[] message) {
    byte[] plaintext = new byte[message.length];
    int opened =
        bobs.open(
            DataMessage.counter(message, 0),
            message,
            DataMessage.HEADER_BYTES,
            message.length - DataMessage.HEADER_BYTES,
            plaintext,
            0,
            System.nanoTime());
    if (opened < 0) {
      throw new AssertionError(Epoch.verdict(opened));
    }
    return Arrays.copyOf(plaintext, opened);
  }

  private static AddressGuard guard(Pair peer, Pair own) {
    return new AddressGuard(peer, Pair.NONE, own, Pair.NONE);
  }
}
