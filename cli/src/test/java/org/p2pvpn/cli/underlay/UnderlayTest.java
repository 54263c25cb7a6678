package org.p2pvpn.cli.underlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The emulated internet in virtual time. */
class UnderlayTest {
  private static final long MILLI = 1_000_000;
  private static final String ALICE = "45.0.0.2";
  private static final String BOB = "45.1.0.2";
  private static final String ALICE6 = "2a10:0:1::2";
  private static final String BOB6 = "2a10:1:1::2";

  private final Underlay net = new Underlay(7);
  private final Host alice = net.add("alice", List.of(Address.of(ALICE), Address.of(ALICE6)));
  private final Host bob = net.add("bob", List.of(Address.of(BOB), Address.of(BOB6)));

  private Verdict send(Host from, Packet packet, long now) {
    return net.send(from, packet, now);
  }

  private Packet arrives(long now) {
    Packet packet = Objects.requireNonNull(net.poll(now), "nothing has arrived");
    assertThat(Packets.isSound(packet)).as("checksums").isTrue();
    return packet;
  }

  @Test
  void carriesBothFamiliesToWhomTheyAreFor() {
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 0);
    assertThat(arrives(0).to).isSameAs(bob);
    send(bob, Packets.udp(BOB6, 1, ALICE6, 2), 0);
    assertThat(arrives(0).to).isSameAs(alice);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void deliversWhenItIsDueAndNotBefore() {
    net.defaultShape(LinkShape.PERFECT.delay(Duration.ofMillis(40)));
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 5 * MILLI);
    assertThat(net.nextDueNanos()).isEqualTo(45 * MILLI);
    assertThat(net.poll(45 * MILLI - 1)).isNull();
    arrives(45 * MILLI);
    assertThat(net.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void packetsOfOneMomentKeepTheirOrder() {
    for (int port = 1; port <= 50; port++) {
      send(alice, Packets.udp(ALICE, port, BOB, 2), 0);
    }
    for (int port = 1; port <= 50; port++) {
      assertThat(arrives(0).unsigned(20)).isEqualTo(port);
    }
  }

  @Test
  void aCopyComesRightBehindItsOriginal() {
    net.link(alice, bob).shape(LinkShape.PERFECT.duplicate(1));
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 0);
    ByteBuffer first = arrives(0).bytes.duplicate();
    assertThat(arrives(0).bytes).isEqualTo(first);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void countsWhatIsForNobody() {
    send(alice, Packets.udp(ALICE, 1, "45.9.9.9", 2), 0);
    send(alice, Packets.udp(ALICE, 1, "224.0.0.1", 2), 0);
    Packet torn = Packets.udp(ALICE, 1, BOB, 2);
    torn.length = 19;
    send(alice, torn, 0);
    assertThat(alice.unrouted)
        .containsEntry(Verdict.NO_ROUTE, 2L)
        .containsEntry(Verdict.MALFORMED, 1L);
  }

  @Test
  void aRouterTellsTheSenderOfAPacketThatIsTooBig() {
    net.link(alice, bob).shape(LinkShape.PERFECT.mtu(1280));
    assertThat(send(alice, Packets.udp(ALICE, 1, BOB, 2, 1400), 0)).isEqualTo(Verdict.TOO_BIG);
    Packet ipv4 = arrives(0);
    assertThat(ipv4.to).isSameAs(alice);
    assertThat(ipv4.destination()).isEqualTo(Address.of(ALICE));
    assertThat(ipv4.bytes.getShort(20)).isEqualTo((short) 0x0304);
    assertThat(ipv4.unsigned(26)).isEqualTo(1280);
    send(alice, Packets.udp(ALICE6, 1, BOB6, 2, 1400), 0);
    Packet ipv6 = arrives(0);
    assertThat(ipv6.bytes.getShort(40)).isEqualTo((short) 0x0200);
    assertThat(ipv6.bytes.getInt(44)).isEqualTo(1280);
    assertThat(net.link(alice, bob).counters().drops(Verdict.TOO_BIG)).isEqualTo(2);
  }

  @Test
  void aSilentMtuTellsNobody() {
    net.link(alice, bob).shape(LinkShape.PERFECT.silentMtu(1280));
    send(alice, Packets.udp(ALICE, 1, BOB, 2, 1400), 0);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void aLinkThatIsDownIsToldAndABlackHoleIsNot() {
    net.link(alice, bob).shape(LinkShape.PERFECT.state(LinkShape.State.DOWN));
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 0);
    assertThat(arrives(0).bytes.getShort(20)).isEqualTo((short) 0x0301);
    send(alice, Packets.udp(ALICE6, 1, BOB6, 2), 0);
    assertThat(arrives(0).bytes.getShort(40)).isEqualTo((short) 0x0103);
    net.link(alice, bob).shape(LinkShape.PERFECT.state(LinkShape.State.BLACKHOLE));
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 0);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void noErrorIsSentAboutAnError() {
    net.link(alice, bob).shape(LinkShape.PERFECT.state(LinkShape.State.DOWN));
    send(alice, Packets.unreachable(ALICE, BOB, Packets.udp(BOB, 1, ALICE, 2)), 0);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void aBlackholedHostNeitherSendsNorGetsNotEvenWhatWasOnItsWay() {
    net.defaultShape(LinkShape.PERFECT.delay(Duration.ofMillis(40)));
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 0);
    bob.blackholed = true;
    assertThat(net.poll(50 * MILLI)).isNull();
    assertThat(send(bob, Packets.udp(BOB, 1, ALICE, 2), 0)).isEqualTo(Verdict.BLACKHOLED);
    bob.blackholed = false;
    send(alice, Packets.udp(ALICE, 1, BOB, 2), 50 * MILLI);
    arrives(90 * MILLI);
  }

  @Test
  void addressesMoveWithTheirHost() {
    net.readdress(bob, List.of(Address.of("45.2.0.2")));
    assertThat(send(alice, Packets.udp(ALICE, 1, BOB, 2), 0)).isEqualTo(Verdict.NO_ROUTE);
    send(alice, Packets.udp(ALICE, 1, "45.2.0.2", 2), 0);
    assertThat(arrives(0).to).isSameAs(bob);
    assertThatThrownBy(() -> net.readdress(bob, List.of(Address.of(ALICE))))
        .hasMessageContaining("alice");
  }

  @Test
  void theDefaultShapeReachesPairsThatHaveNoneOfTheirOwn() {
    net.link(alice, bob).shape(LinkShape.PERFECT.delay(Duration.ofMillis(3)));
    net.link(bob, alice);
    net.defaultShape(LinkShape.PERFECT.delay(Duration.ofMillis(9)));
    assertThat(net.link(alice, bob).shape().timing().delayNanos()).isEqualTo(3 * MILLI);
    assertThat(net.link(bob, alice).shape().timing().delayNanos()).isEqualTo(9 * MILLI);
  }

  @Test
  void theSameSeedAndPacketsGiveTheSameVerdictsWhateverOthersSend() {
    List<Verdict> alone = verdicts(7, false);
    assertThat(verdicts(7, true)).isEqualTo(alone);
    assertThat(verdicts(8, false)).isNotEqualTo(alone);
    assertThat(alone).contains(Verdict.PASSED, Verdict.LOST);
  }

  /** Of alice's packets to bob, with or without bob's to alice in between. */
  private static List<Verdict> verdicts(long seed, boolean others) {
    Underlay net = new Underlay(seed);
    Host alice = net.add("alice", List.of(Address.of(ALICE)));
    Host bob = net.add("bob", List.of(Address.of(BOB)));
    net.defaultShape(LinkShape.of(Duration.ofMillis(5), 0.3));
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      verdicts.add(net.send(alice, Packets.udp(ALICE, 1, BOB, 2), i * MILLI));
      if (others) {
        net.send(bob, Packets.udp(BOB, 1, ALICE, 2), i * MILLI);
      }
    }
    return verdicts;
  }

  /** Seeds side by side would give one sequence, shifted, and losses that come in echoes. */
  @Test
  void pairsHaveNothingInCommon() {
    net.defaultShape(LinkShape.PERFECT.loss(0.5));
    StringBuilder there = new StringBuilder();
    StringBuilder back = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      there.append(send(alice, Packets.udp(ALICE, 1, BOB, 2), 0) == Verdict.LOST ? 1 : 0);
      back.append(send(bob, Packets.udp(BOB, 1, ALICE, 2), 0) == Verdict.LOST ? 1 : 0);
    }
    for (int at = 0; at + 40 <= 2000; at += 40) {
      assertThat(there.indexOf(back.substring(at, at + 40))).isNegative();
    }
  }

  @Test
  void anObserverSeesBothEndsOfTheWay() {
    List<String> seen = new ArrayList<>();
    net.observer(
        new PacketObserver() {
          @Override
          public void sent(String from, String to, Verdict verdict, ByteBuffer packet) {
            seen.add("sent " + from + " " + to + " " + verdict + " " + packet.remaining());
          }

          @Override
          public void arrived(String from, String to, Verdict verdict, ByteBuffer packet) {
            seen.add("arrived " + from + " " + to + " " + verdict + " " + packet.remaining());
          }
        });
    send(alice, Packets.udp(ALICE, 1, BOB, 2, 72), 0);
    arrives(0);
    send(alice, Packets.udp(ALICE, 1, "45.9.9.9", 2, 72), 0);
    assertThat(seen)
        .containsExactly(
            "sent alice bob PASSED 100",
            "arrived alice bob PASSED 100",
            "sent alice  NO_ROUTE 100");
  }

  @Test
  void countsWhatWasSentAndWhatArrived() {
    send(alice, Packets.udp(ALICE, 1, BOB, 2, 72), 0);
    net.delivered(arrives(0), true);
    send(alice, Packets.udp(ALICE, 1, BOB, 2, 72), 0);
    net.delivered(arrives(0), false);
    LinkCounters counters = net.link(alice, bob).counters();
    assertThat(counters.sentPackets()).isEqualTo(2);
    assertThat(counters.sentBytes()).isEqualTo(200);
    assertThat(counters.deliveredPackets()).isEqualTo(1);
    assertThat(counters.drops(Verdict.DEVICE_DOWN)).isEqualTo(1);
  }
}
