package org.p2pvpn.cli.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.p2pvpn.tun.segment.Checksum;

/** NAT kinds by the tables of RFC 4787; alice is behind one, bob and carol are not. */
class NatTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String INSIDE = "192.168.1.2";
  private static final String OUTSIDE = "45.0.0.2";
  private static final String BOB = "45.1.0.2";
  private static final String CAROL = "45.2.0.2";
  private static final String ALICE6 = "2a10:0:1::2";
  private static final String BOB6 = "2a10:1:1::2";

  private final Underlay net = new Underlay(7);
  private final Host alice = net.add("alice", List.of(Address.of(OUTSIDE), Address.of(ALICE6)));
  private final Host bob = net.add("bob", List.of(Address.of(BOB), Address.of(BOB6)));
  private final Host carol = net.add("carol", List.of(Address.of(CAROL)));

  private void nat(NatKind kind) {
    net.nat(alice, kind, NatTimeouts.RFC, Address.of(INSIDE));
  }

  /** Alice sends; the port others see, or the verdict's name. */
  private int outbound(Packet packet, long now) {
    assertThat(net.send(alice, packet, now)).isEqualTo(Verdict.PASSED);
    Packet seen = arrived(now);
    assertThat(seen.source()).isEqualTo(Address.of(OUTSIDE));
    return seen.unsigned(20);
  }

  private int outbound(int port, String to, int toPort, long now) {
    return outbound(Packets.udp(INSIDE, port, to, toPort), now);
  }

  private Packet arrived(long now) {
    Packet packet = Objects.requireNonNull(net.poll(now), "nothing has arrived");
    assertThat(Packets.isSound(packet)).as("checksums").isTrue();
    return packet;
  }

  /** Whether alice gets it, at the port she used. */
  private boolean inbound(Host from, String address, int port, int toPort, long now) {
    net.send(from, Packets.udp(address, port, OUTSIDE, toPort), now);
    @Nullable Packet packet = net.poll(now);
    if (packet != null) {
      assertThat(Packets.isSound(packet)).as("checksums").isTrue();
      assertThat(packet.destination()).isEqualTo(Address.of(INSIDE));
      assertThat(packet.unsigned(22)).isEqualTo(5000);
    }
    return packet != null;
  }

  @ParameterizedTest
  @CsvSource({
    "FULL_CONE, true, true",
    "RESTRICTED, true, true",
    "PORT_RESTRICTED, true, true",
    "SYMMETRIC, false, false"
  })
  void mapsAsItsKindSays(NatKind kind, boolean sameForPort, boolean sameForAddress) {
    nat(kind);
    int first = outbound(5000, BOB, 1000, 0);
    assertThat(outbound(5000, BOB, 1000, 0)).isEqualTo(first);
    assertThat(outbound(5000, BOB, 1001, 0) == first).isEqualTo(sameForPort);
    assertThat(outbound(5000, CAROL, 1000, 0) == first).isEqualTo(sameForAddress);
    assertThat(outbound(5001, BOB, 1000, 0)).as("another inner port").isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "FULL_CONE, true, true",
    "RESTRICTED, true, false",
    "PORT_RESTRICTED, false, false",
    "SYMMETRIC, false, false"
  })
  void filtersAsItsKindSays(NatKind kind, boolean otherPort, boolean otherAddress) {
    nat(kind);
    int mapped = outbound(5000, BOB, 1000, 0);
    assertThat(inbound(bob, BOB, 1000, mapped, 0)).as("whom alice asked").isTrue();
    assertThat(inbound(bob, BOB, 1001, mapped, 0)).as("another port").isEqualTo(otherPort);
    assertThat(inbound(carol, CAROL, 1000, mapped, 0)).as("a stranger").isEqualTo(otherAddress);
  }

  @ParameterizedTest
  @EnumSource
  void nothingComesInThatNobodyAskedFor(NatKind kind) {
    nat(kind);
    assertThat(inbound(bob, BOB, 1000, 5000, 0)).isFalse();
    assertThat(net.link(bob, alice).counters().drops(Verdict.NAT_NO_MAPPING)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aMappingLivesTwoMinutesAfterTheLastPacketOut(NatKind kind) {
    nat(kind);
    int mapped = outbound(5000, BOB, 1000, 0);
    assertThat(outbound(5000, BOB, 1000, 100 * SECOND)).isEqualTo(mapped);
    assertThat(inbound(bob, BOB, 1000, mapped, 220 * SECOND)).as("at its end").isTrue();
    assertThat(inbound(bob, BOB, 1000, mapped, 221 * SECOND)).as("inbound refreshes not").isFalse();
    assertThat(outbound(5000, BOB, 1000, 221 * SECOND)).isNotEqualTo(mapped);
  }

  @Test
  void aFilterForgetsARemoteByItself() {
    nat(NatKind.RESTRICTED);
    int mapped = outbound(5000, BOB, 1000, 0);
    outbound(5000, CAROL, 1000, 100 * SECOND);
    assertThat(inbound(carol, CAROL, 1000, mapped, 130 * SECOND)).isTrue();
    assertThat(inbound(bob, BOB, 1000, mapped, 130 * SECOND)).isFalse();
  }

  @Test
  void timeoutsDifferByProtocol() {
    net.nat(
        alice,
        NatKind.FULL_CONE,
        new NatTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(100), Duration.ofSeconds(5)),
        Address.of(INSIDE));
    int udp = outbound(5000, BOB, 1000, 0);
    int tcp = outbound(Packets.tcp(INSIDE, 5000, BOB, 1000), 0);
    assertThat(inbound(bob, BOB, 1000, udp, 11 * SECOND)).isFalse();
    net.send(bob, Packets.tcp(BOB, 1000, OUTSIDE, tcp), 99 * SECOND);
    assertThat(arrived(99 * SECOND).unsigned(22)).isEqualTo(5000);
  }

  @ParameterizedTest
  @EnumSource
  void translatesEchoByItsIdentifier(NatKind kind) {
    nat(kind);
    net.send(alice, Packets.echo(Flow.ECHO_REQUEST, INSIDE, BOB, 9), 0);
    Packet request = arrived(0);
    int identifier = request.unsigned(24);
    assertThat(request.source()).isEqualTo(Address.of(OUTSIDE));
    Packet reply = Packets.echo(Flow.ECHO_REPLY, BOB, OUTSIDE, 0);
    reply.bytes.putShort(24, (short) identifier);
    reply.bytes.putShort(22, (short) 0);
    reply.bytes.putShort(
        22, (short) ~org.p2pvpn.tun.segment.Checksum.sum(reply.bytes, 20, reply.length - 20));
    net.send(bob, reply, 0);
    Packet got = arrived(0);
    assertThat(got.destination()).isEqualTo(Address.of(INSIDE));
    assertThat(got.unsigned(24)).isEqualTo(9);
    net.send(bob, Packets.echo(Flow.ECHO_REQUEST, BOB, OUTSIDE, 9), 0);
    assertThat(net.poll(0)).as("nobody outside can ping alice").isNull();
  }

  @Test
  void anErrorFindsItsWayInToWhomItConcerns() {
    nat(NatKind.SYMMETRIC);
    net.send(alice, Packets.udp(INSIDE, 5000, BOB, 1000), 0);
    Packet seen = arrived(0);
    net.send(carol, Packets.unreachable(CAROL, OUTSIDE, seen), 0);
    Packet error = arrived(0);
    assertThat(error.destination()).isEqualTo(Address.of(INSIDE));
    Flow quoted = Flow.quotedIn(error);
    assertThat(quoted)
        .isEqualTo(new Flow(Packet.UDP, Address.of(INSIDE), 5000, Address.of(BOB), 1000));
  }

  @Test
  void anErrorOfTheHostGoesOutTranslated() {
    nat(NatKind.SYMMETRIC);
    int mapped = outbound(5000, BOB, 1000, 0);
    net.send(bob, Packets.udp(BOB, 1000, OUTSIDE, mapped), 0);
    Packet got = arrived(0);
    net.send(alice, Packets.unreachable(INSIDE, BOB, got), 0);
    Packet error = arrived(0);
    assertThat(error.source()).isEqualTo(Address.of(OUTSIDE));
    assertThat(Flow.quotedIn(error))
        .isEqualTo(new Flow(Packet.UDP, Address.of(BOB), 1000, Address.of(OUTSIDE), mapped));
  }

  @Test
  void aPacketThatIsUnderWayMeetsTheFilterWhenItArrives() {
    nat(NatKind.PORT_RESTRICTED);
    net.defaultShape(LinkShape.PERFECT.delay(Duration.ofSeconds(1)));
    net.send(alice, Packets.udp(INSIDE, 5000, CAROL, 1000), 0);
    int mapped = arrived(SECOND).unsigned(20);
    net.send(bob, Packets.udp(BOB, 1000, OUTSIDE, mapped), SECOND);
    net.send(alice, Packets.udp(INSIDE, 5000, BOB, 1000), 3 * SECOND / 2);
    assertThat(arrived(2 * SECOND).to).as("the hole was punched meanwhile").isSameAs(alice);
  }

  @Test
  void itDoesNotHairpin() {
    nat(NatKind.FULL_CONE);
    int mapped = outbound(5000, BOB, 1000, 0);
    assertThat(net.send(alice, Packets.udp(INSIDE, 5001, OUTSIDE, mapped), 0))
        .isEqualTo(Verdict.NAT_HAIRPIN);
  }

  @Test
  void ipv6KeepsItsAddressBehindTheSameFilter() {
    nat(NatKind.PORT_RESTRICTED);
    net.send(bob, Packets.udp(BOB6, 1000, ALICE6, 5000), 0);
    assertThat(net.poll(0)).isNull();
    net.send(alice, Packets.udp(ALICE6, 5000, BOB6, 1000), 0);
    Packet seen = arrived(0);
    assertThat(seen.source()).isEqualTo(Address.of(ALICE6));
    assertThat(seen.unsigned(40)).isEqualTo(5000);
    net.send(bob, Packets.udp(BOB6, 1000, ALICE6, 5000), 0);
    arrived(0);
    net.send(bob, Packets.udp(BOB6, 1001, ALICE6, 5000), 0);
    assertThat(net.poll(0)).isNull();
  }

  @Test
  void aFullTableLetsNoNewFlowOutUntilOldOnesAreForgotten() {
    nat(NatKind.SYMMETRIC);
    for (int i = 0; i < 16_384; i++) {
      outbound(5000, BOB, i + 1, 0);
    }
    assertThat(net.send(alice, Packets.udp(INSIDE, 5000, BOB, 20_000), SECOND))
        .isEqualTo(Verdict.NAT_FULL);
    outbound(5000, BOB, 20_000, 121 * SECOND);
  }

  @Test
  void fragmentsFollowTheirFirstAndOthersDoNotPass() {
    nat(NatKind.PORT_RESTRICTED);
    Packet first = fragment(INSIDE, 7, 0x2000);
    assertThat(net.send(alice, fragment(INSIDE, 7, 10), 0)).isEqualTo(Verdict.NAT_UNKNOWN);
    assertThat(net.send(alice, first, 0)).isEqualTo(Verdict.PASSED);
    assertThat(net.send(alice, fragment(INSIDE, 8, 10), 0)).isEqualTo(Verdict.NAT_UNKNOWN);
    Packet later = fragment(INSIDE, 7, 10);
    assertThat(net.send(alice, later, 0)).isEqualTo(Verdict.PASSED);
    assertThat(later.source()).isEqualTo(first.source());
    assertThat(Checksum.sum(later.bytes, 0, 20)).isEqualTo(0xffff);
  }

  private static Packet fragment(String from, int id, int bits) {
    Packet fragment = Packets.udp(from, 5000, BOB, 1000);
    fragment.bytes.putShort(4, (short) id).putShort(6, (short) bits).putShort(10, (short) 0);
    fragment.bytes.putShort(10, (short) ~Checksum.sum(fragment.bytes, 0, 20));
    return fragment;
  }

  @Test
  void aForeignSourceDoesNotPass() {
    nat(NatKind.FULL_CONE);
    assertThat(net.send(alice, Packets.udp("10.0.0.1", 5000, BOB, 1000), 0))
        .isEqualTo(Verdict.NAT_UNKNOWN);
  }
}
