package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.dataplane.TwoNodes.ALICE;
import static org.p2pvpn.overlay.dataplane.TwoNodes.BOB;
import static org.p2pvpn.overlay.dataplane.TwoNodes.STRANGER;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.tun.PipeTun;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OutboundPathTest {
  private static final int MTU = 1400;
  private static final byte[] PACKET = Packets.ipv6(ALICE, BOB, new byte[] {1, 2, 3});

  private final TwoNodes nodes = new TwoNodes();
  private final RecordingEvents events = new RecordingEvents();
  private final Counters counters = new Counters();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final PipeTun.Pair tun = PipeTun.pair("test0", MTU, TunOffloads.ALL, 256);
  private final OutboundPath path =
      new OutboundPath(
          new SealBatch(wire.udp, counters, 0),
          counters,
          events,
          new PacketTooBig(tun.left()::write),
          MTU);

  OutboundPathTest() {
    tun.right().up();
    tun.left().up();
    path.routes(nodes.alicesRoutes());
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private void put(byte[] onTun) {
    TunBuffer buffer = TunBuffer.allocate(onTun.length);
    buffer.bytes().put(0, onTun);
    assertThat(tun.right().write(buffer, 0, onTun.length)).isEqualTo(onTun.length);
  }

  private void turn() {
    wire.onLoop(() -> path.onTunReadable(tun.left()));
  }

  private byte[] framed(byte frame, byte[] packet) {
    byte[] framed = new byte[1 + packet.length];
    framed[0] = frame;
    System.arraycopy(packet, 0, framed, 1, packet.length);
    return framed;
  }

  @Test
  void sealsAPacketForTheSessionItBelongsTo() {
    nodes.connect(wire.address());
    put(Packets.onTun(PACKET));
    turn();
    byte[] message = wire.receive(1).getFirst();
    assertThat(message).hasSize(PACKET.length + DataMessage.OVERHEAD_BYTES);
    assertThat(DataMessage.receiverIndex(message, 0)).isEqualTo(TwoNodes.BOBS_INDEX);
    assertThat(nodes.open(message)).isEqualTo(framed(Frame.PACKET, PACKET));
    assertThat(nodes.toBob.sentBytes()).isEqualTo(PACKET.length);
  }

  @Test
  void packetsOfOneSizeShareASend() {
    nodes.connect(wire.address());
    for (int i = 0; i < 10; i++) {
      put(Packets.onTun(PACKET));
    }
    turn();
    List<byte[]> messages = wire.receive(10);
    for (int i = 0; i < 10; i++) {
      assertThat(DataMessage.counter(messages.get(i), 0)).isEqualTo(i);
      assertThat(nodes.open(messages.get(i))).isEqualTo(framed(Frame.PACKET, PACKET));
    }
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isEqualTo(10);
  }

  @Test
  void packetsOfAllSizesArriveInOrder() {
    nodes.connect(wire.address());
    int[] sizes = {100, 100, 50, 100, 1352, 0, 1, 1352, 1352, 7};
    for (int size : sizes) {
      put(Packets.onTun(Packets.ipv6(ALICE, BOB, new byte[size])));
    }
    turn();
    List<byte[]> messages = wire.receive(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      assertThat(nodes.open(messages.get(i))).hasSize(1 + 48 + sizes[i]);
    }
  }

  @Test
  void cutsASuperPacketIntoSegmentsWithPartialChecksums() {
    nodes.connect(wire.address());
    byte[] payload = new byte[2500];
    Arrays.fill(payload, (byte) 5);
    put(Packets.superOnTun(Packets.ipv6(ALICE, BOB, payload), 1000));
    turn();
    List<byte[]> messages = wire.receive(3);
    int[] lengths = {1048, 1048, 548};
    for (int i = 0; i < 3; i++) {
      byte[] plaintext = nodes.open(messages.get(i));
      assertThat(plaintext).hasSize(1 + lengths[i]);
      assertThat(plaintext[0]).isEqualTo(Frame.PACKET_PARTIAL_CHECKSUM);
    }
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
  }

  @Test
  void dropsWhatIsNoIp() {
    put(Packets.onTun(new byte[60]));
    put(Packets.onTun(new byte[] {0x45}));
    turn();
    assertThat(counters.get(Verdict.NOT_IP)).isEqualTo(2);
  }

  @Test
  void dropsAPacketThatNoSessionOwns() {
    put(Packets.onTun(Packets.ipv4(ALICE, STRANGER, new byte[1])));
    turn();
    assertThat(counters.get(Verdict.NO_ROUTE)).isEqualTo(1);
  }

  @Test
  void aPacketWithoutKeysWaitsAndSaysSo() {
    put(Packets.onTun(PACKET));
    turn();
    assertThat(events.waiting).containsExactly(nodes.toBob);
    assertThat(nodes.toBob.hasWaiting()).isTrue();
    nodes.connect(wire.address());
    wire.onLoop(() -> path.onKeys(nodes.toBob));
    assertThat(nodes.open(wire.receive(1).getFirst())).isEqualTo(framed(Frame.PACKET, PACKET));
    assertThat(nodes.toBob.hasWaiting()).isFalse();
  }

  @Test
  void aFullWaitingRoomDrops() {
    for (int i = 0; i < Session.WAITING_PACKETS_MAX + 3; i++) {
      put(Packets.onTun(PACKET));
    }
    turn();
    assertThat(counters.get(Verdict.NO_SESSION)).isEqualTo(3);
  }

  /** The keys may be gone again when their turn comes; the loop must not spin on that. */
  @Test
  void keysThatAreGoneAgainLeaveThePacketsWaiting() {
    for (int i = 0; i < Session.WAITING_PACKETS_MAX; i++) {
      put(Packets.onTun(PACKET));
    }
    turn();
    wire.onLoop(() -> path.onKeys(nodes.toBob));
    nodes.connect(wire.address());
    wire.onLoop(() -> path.onKeys(nodes.toBob));
    assertThat(wire.receive(Session.WAITING_PACKETS_MAX)).hasSize(Session.WAITING_PACKETS_MAX);
  }

  @Test
  void wornOutKeysMakePacketsWait() {
    nodes.connect(wire.address());
    int half = (int) (EpochLimits.AES_GCM_REJECT_AFTER_MESSAGES / 2);
    nodes.alices.reserve(half, System.nanoTime());
    nodes.alices.reserve(half, System.nanoTime());
    put(Packets.onTun(PACKET));
    turn();
    assertThat(nodes.toBob.hasWaiting()).isTrue();
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isZero();
  }

  @Test
  void sealsControlMessagesAndKeepalives() {
    nodes.connect(wire.address());
    wire.onLoop(() -> path.onControl(nodes.toBob, new byte[] {Frame.CONTROL, 7}));
    wire.onLoop(() -> path.onControl(nodes.toBob, new byte[0]));
    List<byte[]> messages = wire.receive(2);
    assertThat(nodes.open(messages.get(0))).containsExactly(Frame.CONTROL, 7);
    assertThat(nodes.open(messages.get(1))).isEmpty();
    assertThat(nodes.toBob.sentBytes()).isZero();
  }

  @Test
  void aControlMessageWithoutKeysIsLost() {
    wire.onLoop(() -> path.onControl(nodes.toBob, new byte[] {Frame.CONTROL, 7}));
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isZero();
  }

  private byte[] readFromTun() {
    TunBuffer buffer = TunBuffer.allocate(2000);
    byte[] packet = new byte[Math.max(0, tun.right().read(buffer, 0, 2000))];
    buffer.bytes().get(0, packet);
    return packet;
  }

  @Test
  void whatDoesNotFitTheWayIsAnsweredAndNotSent() {
    nodes.connect(wire.address());
    nodes.toBob.datagramBytesMax(1340);
    int fits = 1340 - DataMessage.OVERHEAD_BYTES;
    put(Packets.onTun(Packets.ipv6(ALICE, BOB, new byte[fits + 1 - 48])));
    turn();
    assertThat(counters.get(Verdict.TOO_BIG)).isEqualTo(1);
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isZero();
    byte[] told = readFromTun();
    assertThat(told).hasSizeGreaterThan(50);
    assertThat(told[50]).as("ICMPv6 type").isEqualTo((byte) 2);
    put(Packets.onTun(Packets.ipv6(ALICE, BOB, new byte[fits - 48])));
    turn();
    assertThat(wire.receive(1).getFirst()).hasSize(1340);
    assertThat(readFromTun()).isEmpty();
  }

  @Test
  void aSuperPacketWhoseSegmentsDoNotFitIsAnsweredOnce() {
    nodes.connect(wire.address());
    nodes.toBob.datagramBytesMax(1340);
    put(Packets.superOnTun(Packets.ipv4(ALICE, BOB, new byte[5000]), 1300));
    turn();
    assertThat(counters.get(Verdict.TOO_BIG)).isEqualTo(1);
    assertThat(readFromTun()).hasSize(10 + 576);
    assertThat(readFromTun()).isEmpty();
    put(Packets.superOnTun(Packets.ipv4(ALICE, BOB, new byte[5000]), 1250));
    turn();
    assertThat(wire.receive(4))
        .allSatisfy(datagram -> assertThat(datagram.length <= 1340).isTrue());
  }

  @Test
  void theLimitOfANestedSessionIsThatOfItsFirstHop() {
    Session guard = new TwoNodes().toBob;
    guard.datagramBytesMax(1340);
    nodes.toBob.datagramBytesMax(500);
    nodes.toBob.way(new Way(List.of(guard, new TwoNodes().toBob)));
    assertThat(SealBatch.packetBytesMax(nodes.toBob)).isEqualTo(1340 - 33 - 2 * 37);
  }

  /** The loopback takes 65,536 bytes. */
  @Test
  void whatMayNotBeCutGoesWholeOrIsRefused() {
    nodes.connect(wire.address());
    List<String> refused = new ArrayList<>();
    wire.onLoop(() -> path.onWhole(nodes.toBob, new byte[65_470], () -> refused.add("first")));
    assertThat(wire.receive(1).getFirst()).hasSize(65_502);
    assertThat(refused).isEmpty();
    wire.onLoop(() -> path.onWhole(nodes.toBob, new byte[65_480], () -> refused.add("second")));
    assertThat(refused).containsExactly("second");
    wire.onLoop(() -> path.onControl(nodes.toBob, new byte[] {Frame.CONTROL, 7}));
    assertThat(nodes.open(wire.receive(1).getFirst())).containsExactly(Frame.CONTROL, 7);
  }
}
